"""A scene: picture and truth. In: a `Studio` (atlas, fonts, styles) and a seeded rng. Out: `Scene`.

Sizes and places are in 0..1 of the picture; x grows to the right, y downwards.
"""

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from PIL import Image

from .augment import augment_sprite, recolour
from .background import make_background
from .colours import COLOURS, distance, sample_colour
from .lettering import HELD_OUT_WORDS, WORDS, draw_letter, draw_sign, random_text
from .nouns import NOUNS, SHAPE_START, SHAPES, SIGN_CLASS
from .shapes import draw_shape
from .sprites import EXTRA, MONOCHROME, TRAINED, Atlas

SIZE = 96


@dataclass(frozen=True)
class Letter:
    """One letter of a sign (or of letter soup) and its place."""

    letter: str
    x: float
    y: float
    index: int


@dataclass(frozen=True)
class Thing:
    """One object in the scene: class number, colour (shapes only), box, text (signs only)."""

    number: int
    colour: str | None
    x: float
    y: float
    w: float
    h: float
    text: str = ""
    letters: tuple[Letter, ...] = ()


@dataclass(frozen=True)
class Scene:
    """`pixels` [96, 96, 3] uint8 and everything that is true about them."""

    pixels: np.ndarray
    things: tuple[Thing, ...]
    background: str | None
    soup: tuple[Letter, ...] = ()


@dataclass(frozen=True)
class Studio:
    """What scenes are drawn with. `augment` off and one style on for evaluation."""

    atlas: Atlas
    fonts: tuple[str, ...]
    styles: tuple[str, ...] = TRAINED
    extra_share: float = 0.09
    augment_share: float = 0.4
    white_share: float = 0.22
    held_out_words: bool = False
    final_size: int = SIZE
    shares: dict[str, float] = field(default_factory=lambda: {"empty": 0.005, "single": 0.335, "few": 0.36, "crowd": 0.07, "sign": 0.11, "soup": 0.03, "mosaic": 0.09})


# Many names a picture, for the first part of a run.
NAMING_SHARES = {"empty": 0.005, "single": 0.32, "few": 0.17, "crowd": 0.02, "sign": 0.075, "soup": 0.01, "mosaic": 0.4}


def place_sprite(canvas: np.ndarray, sprite: np.ndarray, x: float, y: float, w: float, h: float, degrees: float, flip: bool) -> None:
    """Blends the sprite into the canvas in place: centre, box in pixels, turned about its centre."""
    sh, sw = sprite.shape[:2]
    shrink = min(w / sw, h / sh)
    if shrink < 0.5:  # no aliasing from strong reduction
        sprite = cv2.resize(sprite, (max(2, round(sw * shrink * 1.4)), max(2, round(sh * shrink * 1.4))), interpolation=cv2.INTER_AREA)
        sh, sw = sprite.shape[:2]
    t = np.deg2rad(degrees)
    c, s = np.cos(t), np.sin(t)
    bw, bh = int(abs(w * c) + abs(h * s)) + 3, int(abs(w * s) + abs(h * c)) + 3
    x0, y0 = round(x - bw / 2), round(y - bh / 2)
    fx = -w / sw if flip else w / sw
    m = np.array([[c * fx, -s * h / sh], [s * fx, c * h / sh]])
    offset = np.array([x - x0, y - y0]) - m @ np.array([sw / 2, sh / 2])
    patch = cv2.warpAffine(sprite, np.column_stack([m, offset]), (bw, bh), flags=cv2.INTER_LINEAR, borderValue=(*map(float, sprite[0, 0, :3]), 0.0))
    top, left = max(0, -y0), max(0, -x0)
    size = canvas.shape[0]
    bottom, right = min(bh, size - y0), min(bw, size - x0)
    if bottom <= top or right <= left:
        return
    patch = patch[top:bottom, left:right]
    region = canvas[y0 + top : y0 + bottom, x0 + left : x0 + right]
    alpha = patch[..., 3:].astype(np.float32) / 255
    region += (patch[..., :3] - region) * alpha


def _spots(sizes: list[tuple[float, float]], rng: np.random.Generator) -> list[tuple[float, float]] | None:
    """Places without much overlap, or None; borderline places are left to the questions to skip."""
    spots: list[tuple[float, float]] = []
    for i, (w, h) in enumerate(sizes):
        for _ in range(24):
            lo_x, lo_y = min(w * 0.46, 0.5), min(h * 0.46, 0.5)
            x, y = rng.uniform(lo_x, 1 - lo_x), rng.uniform(lo_y, 1 - lo_y)
            if rng.random() < 0.4:  # snap towards the middle of a ninth
                x, y = ((np.floor(v * 3) + 0.5) / 3 * 0.7 + v * 0.3 for v in (x, y))
                x, y = float(np.clip(x, lo_x, 1 - lo_x)), float(np.clip(y, lo_y, 1 - lo_y))
            ok = all(abs(x - spots[j][0]) > (w + sizes[j][0]) * 0.44 or abs(y - spots[j][1]) > (h + sizes[j][1]) * 0.44 for j in range(i))
            if ok:
                spots.append((x, y))
                break
        else:
            return None
    return spots


