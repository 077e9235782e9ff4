"""The sprite atlas. In: sprites.bin and sprites.json of rasterise.mjs. Out: premultiplied RGBA per (style, noun)."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .nouns import NOUNS

SIZE = 96
TRAINED = ("twemoji", "fluent-emoji", "fluent-emoji-flat", "emojione")
EXTRA = ("fluent-emoji-high-contrast", "emojione-monotone", "streamline-emojis")
MONOCHROME = ("fluent-emoji-high-contrast", "emojione-monotone")
HELD_OUT = ("noto",)  # validation only


@dataclass
class Atlas:
    """All sprites of some styles: `pixels` [N, 96, 96, 4] uint8 and, per style and noun class, their indexes."""

    pixels: np.ndarray
    by_style: dict[str, dict[int, list[int]]]

    def pick(self, noun: int, styles: tuple[str, ...], rng: np.random.Generator) -> tuple[np.ndarray, str] | None:
        """A random sprite [96, 96, 4] of that noun in the first of these styles (in random order) that has it."""
        for s in rng.permutation(len(styles)):
            found = self.by_style.get(styles[s], {}).get(noun)
            if found:
                return self.pixels[found[int(rng.integers(len(found)))]], styles[s]
        return None


def load_atlas(folder: Path) -> Atlas:
    """Reads the atlas memory-mapped; raises FileNotFoundError where it was not made yet."""
    index = json.loads((folder / "sprites.json").read_text())
    pixels = np.memmap(folder / "sprites.bin", np.uint8, "r")
    side = round((pixels.size / 4 / len(index)) ** 0.5)  # 96, larger for the room's samples
    pixels = pixels.reshape(-1, side, side, 4)
    number = {noun.name: i for i, noun in enumerate(NOUNS)}
    by_style: dict[str, dict[int, list[int]]] = {}
    for i, row in enumerate(index):
        if row["noun"] not in number:
            continue
        by_style.setdefault(row["style"], {}).setdefault(number[row["noun"]], []).append(i)
    return Atlas(pixels, by_style)


def plain_atlas() -> Atlas:
    """A stand-in that needs no files (tests): each noun is a block of its own colour pattern."""
    rng = np.random.default_rng(7)
    pixels = np.zeros((len(NOUNS), SIZE, SIZE, 4), np.uint8)
    for i in range(len(NOUNS)):
        blocks = rng.integers(0, 255, (3, 3, 3), dtype=np.uint8)
        pixels[i, 8:-8, 8:-8, :3] = blocks.repeat(27, 0).repeat(27, 1)[:80, :80]
        pixels[i, 8:-8, 8:-8, 3] = 255
    return Atlas(pixels, {style: {i: [i] for i in range(len(NOUNS))} for style in TRAINED + HELD_OUT})
