"""Evaluates an exported model folder on an evaluation set with onnxruntime.

python training/evaluate.py --model models/sightline-small --data DIR [--dtype q8] [--limit N] [--out FILE.json]
Prints accuracy over all and per type, CLIP's zero-shot top-1, calibration error. Judged as `sightline evaluate` does.
"""

import argparse
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from sightline_training.batch import normalise
from sightline_training.judge import calibration_error, confidence, counts
from sightline_training.nouns import NOUNS, article
from sightline_training.runtime import Runtime
from sightline_training.vocabulary import ANSWER, ASK, END, PAD, SO, Encoder

TRIM = "?.! "


@dataclass
class Answered:
    """One question, what was said, and whether it counts."""

    row: dict
    text: str
    rationale: str | None
    logprobs: list[float]
    hit: bool


def tidy(question: str) -> str:
    """Lower-case, single spaces, no closing punctuation: what stands after <|ask|>."""
    return " ".join(question.lower().split()).rstrip(TRIM)


def load_pixels(path: Path, size: int) -> np.ndarray:
    """Picture on white, squashed to the square with a bicubic filter: [S, S, 3]."""
    image = Image.open(path)
    if image.mode in ("RGBA", "LA", "P"):
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, (255, 255, 255, 255)), image)
    image = image.convert("RGB")
    return np.array(image if image.size == (size, size) else image.resize((size, size), Image.Resampling.BICUBIC))


def split_answer(ids: list[int], encoder: Encoder) -> tuple[str, str | None]:
    """Answer and rationale of generated ids."""
    ids = [i for i in ids if i != END]
    if SO in ids:
        at = ids.index(SO)
        return encoder.decode(ids[at + 1 :]).strip(), encoder.decode(ids[:at]).strip()
    return encoder.decode(ids).strip(), None


def answer_all(runtime: Runtime, encoder: Encoder, data: Path, limit: int | None, size: int, batch: int = 32) -> tuple[list[Answered], dict[str, np.ndarray]]:
    """Every question, in batches; also each picture's embedding."""
    rows = [json.loads(line) for line in (data / "questions.jsonl").read_text().splitlines() if line][:limit]
    names = list(dict.fromkeys(r["image"] for r in rows))
    hidden: dict[str, np.ndarray] = {}
    embeds: dict[str, np.ndarray] = {}
    out: list[Answered] = []
    for start in range(0, len(rows), batch):
        part = rows[start : start + batch]
        new = [n for n in dict.fromkeys(r["image"] for r in part) if n not in hidden]
        if new:
            h, e = runtime.encode(normalise(np.stack([load_pixels(data / n, size) for n in new])).numpy())
            hidden |= dict(zip(new, h, strict=True))
            embeds |= dict(zip(new, e, strict=True))
        prompts = [[ASK, *encoder.text(tidy(r["question"])), ANSWER] for r in part]
        for row, g in zip(part, runtime.generate(np.stack([hidden[r["image"]] for r in part]), prompts, END), strict=True):
            text, rationale = split_answer(g.ids, encoder)
            out.append(Answered(row, text, rationale, g.logprobs, counts(text, row["answers"])))
        done = {r["image"] for r in part}
        for name in [n for n in hidden if n not in done]:
            del hidden[name]
    return out, {n: embeds[n] for n in names}


def zero_shot(runtime: Runtime, encoder: Encoder, answered: list[Answered], embeds: dict[str, np.ndarray]) -> dict:
    """Top-1 of all nouns on pictures of one known noun."""
    truth = {a.row["image"]: a.row["answers"][0] for a in answered if a.row["type"] == "what"}
    names = [n.name for n in NOUNS]
    pictures = [p for p, noun in truth.items() if noun in names]
    rows = [encoder.text(f"{article(n)} {n}") for n in names]
    ids = np.full((len(rows), max(map(len, rows))), PAD, np.int64)
    for i, r in enumerate(rows):
        ids[i, : len(r)] = r
    texts = runtime.embed(ids, (ids != PAD).astype(np.int64))
    if not pictures:
        return {"n": 0, "accuracy": 0.0}
    best = (np.stack([embeds[p] for p in pictures]) @ texts.T).argmax(1)
    hits = [names[b] == truth[p] for p, b in zip(pictures, best, strict=True)]
    return {"n": len(hits), "accuracy": round(float(np.mean(hits)), 4)}


def summary(answered: list[Answered]) -> dict:
    """n, accuracy, byType."""
    seen, right = Counter(a.row["type"] for a in answered), Counter(a.row["type"] for a in answered if a.hit)
    by_type = {t: {"n": seen[t], "accuracy": round(right[t] / seen[t], 4)} for t in sorted(seen)}
    return {"n": len(answered), "accuracy": round(sum(right.values()) / max(1, len(answered)), 4), "byType": by_type}


def main() -> None:
    """Prints a table; --out writes the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--dtype", choices=("fp32", "q8"), default="q8")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--wrong", type=int, default=0, help="print so many wrong answers")
    args = parser.parse_args()
    size = json.loads((args.model / "preprocessor_config.json").read_text())["size"]["width"]
    runtime, encoder = Runtime(args.model, args.dtype), Encoder(args.model / "tokenizer.json")
    answered, embeds = answer_all(runtime, encoder, args.data, args.limit, size)
    result = {**summary(answered), "clipTop1": zero_shot(runtime, encoder, answered, embeds)}
    card = args.model / "card.json"
    if card.exists():
        c = json.loads(card.read_text())["calibration"]
        sure = np.array([confidence(a.logprobs, c["a"], c["b"]) for a in answered])
        result["ece"] = round(calibration_error(sure, np.array([a.hit for a in answered], float)), 4)
    for kind, row in result["byType"].items():
        print(f"{kind:14} {row['n']:6} {100 * row['accuracy']:6.1f} %")
    print(f"{'all':14} {result['n']:6} {100 * result['accuracy']:6.1f} %   CLIP top-1 {100 * result['clipTop1']['accuracy']:.1f} %   ECE {result.get('ece', '-')}")
    for a in [a for a in answered if not a.hit][: args.wrong]:
        print(a.row["type"], "|", a.row["question"], "|", a.row["answers"], "| said:", a.rationale, a.text)
    if args.out:
        args.out.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