def _cells(sizes: list[tuple[float, float]], rng: np.random.Generator) -> list[tuple[float, float]]:
    """A mosaic: each thing somewhere in its own cell."""
    side = round(len(sizes) ** 0.5)
    out = []
    for i, (w, h) in enumerate(sizes):
        room_x, room_y = max(0.0, 1 / side - w) / 2, max(0.0, 1 / side - h) / 2
        out.append(((i % side + 0.5) / side + rng.uniform(-room_x, room_x), (i // side + 0.5) / side + rng.uniform(-room_y, room_y)))
    return out


def _numbers(count: int, rng: np.random.Generator, repeat: float, shape_share: float) -> list[int]:
    """Class numbers: mostly different nouns, some repeated so that counting has work."""
    out: list[int] = []
    for _ in range(count):
        if out and rng.random() < repeat:
            out.append(out[int(rng.integers(len(out)))])
        elif rng.random() < shape_share:
            out.append(SHAPE_START + int(rng.integers(len(SHAPES))))
        else:
            out.append(int(rng.integers(len(NOUNS))))
    return out


def _sprite(studio: Studio, number: int, under: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, str | None] | None:
    """The sprite of one thing, and for shapes their colour's name, never the background's own."""
    if number >= SHAPE_START:
        for _ in range(20):
            name = COLOURS[int(rng.integers(len(COLOURS)))]
            rgb = sample_colour(name, rng)
            if distance(rgb, under) > 75:
                return draw_shape(SHAPES[number - SHAPE_START].name, rgb, rng), name
        return None
    styles = EXTRA if rng.random() < studio.extra_share else studio.styles
    found = studio.atlas.pick(number, styles, rng) or studio.atlas.pick(number, studio.styles, rng)
    if found is None:
        return None
    sprite, style = found
    if style in MONOCHROME:
        for _ in range(6):
            drawn = recolour(sprite, rng)
            if distance(drawn[48, 48, :3].astype(np.float32), under) > 80:
                break
        return drawn, None
    return augment_sprite(sprite, rng, studio.augment_share), None


def compose(studio: Studio, rng: np.random.Generator, kind: str | None = None) -> Scene:
    """One scene; `kind` as in `Studio.shares`, drawn from them when None."""
    if kind is None:
        kind = list(studio.shares)[int(rng.choice(len(studio.shares), p=np.array(list(studio.shares.values()))))]
    size = int(rng.choice((96, 128, 192), p=(0.62, 0.2, 0.18)))
    size = max(size, studio.final_size)
    canvas, background = make_background(size, rng, max(studio.white_share, 0.4 if kind == "single" else 0.0))
    canvas = canvas.copy()
    under = np.array(cv2.mean(canvas)[:3], np.float32)
    stretch = float(np.exp(rng.uniform(-0.45, 0.45))) if rng.random() < 0.3 else 1.0  # the picture's own aspect, squashed to a square
    things: list[Thing] = []
    soup: list[Letter] = []
    if kind == "sign":
        things += _draw_signs(studio, canvas, size, stretch, rng)
    if kind == "soup":
        soup = _draw_soup(studio, canvas, size, under, rng)
    count = {"single": 1, "few": int(rng.choice((2, 3, 4), p=(0.45, 0.35, 0.2))), "crowd": int(rng.integers(4, 9))}.get(kind, 0)
    lo, hi = {"single": (0.2, 0.98), "few": (0.2, 0.46), "crowd": (0.15, 0.28)}.get(kind, (0.2, 0.3))
    if kind == "mosaic":
        side = int(rng.integers(2, 4))
        count, lo, hi = side * side, 0.75 / side, 0.98 / side
    if kind == "sign" and rng.random() < 0.4:
        count = 1
    repeat = {"few": 0.12, "crowd": 0.55}.get(kind, 0.0)
    numbers = _numbers(count, rng, repeat, 0.1 if kind == "single" else 0.22)
    for _ in range(8):
        sizes = []
        base = rng.uniform(lo, hi)
        for _n in numbers:
            s = float(np.clip(base * rng.uniform(0.75, 1.3), lo * 0.85, hi))
            sizes.append((s * min(1.0, stretch) * rng.uniform(0.9, 1.0), s * min(1.0, 1 / stretch) * rng.uniform(0.9, 1.0)))
        spots = _cells(sizes, rng) if kind == "mosaic" else _spots([(t.w, t.h) for t in things] + sizes, rng) if not things else _beside(things[0], sizes, rng)
        if spots is not None:
            for number, (w, h), (x, y) in zip(numbers, sizes, spots, strict=True):
                got = _sprite(studio, number, under, rng)
                if got is None:
                    continue
                turn = rng.uniform(-28, 28) if rng.random() < 0.3 else rng.uniform(-6, 6)
                if number >= SHAPE_START:
                    turn *= 0.4
                place_sprite(canvas, got[0], x * size, y * size, w * size, h * size, turn, bool(rng.random() < 0.5))
                things.append(Thing(number, got[1], x, y, w, h))
            break
    return Scene(_finish(canvas, studio.final_size, rng), tuple(things), background, tuple(soup))


def _beside(sign: Thing, sizes: list[tuple[float, float]], rng: np.random.Generator) -> list[tuple[float, float]] | None:
    out = []
    for w, h in sizes:
        room = [(0.0, sign.y - sign.h / 2), (sign.y + sign.h / 2, 1.0)]
        fits = [(a, b) for a, b in room if b - a > h]
        if not fits:
            return None
        a, b = fits[int(rng.integers(len(fits)))]
        out.append((rng.uniform(w / 2, 1 - w / 2), rng.uniform(a + h / 2, b - h / 2)))
    return out


def _draw_signs(studio: Studio, canvas: np.ndarray, size: int, stretch: float, rng: np.random.Generator) -> list[Thing]:
    text = random_text(rng, HELD_OUT_WORDS if studio.held_out_words else WORDS, 0.0 if studio.held_out_words else 0.5)
    sign = draw_sign(text, studio.fonts, rng)
    h, w = sign.pixels.shape[:2]
    width = rng.uniform(max(0.35, 0.13 * len(text)), 0.98)
    height = min(width * h / w / stretch, 0.8)
    x, y = rng.uniform(width / 2, 1 - width / 2 + 1e-6), rng.uniform(height / 2, 1 - height / 2 + 1e-6)
    turn = float(rng.uniform(-7, 7)) if rng.random() < 0.4 else 0.0
    place_sprite(canvas, sign.pixels, x * size, y * size, width * size, height * size, turn, False)
    c, s = np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))
    letters = tuple(Letter(ch.lower(), x + (u - 0.5) * width * c, y + (u - 0.5) * width * s, i) for i, (ch, (u, _)) in enumerate(zip(text, sign.centres, strict=True)))
    return [Thing(SIGN_CLASS, None, x, y, width, height, text, letters)]


def _draw_soup(studio: Studio, canvas: np.ndarray, size: int, under: np.ndarray, rng: np.random.Generator) -> list[Letter]:
    out = []
    cells = int(rng.integers(3, 7))
    for row in range(cells):
        for column in range(cells):
            letter = random_text(rng, ("a",), 1.0)[0]
            colour = sample_colour(COLOURS[int(rng.integers(len(COLOURS)))], rng)
            if distance(colour, under) < 90 or rng.random() < 0.15:
                continue
            sprite = draw_letter(letter, studio.fonts, colour, rng)
            side = rng.uniform(0.6, 0.85) / cells
            x, y = (column + 0.5) / cells, (row + 0.5) / cells
            scale = side / max(sprite.shape[:2])
            place_sprite(canvas, sprite, x * size, y * size, sprite.shape[1] * scale * size, sprite.shape[0] * scale * size, rng.uniform(-8, 8), False)
            out.append(Letter(letter.lower(), x, y, -1))
    return out


def _finish(canvas: np.ndarray, final: int, rng: np.random.Generator) -> np.ndarray:
    """Camera and network: light, grain, JPEG or WebP, then one of several resamplers."""
    if rng.random() < 0.15:
        canvas = (canvas - 128) * rng.uniform(0.85, 1.1) + 128 + rng.uniform(-10, 10)
    if rng.random() < 0.08:
        canvas = canvas + rng.normal(0, rng.uniform(2, 8), canvas.shape)
    picture = np.clip(canvas, 0, 255).astype(np.uint8)
    u = rng.random()
    if u < 0.3:
        code = (".jpg", [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(45, 96))]) if u < 0.26 else (".webp", [cv2.IMWRITE_WEBP_QUALITY, int(rng.integers(50, 95))])
        picture = cv2.imdecode(cv2.imencode(code[0], picture[..., ::-1], code[1])[1], cv2.IMREAD_COLOR)[..., ::-1]
    if picture.shape[0] != final:
        u = rng.random()
        if u < 0.5:
            picture = np.asarray(Image.fromarray(np.ascontiguousarray(picture)).resize((final, final), Image.Resampling.BICUBIC))
        else:
            how = cv2.INTER_AREA if u < 0.75 else cv2.INTER_LINEAR if u < 0.9 else cv2.INTER_CUBIC
            picture = cv2.resize(np.ascontiguousarray(picture), (final, final), interpolation=how)
    return np.ascontiguousarray(picture)  # [96, 96, 3]


def evaluation(studio: Studio, styles: tuple[str, ...]) -> Studio:
    """The same studio without augmentation and extra sets."""
    return replace(studio, styles=styles, extra_share=0.0, augment_share=0.0)
