"""What is true of a scene, read from its things: counts, places, neighbours, extremes. Where it is not clear, the answer is None."""

from collections import Counter

import numpy as np

from .nouns import NOUNS, SHAPE_START, SHAPES
from .scene import Scene, Thing

EDGE = 0.045  # how near to a border between places a centre may not be
PLACES = ("top left", "top", "top right", "left", "center", "right", "bottom left", "bottom", "bottom right")
SAID = {"center": ("center", "middle", "centre"), "top left": ("top left", "upper left"), "top right": ("top right", "upper right"),
        "bottom left": ("bottom left", "lower left"), "bottom right": ("bottom right", "lower right")}  # fmt: skip


class Facts:
    """A scene seen for asking: unique things, counts, places."""

    def __init__(self, scene: Scene, rng: np.random.Generator) -> None:
        self.scene, self.rng, self.things = scene, rng, scene.things
        self.counts = Counter(t.number for t in scene.things)
        self.unique = [i for i, t in enumerate(scene.things) if self.counts[t.number] == 1]

    def pick(self, options: list[int]) -> int:
        return options[int(self.rng.integers(len(options)))]

    def absent(self) -> int:
        """A class that is not in the picture."""
        while True:
            number = int(self.rng.integers(len(NOUNS))) if self.rng.random() < 0.85 else SHAPE_START + int(self.rng.integers(len(SHAPES)))
            if number not in self.counts:
                return number


def place_of(thing: Thing) -> str | None:
    """The ninth its centre is in, or None near a border."""
    if any(abs(v - b) < EDGE for v in (thing.x, thing.y) for b in (1 / 3, 2 / 3)):
        return None
    return PLACES[int(thing.y * 3) * 3 + int(thing.x * 3)]


def things_at(things: tuple[Thing, ...], place: str) -> list[int] | None:
    """The things at a place as people mean it (a side is a whole third); None where it is not clear."""
    inside = []
    for i, t in enumerate(things):
        near = [(0.0 if lo <= v < hi else min(abs(v - lo), abs(v - hi))) for v, lo, hi in bounds(place, t)]
        deep = all(lo + EDGE * (lo > 0) <= v < hi - EDGE * (hi < 1) for v, lo, hi in bounds(place, t))
        if max(near) < 0.09 and not deep:
            return None
        if deep:
            inside.append(i)
    return inside


def bounds(place: str, t: Thing) -> list[tuple[float, float, float]]:
    a, b = 1 / 3, 2 / 3
    out = []
    if "left" in place:
        out.append((t.x, 0.0, a))
    if "right" in place:
        out.append((t.x, b, 1.0))
    if "top" in place:
        out.append((t.y, 0.0, a))
    if "bottom" in place:
        out.append((t.y, b, 1.0))
    return out or [(t.x, a, b), (t.y, a, b)]


def nearest(things: tuple[Thing, ...], i: int) -> int | None:
    """The clearly nearest neighbour of thing i."""
    gaps = sorted((np.hypot(t.x - things[i].x, t.y - things[i].y), j) for j, t in enumerate(things) if j != i)
    if not gaps or (len(gaps) > 1 and gaps[1][0] < gaps[0][0] * 1.3):
        return None
    return int(gaps[0][1])


EXTREMES = ("leftmost", "rightmost", "topmost", "bottommost")


def extreme(things: tuple[Thing, ...], which: str, margin: float = 0.07) -> int | None:
    """The thing that is furthest that way, by a clear margin."""
    if len(things) < 2:
        return None
    values = [(t.x if which in EXTREMES[:2] else t.y) * (1 if which in ("leftmost", "topmost") else -1) for t in things]
    order = np.argsort(values)
    return int(order[0]) if values[order[1]] - values[order[0]] > margin else None
