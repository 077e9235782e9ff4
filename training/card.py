"""Finishes a model folder: measures it, fits the calibration, writes card.json with the hash of every file.

python training/card.py --model models/sightline-small --checkpoint RUN/checkpoint.pt --validation DIR --held-out DIR --held-out-style DIR --minutes 80
The calibration is fitted on --validation (both kinds of style), never on the reported sets.
"""

import argparse
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from evaluate import answer_all, summary, zero_shot
from sightline_training.checkpoint import load_checkpoint
from sightline_training.colours import COLOURS
from sightline_training.config import CLIP_MEAN, CLIP_STD
from sightline_training.folder import write_json
from sightline_training.judge import calibration_error, confidence, fit_platt
from sightline_training.lettering import WORDS
from sightline_training.nouns import NOUNS, SHAPES
from sightline_training.runtime import FILES, Runtime
from sightline_training.vocabulary import END, PAD, SO, Encoder

LIMITS = (
    "It knows drawn pictures (emoji, stickers, icons, plain shapes, signs); photographs are outside what it was trained on.",
    "It names only the nouns listed under knows; anything else gets the nearest of them or a wrong name.",
    "It does not know people, who someone is, feelings, actions, brands or places.",
    "It knows the colours of plain shapes and backgrounds, not of parts of a thing.",
    "It counts to about six; in crowds and for small things it is often wrong.",
    "It reads poorly: {read:.0f} % of held-out signs (short words and random letters) are read rightly. It does see that there is a sign.",
    "Captions and alt text name what is there about as well as single answers do; with three or more things one is often wrong.",
    "Questions are understood in English only.",
    "Where it looked is trained in as a pointer to the thing asked about; it is not an explanation of how the answer came about.",
)
CREDITS = (
    {"name": "Twemoji", "license": "CC-BY-4.0", "url": "https://github.com/jdecked/twemoji"},
    {"name": "Fluent Emoji", "license": "MIT", "url": "https://github.com/microsoft/fluentui-emoji"},
    {"name": "EmojiOne 2", "license": "CC-BY-4.0", "url": "https://github.com/EmojiTwo/emojitwo"},
    {"name": "Streamline Emojis", "license": "CC-BY-4.0", "url": "https://github.com/webalys-hq/streamline-vectors"},
    {"name": "Noto Emoji (evaluation only)", "license": "Apache-2.0", "url": "https://github.com/googlefonts/noto-emoji"},
)


def file_table(folder: Path) -> dict[str, dict]:
    """Hash and size of every file but the card."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "card.json")
    return {p.relative_to(folder).as_posix(): {"sha256": hashlib.sha256(p.read_bytes()).hexdigest(), "bytes": p.stat().st_size} for p in files}


def revision(files: dict[str, dict]) -> str:
    """The first 12 hex digits of the hash of the sorted lines "path sha256"."""
    lines = "\n".join(f"{path} {entry['sha256']}" for path, entry in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]


def main() -> None:
    """Measures both precisions and writes the card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--validation", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, required=True)
    parser.add_argument("--held-out-style", type=Path, required=True)
    parser.add_argument("--minutes", type=float, required=True, help="how long it trained")
    parser.add_argument("--machine", default="two CPU cores, no GPU")
    parser.add_argument("--limit", type=int, help="questions per set, for a quick look")
    args = parser.parse_args()
    model, state = load_checkpoint(args.checkpoint)
    c, encoder = model.config, Encoder(args.model / "tokenizer.json")
    measured: dict[str, dict] = {}
    for dtype in FILES:
        runtime = Runtime(args.model, dtype)
        part: dict[str, dict] = {"clipTop1": {}}
        for name, data in (("heldOut", args.held_out), ("heldOutStyle", args.held_out_style)):
            answered, embeds = answer_all(runtime, encoder, data, args.limit, c.image_size)
            part[name] = summary(answered)
            part["clipTop1"][name] = zero_shot(runtime, encoder, answered, embeds)
        measured[dtype] = part
    mean = {d: (m["heldOut"]["accuracy"] + m["heldOutStyle"]["accuracy"]) / 2 for d, m in measured.items()}
    dtype = "q8" if mean["fp32"] - mean["q8"] <= 0.005 else "fp32"
    answered, _ = answer_all(Runtime(args.model, dtype), encoder, args.validation, args.limit, c.image_size)
    p = np.array([np.exp(sum(a.logprobs)) for a in answered])
    hits = np.array([a.hit for a in answered], float)
    a, b = fit_platt(p, hits)
    sure = np.array([confidence(x.logprobs, a, b) for x in answered])
    files = file_table(args.model)
    card = {
        "id": args.model.name, "revision": revision(files),
        "description": "A small CLIP image encoder and a decoder that answers questions about emoji, stickers, plain shapes and signs.",
        "license": "Apache-2.0", "files": files,
        "sessions": {d: dict(zip(("encoder", "decoder", "text"), paths, strict=True)) for d, paths in FILES.items()},
        "defaultDtype": dtype,
        "preprocessing": {"width": c.image_size, "height": c.image_size, "fit": "fill", "kernel": "cubic",
                          "mean": list(CLIP_MEAN), "std": list(CLIP_STD), "background": [255, 255, 255]},
        "memory": {"tokens": c.memory, "width": c.width, "grids": [
            {"name": "patch", "offset": 1, "rows": c.patches, "columns": c.patches}, {"name": "fine", "offset": 1 + c.patches**2, "rows": c.fine, "columns": c.fine}]},
        "decoder": {"layers": c.decoder_layers, "heads": c.heads, "headSize": c.width // c.heads, "contextLength": c.context},
        "attention": {"layer": c.decoder_layers - 1},
        "embedding": {"size": c.embedding, "logitScale": model.scale().item()},
        "vocabularySize": c.vocabulary, "tokens": {"pad": PAD, "end": END, "so": SO},
        "text": {"lowercase": True, "stripTrailing": "?.!", "maxQuestionTokens": 48},
        "tasks": {
            "vqa": {"template": "<|ask|>{question}<|answer|>", "maxTokens": 24}, "caption": {"template": "<|caption|>", "maxTokens": 40},
            "alt-text": {"template": "<|alt|>", "maxTokens": 40}, "read": {"template": "<|ask|>what does the sign say<|answer|>", "maxTokens": 16}},
        "calibration": {"kind": "platt", "a": round(a, 6), "b": round(b, 6), "sure": 0.9, "fairlySure": 0.6, "n": len(answered)},
        "accuracy": measured[dtype],
        "knows": {"nouns": [n.name for n in NOUNS], "colours": list(COLOURS), "shapes": [s.name for s in SHAPES], "words": len(set(WORDS))},
        "limits": [line.format(read=100 * measured[dtype]["heldOut"]["byType"]["read"]["accuracy"]) for line in LIMITS], "credits": list(CREDITS),
        "training": {"pictures": state["pictures"], "minutes": args.minutes, "machine": args.machine, "date": datetime.now(UTC).date().isoformat()},
    }  # fmt: skip
    write_json(args.model / "card.json", card)
    for d, m in measured.items():
        print(d, *(f"{n} {100 * m[n]['accuracy']:.1f} %" for n in ("heldOut", "heldOutStyle")), m["clipTop1"])
    print(json.dumps({"default": dtype, "ece": round(calibration_error(sure, hits), 4), "sure": round(float((sure >= 0.9).mean()), 3)}))


if __name__ == "__main__":
    main()
