"""Scenes with chosen things at chosen places (golden pictures, samples). In: Studio, layout. Out: picture of any size."""

from dataclasses import dataclass

import numpy as np

from .colours import sample_colour
from .lettering import draw_sign
from .nouns import THINGS
from .scene import Studio, place_sprite
from .shapes import draw_shape

NUMBER = {t.name: i for i, t in reversed(list(enumerate(THINGS)))}


@dataclass(frozen=True)
class Placed:
    """A thing at x, y (0..1) with a size; `colour` for shapes, `text` for signs."""

    name: str
    x: float
    y: float
    size: float
    colour: str = ""
    text: str = ""


def stage(studio: Studio, things: list[Placed], background: str, side: int, seed: int = 0, style: str = "twemoji") -> np.ndarray:
    """Draws them on a plain background: [side, side, 3] uint8."""
    rng = np.random.default_rng(seed)
    canvas = np.broadcast_to(sample_colour(background, rng), (side, side, 3)).astype(np.float32).copy()
    for t in things:
        if t.text:
            sprite = draw_sign(t.text, studio.fonts, rng, 3).pixels
        elif t.colour:
            sprite = draw_shape(t.name, sample_colour(t.colour, rng), rng, 2 * side, plain=True)
        else:
            found = studio.atlas.pick(NUMBER[t.name], (style,), rng)
            if found is None:
                raise ValueError(f"Expected {style} to have {t.name}")
            sprite = found[0]
        h, w = sprite.shape[:2]
        scale = t.size * side / max(h, w)
        place_sprite(canvas, sprite, t.x * side, t.y * side, w * scale, h * scale, 0.0, False)
    return np.clip(canvas, 0, 255).astype(np.uint8)
