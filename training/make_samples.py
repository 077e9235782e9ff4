"""Draws the sample pictures of the web room and keeps those the model answers rightly.

node training/rasterise.mjs training/art/sprites-large training/art 320 twemoji
python training/make_samples.py --art DIR --model models/sightline-small --out web/public/samples
Writes a dozen pictures (WebP, PNG, JPEG) and samples.json: [{file, alt, questions: [3]}]. Twemoji drawings and plain shapes only.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from evaluate import load_pixels, split_answer, tidy
from sightline_training.batch import normalise
from sightline_training.judge import counts
from sightline_training.lettering import find_fonts
from sightline_training.nouns import article
from sightline_training.runtime import Runtime
from sightline_training.scene import Studio
from sightline_training.sprites import load_atlas
from sightline_training.staged import Placed, stage
from sightline_training.vocabulary import ANSWER, ASK, END, Encoder

SIDE, WANTED, EACH = 320, 12, 3
KINDS = (("webp", {"quality": 90}), ("png", {"optimize": True}), ("jpg", {"quality": 88}))


@dataclass(frozen=True)
class Sample:
    """A picture to try: what is on it, its description, questions and what they should be answered."""

    name: str
    alt: str
    background: str
    things: tuple[Placed, ...]
    asks: tuple[tuple[str, str], ...]


def pair(a: str, b: str, background: str) -> Sample:
    """Two things side by side."""
    asks = (
        (f"Is the {a} to the left of the {b}?", "yes"), (f"Where is the {b}?", "right"), (f"What is next to the {a}?", b),
        ("What colour is the background?", background), (f"How many {a}s are there?", "1"), ("What is the leftmost thing?", a),
    )  # fmt: skip
    things = (Placed(a, 0.24, 0.5, 0.42), Placed(b, 0.76, 0.5, 0.42))
    return Sample(f"{a}-and-{b}".replace(" ", "-"), f"{a.capitalize()} on the left and {b} on the right, {background} background.", background, things, asks)


def sticker(noun: str, kind: str, other: str, background: str) -> Sample:
    """One large thing."""
    asks = (("What is this?", noun), (f"Is there {article(other)} {other} in the picture?", "no"), (f"Is there {article(noun)} {noun}?", "yes"),
            ("What kind of thing is this?", kind),
            ("What colour is the background?", background), ("How many things are there?", "1"))  # fmt: skip
    return Sample(noun.replace(" ", "-"), f"{noun.capitalize()}, {background} background.", background, (Placed(noun, 0.5, 0.5, 0.86),), asks)


def row(noun: str, plural: str, count: int, background: str) -> Sample:
    """Some of the same."""
    spots = ((0.25, 0.27), (0.75, 0.3), (0.3, 0.75), (0.74, 0.73))[:count]
    asks = (
        (f"How many {plural} are there?", str(count)),
        (f"Is there {article(noun)} {noun}?", "yes"),
        ("What colour is the background?", background),
        ("How many things are there?", str(count)),
    )
    word = ("no", "one", "two", "three", "four")[count]
    return Sample(
        f"{word}-{plural}".replace(" ", "-"), f"{word.capitalize()} {plural}, {background} background.", background, tuple(Placed(noun, x, y, 0.36) for x, y in spots), asks
    )


def sign(text: str, background: str, companion: str) -> Sample:
    """A sign to read, with something under it."""
    asks = (
        ("What does the sign say?", text.lower()),
        ("What colour is the background?", background),
        (f"Is there a {companion}?", "yes"),
        (f"Where is the {companion}?", "bottom"),
    )
    things = (Placed("sign", 0.5, 0.3, 0.86, text=text), Placed(companion, 0.5, 0.79, 0.34))
    return Sample(f"sign-{text.lower()}", f'Sign saying "{text}" above a {companion}, {background} background.', background, things, asks)


def shapes(background: str, a: tuple[str, str], b: tuple[str, str], c: tuple[str, str]) -> Sample:
    """Three coloured shapes."""
    spots = ((0.24, 0.24), (0.76, 0.28), (0.5, 0.74))
    things = tuple(Placed(s, x, y, 0.36, colour=k) for (k, s), (x, y) in zip((a, b, c), spots, strict=True))
    asks = ((f"What colour is the {a[1]}?", a[0]), (f"What colour is the {b[1]}?", b[0]), ("How many things are there?", "3"), (f"Where is the {a[1]}?", "top left"),
            (f"Is the {c[1]} below the {b[1]}?", "yes"), ("What is the lowest thing?", c[1]))  # fmt: skip
    alt = f"{a[0].capitalize()} {a[1]}, {b[0]} {b[1]} and {c[0]} {c[1]}, {background} background."
    return Sample(f"{a[1]}-{b[1]}-{c[1]}", alt, background, things, asks)


def trio(background: str, a: str, b: str, c: str) -> Sample:
    """Three things, one low."""
    things = (Placed(a, 0.22, 0.25, 0.34), Placed(b, 0.78, 0.25, 0.34), Placed(c, 0.5, 0.75, 0.4))
    asks = ((f"Where is the {a}?", "top left"), ("What is at the bottom?", c), ("What is in the top right?", b), (f"Is the {c} below the {a}?", "yes"),
            ("How many things are there?", "3"), ("What is the lowest thing?", c), ("What colour is the background?", background))  # fmt: skip
    alt = f"{a.capitalize()} in the top left, {b} in the top right, {c} at the bottom, {background} background."
    return Sample(f"{a}-{b}-{c}".replace(" ", "-"), alt, background, things, asks)


CANDIDATES = (
    pair("dog", "pizza", "blue"), sticker("sunflower", "plant", "dog", "white"), shapes("white", ("red", "circle"), ("blue", "square"), ("green", "triangle")),
    row("penguin", "penguins", 3, "blue"), sign("OPEN", "blue", "cat"), trio("green", "sun", "moon", "rocket"), sticker("octopus", "animal", "car", "yellow"),
    pair("guitar", "drum", "orange"), trio("white", "apple", "banana", "watermelon"), shapes("black", ("yellow", "star"), ("pink", "heart"), ("white", "cross")),
    sign("SALE", "white", "gift"), row("balloon", "balloons", 4, "white"), sticker("car", "vehicle", "tree", "white"), pair("cat", "fish", "green"),
    sticker("burger", "food", "bus", "red"), trio("blue", "sun", "cloud", "house"), pair("elephant", "mouse", "yellow"), sticker("owl", "animal", "key", "purple"),
    trio("pink", "crown", "lion", "castle"), row("cookie", "cookies", 2, "gray"), sticker("strawberry", "food", "boat", "white"), sign("STOP", "white", "bus"),
    pair("robot", "computer", "gray"), sticker("butterfly", "animal", "pizza", "white"), pair("snowman", "tree", "blue"), sticker("train", "vehicle", "cat", "green"),
    row("strawberry", "strawberries", 3, "white"), trio("white", "key", "lock", "house"), pair("monkey", "banana", "purple"), sticker("pineapple", "food", "shoe", "white"),
)  # fmt: skip


def answered_rightly(sample: Sample, path: Path, runtime: Runtime, encoder: Encoder, size: int) -> list[str]:
    """The questions of a written picture that the model answers as expected."""
    hidden, _ = runtime.encode(normalise(load_pixels(path, size)[None]).numpy())
    prompts = [[ASK, *encoder.text(tidy(q)), ANSWER] for q, _ in sample.asks]
    made = runtime.generate(np.repeat(hidden, len(prompts), 0), prompts, END)
    return [q for (q, wanted), g in zip(sample.asks, made, strict=True) if counts(split_answer(g.ids, encoder)[0], [wanted])]


def main() -> None:
    """Writes the pictures and samples.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--art", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    studio = Studio(load_atlas(args.art / "sprites-large"), find_fonts((args.art / "node_modules" / "@fontsource",)))
    runtime, encoder = Runtime(args.model, "q8"), Encoder(args.model / "tokenizer.json")
    size = json.loads((args.model / "preprocessor_config.json").read_text())["size"]["width"]
    args.out.mkdir(parents=True, exist_ok=True)
    for old in (*args.out.glob("*.webp"), *args.out.glob("*.png"), *args.out.glob("*.jpg")):
        old.unlink()
    kept: list[dict] = []
    for number, sample in enumerate(CANDIDATES):
        suffix, options = KINDS[len(kept) % len(KINDS)]
        path = args.out / f"{sample.name}.{suffix}"
        picture = Image.fromarray(stage(studio, list(sample.things), sample.background, SIDE, number))
        picture.save(path, **options)
        right = answered_rightly(sample, path, runtime, encoder, size)
        if sample.asks[0][0] not in right or len(right) < EACH or len(kept) == WANTED:  # the first question is what a person would ask
            path.unlink()
            continue
        kept.append({"file": path.name, "alt": sample.alt, "questions": right[:EACH]})
    (args.out / "samples.json").write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
    print(f"{len(kept)} of {len(CANDIDATES)} candidates, {sum(p.stat().st_size for p in args.out.iterdir()) // 1024} kB")


if __name__ == "__main__":
    main()
