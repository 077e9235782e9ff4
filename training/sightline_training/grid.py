"""The truth per image cell, for the dense losses. In: Scene. Out: label arrays; -1 means "not asked here"."""

from dataclasses import dataclass

import numpy as np

from .colours import COLOURS
from .config import ModelConfig
from .facts import EXTREMES, nearest
from .lettering import LETTERS
from .scene import Letter, Scene, Thing

COLOUR_NUMBER = {name: i for i, name in enumerate(COLOURS)}
LETTER_NUMBER = {letter: i + 1 for i, letter in enumerate(LETTERS)}


@dataclass
class Grid:
    """Labels of one scene. P = patches a side squared, F = fine cells a side squared."""

    cells: np.ndarray  # [things + 1, 1 + P + F] bool: where each thing is; the last row is the background
    letter_cells: dict[int, np.ndarray]  # sign -> [letters, 1 + P + F] bool
    thing_class: np.ndarray  # [P] 0 = none
    colour: np.ndarray  # [P]
    own_place: np.ndarray  # [P, 2]
    extremes: np.ndarray  # [P, 4]
    nearest: np.ndarray  # [P]
    letters: np.ndarray  # [F] 0 = none
    letter_index: np.ndarray  # [F]


def centres(side: int) -> np.ndarray:
    """The middles of the cells, row by row: [side*side, 2] as x, y."""
    line = (np.arange(side) + 0.5) / side
    return np.stack(np.meshgrid(line, line), -1).reshape(-1, 2)


CENTRES = {side: centres(side) for side in (6, 8, 10, 12, 16, 20)}


def box_cells(thing: Thing, side: int) -> np.ndarray:
    """Cells whose middle is in the thing's box (or the one with its centre)."""
    d = np.abs(CENTRES[side] - (thing.x, thing.y))
    inside = (d[:, 0] < max(thing.w * 0.46, 0.5 / side)) & (d[:, 1] < max(thing.h * 0.46, 0.5 / side))
    inside[min(side - 1, int(thing.y * side)) * side + min(side - 1, int(thing.x * side))] = True
    return inside  # [side*side]


def _letter_cells(letters: tuple[Letter, ...], half_w: float, half_h: float, side: int) -> np.ndarray:
    points = np.array([(one.x, one.y) for one in letters])  # [n, 2]
    d = np.abs(CENTRES[side][None] - points[:, None])  # [n, F, 2]
    return (d[..., 0] <= max(half_w, 0.51 / side)) & (d[..., 1] <= max(half_h, 0.51 / side))


def label(scene: Scene, config: ModelConfig) -> Grid:
    """All labels of one scene."""
    p, f, things = config.patches, config.fine, scene.things
    memory, n = config.memory, len(things)
    cells = np.zeros((n + 1, memory), bool)
    thing_class, own = np.zeros(p * p, np.int64), np.full(p * p, -1, np.int64)
    best = np.full(p * p, 9.0)
    for i, t in enumerate(things):
        cells[i, 1 : 1 + p * p], cells[i, 1 + p * p :] = box_cells(t, p), box_cells(t, f)
        d = np.hypot(*(CENTRES[p] - (t.x, t.y)).T)
        take = cells[i, 1 : 1 + p * p] & (d < best)
        own[take], best[take], thing_class[take] = i, d[take], t.number + 1
    cells[n, 1:] = ~cells[:n, 1:].any(0)
    has = own >= 0
    colour = np.full(p * p, COLOUR_NUMBER.get(scene.background or "", -1), np.int64)
    place, ends, near = np.full((p * p, 2), -1, np.int64), np.full((p * p, 4), -1, np.int64), np.full(p * p, -1, np.int64)
    if n:
        colours = np.array([COLOUR_NUMBER.get(t.colour or "", -1) for t in things])
        bins = np.array([(place_bin(t.x, config.bins), place_bin(t.y, config.bins)) for t in things])
        colour[has], place[has] = colours[own[has]], bins[own[has]]
    if n > 1:
        beside = [nearest(things, i) for i in range(n)]
        near[has] = np.array([-1 if j is None else things[j].number for j in beside])[own[has]]
        ends[has] = _extremes(things)[own[has]]
    letters, index = np.zeros(f * f, np.int64), np.full(f * f, -1, np.int64)
    per_sign: dict[int, np.ndarray] = {}
    for i, t in enumerate(things):
        if t.letters:
            mask = _letter_cells(t.letters, t.w / len(t.letters) * 0.42, t.h * 0.3, f)
            per_sign[i] = np.concatenate([np.zeros((len(mask), 1 + p * p), bool), mask], 1)
            _write_letters(t.letters, mask, letters, index, config.letter_positions)
    if scene.soup:
        _write_letters(scene.soup, _letter_cells(scene.soup, 0.3 / f, 0.3 / f, f), letters, index, config.letter_positions)
    return Grid(cells, per_sign, thing_class, colour, place, ends, near, letters, index)


def place_bin(v: float, bins: int) -> int:
    """A coordinate's bin."""
    return min(bins - 1, max(0, int(v * bins)))


def _write_letters(found: tuple[Letter, ...], mask: np.ndarray, letters: np.ndarray, index: np.ndarray, most: int) -> None:
    for one, where in zip(found, mask, strict=True):
        letters[where] = LETTER_NUMBER.get(one.letter, 0)
        if 0 <= one.index < most:
            index[where] = one.index


def _extremes(things: tuple[Thing, ...], margin: float = 0.05) -> np.ndarray:
    """Per thing and direction: 1 is the extreme, 0 is not, -1 near a tie: [n, 4]."""
    out = np.zeros((len(things), len(EXTREMES)), np.int64)
    for k in range(4):
        v = np.array([(t.x if k < 2 else t.y) * (1 if k % 2 == 0 else -1) for t in things])
        out[v <= v.min() + margin, k] = -1
        if np.sum(v <= v.min() + margin) == 1:
            out[int(v.argmin()), k] = 1
    return out
