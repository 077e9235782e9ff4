"""Signs with words. In: rng, font files. Out: a sprite of any size and where its letters sit.

Half of the strings are random letters: word pictures alone are memorised, not read.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .colours import COLOURS, distance, sample_colour

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"  # class number = index + 1, 0 = no letter
WORDS, HELD_OUT_WORDS = (tuple(line.split()) for line in (Path(__file__).parent.parent / "words.txt").read_text().splitlines()[1:])
SYSTEM_FONTS = ("DejaVuSans-Bold", "DejaVuSans", "DejaVuSerif-Bold", "DejaVuSansMono-Bold", "DejaVuSansCondensed-Bold")


@dataclass(frozen=True)
class Lettered:
    """`pixels` [h, w, 4] uint8, the text as drawn, and each letter's centre in 0..1 of the sprite."""

    pixels: np.ndarray
    text: str
    centres: tuple[tuple[float, float], ...]


def find_fonts(folders: tuple[Path, ...]) -> tuple[str, ...]:
    """Latin upright faces of the fontsource packages and the system's DejaVu; never empty (Pillow's own as the last)."""
    found = [str(p) for folder in folders for p in sorted(folder.glob("*/files/*-latin-[4-7]00-normal.woff2"))]
    for name in SYSTEM_FONTS:
        try:
            found.append(ImageFont.truetype(name + ".ttf", 10).path)
        except OSError:
            continue
    return tuple(found) or ("",)


@lru_cache(maxsize=256)
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)


def random_text(rng: np.random.Generator, words: tuple[str, ...] = WORDS, random_share: float = 0.5) -> str:
    """A word, or random letters and sometimes digits, drawn in capitals three times of four."""
    if rng.random() < random_share:
        pool = LETTERS if rng.random() < 0.25 else LETTERS[:26]
        text = "".join(pool[int(rng.integers(len(pool)))] for _ in range(int(rng.integers(2, 7))))
    else:
        text = words[int(rng.integers(len(words)))]
    return text.upper() if rng.random() < 0.75 else text


def _letter_runs(text: str, font: ImageFont.FreeTypeFont) -> list[tuple[float, float]]:
    ends = [font.getlength(text[: i + 1]) for i in range(len(text))]
    starts = [0.0, *ends[:-1]]
    return list(zip(starts, ends, strict=True))


def draw_sign(text: str, fonts: tuple[str, ...], rng: np.random.Generator, scale: int = 1) -> Lettered:
    """A plate with the text: two readable colours, sometimes a frame, rounded corners."""
    font = _font(fonts[int(rng.integers(len(fonts)))], 44 * scale)
    left, top, right, bottom = font.getbbox(text)
    pad_x, pad_y = int(rng.integers(6, 22)) * scale, int(rng.integers(6, 18)) * scale
    width, height = right - left + 2 * pad_x, bottom - top + 2 * pad_y
    while True:
        plate, ink = (sample_colour(COLOURS[int(rng.integers(len(COLOURS)))], rng) for _ in range(2))
        if rng.random() < 0.5:
            plate, ink = (sample_colour(c, rng) for c in (("white", "black") if rng.random() < 0.6 else ("red", "white")))
        if distance(plate, ink) > 110:
            break
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    fill, pen = tuple(int(c) for c in plate), tuple(int(c) for c in ink)
    edge = int(rng.integers(2, 5)) * scale if rng.random() < 0.4 else 0
    draw.rounded_rectangle((0, 0, width - 1, height - 1), int(rng.integers(0, 14)) * scale, fill, pen if edge else None, edge)
    draw.text((pad_x - left, pad_y - top), text, fill=pen, font=font)
    runs = _letter_runs(text, font)
    centres = tuple(((pad_x - left + (a + b) / 2) / width, 0.5) for a, b in runs)
    return Lettered(np.array(image), text, centres)


def draw_letter(letter: str, fonts: tuple[str, ...], colour: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One letter without a plate, for letter soup."""
    font = _font(fonts[int(rng.integers(len(fonts)))], 44)
    left, top, right, bottom = font.getbbox(letter)
    image = Image.new("RGBA", (right - left + 4, bottom - top + 4), (*(int(c) for c in colour), 0))
    ImageDraw.Draw(image).text((2 - left, 2 - top), letter, fill=(*(int(c) for c in colour), 255), font=font)
    return np.array(image)  # [h, w, 4]
