"""Writes an evaluation set: a folder with questions.jsonl and pictures, as `sightline evaluate --data DIR` reads it.

python training/make_eval.py --art DIR --out DIR --style trained|noto --questions 3000 --seed 1 [--size 96]
Scenes are drawn by fixed seeds that training never uses, without style augmentation; signs carry words held out of training half of the time.
"""

import argparse
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from sightline_training.captions import caption
from sightline_training.lettering import find_fonts
from sightline_training.questions import Question, ask
from sightline_training.scene import SIZE, Scene, Studio, compose, evaluation
from sightline_training.sprites import HELD_OUT, TRAINED, load_atlas

SHARES = {"empty": 0.005, "single": 0.33, "few": 0.42, "crowd": 0.14, "sign": 0.105}
# Weights of its own, so that a change of the training mix never changes the sets.
KINDS = {
    "what": 2.2, "place": 1.3, "where": 1.3, "count": 1.5, "count-things": 0.5, "exists": 1.3, "colour": 2.2, "background": 0.8,
    "next-to": 1.3, "extreme": 2.2, "relation": 2.0, "read": 1.5, "kind": 0.3,
}  # fmt: skip
SEEDS = 900_000_000  # far from every training seed
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def accepted(q: Question) -> list[str]:
    """The answer first, then other ways to say it."""
    out = [q.answer, *(a for a in q.also if a != q.answer)]
    if q.type.startswith("count"):
        out.append(DIGITS[int(q.answer)])
    return out


def make_scene(studio: Studio, rng: np.random.Generator, with_captions: bool) -> tuple[Scene, list[Question]]:
    """A scene and up to four of its questions."""
    scene = compose(replace(studio, held_out_words=bool(rng.random() < 0.5)), rng)
    questions = ask(scene, rng, 4, KINDS)
    if with_captions:
        questions += [caption(scene, alt) for alt in (False, True)]
    return scene, questions


def main() -> None:
    """Writes the set and prints how many of each type it has."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--art", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--style", choices=("trained", "noto", "both"), default="trained")
    parser.add_argument("--questions", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--quality", type=int, default=100, help="WebP quality; 100 is lossless")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    rng = np.random.default_rng(SEEDS + args.seed)
    base = Studio(load_atlas(args.art / "sprites"), find_fonts((args.art / "node_modules" / "@fontsource",)), shares=SHARES, final_size=args.size)
    styles = {"trained": (TRAINED,), "noto": (HELD_OUT,), "both": (TRAINED, HELD_OUT)}[args.style]
    args.out.mkdir(parents=True, exist_ok=True)
    counts: Counter[str] = Counter()
    lines: list[str] = []
    picture = 0
    while len(lines) < args.questions:
        scene, questions = make_scene(evaluation(base, styles[picture % len(styles)]), rng, False)
        name = f"{picture:05d}.webp"
        if questions:
            Image.fromarray(scene.pixels).save(args.out / name, quality=args.quality, lossless=args.quality == 100, method=4)
        for q in questions:
            lines.append(json.dumps({"image": name, "type": q.type, "question": q.text, "answers": accepted(q)}))
            counts[q.type] += 1
        picture += 1
    (args.out / "questions.jsonl").write_text("\n".join(lines) + "\n")
    print(f"{len(lines)} questions on {picture} pictures: {dict(sorted(counts.items()))}")


if __name__ == "__main__":
    main()
