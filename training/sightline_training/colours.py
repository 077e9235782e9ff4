"""Eleven named colours. Out: a random RGB that people would call by that name (ranges kept away from the borders)."""

import colorsys

import numpy as np

COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "gray")

# name -> list of (hue in degrees, saturation, value) ranges
RANGES: dict[str, list[tuple[tuple[float, float], tuple[float, float], tuple[float, float]]]] = {
    "red": [((-8, 7), (0.75, 1.0), (0.68, 1.0))],
    "orange": [((22, 36), (0.8, 1.0), (0.9, 1.0))],
    "yellow": [((47, 60), (0.6, 1.0), (0.88, 1.0))],
    "green": [((90, 155), (0.45, 1.0), (0.38, 0.9)), ((100, 140), (0.3, 0.5), (0.75, 0.95))],
    "blue": [((205, 242), (0.6, 1.0), (0.5, 1.0)), ((197, 220), (0.35, 0.6), (0.85, 1.0))],
    "purple": [((264, 292), (0.42, 0.9), (0.42, 0.9))],
    "pink": [((318, 348), (0.25, 0.6), (0.92, 1.0)), ((318, 335), (0.55, 0.8), (0.95, 1.0))],
    "brown": [((16, 30), (0.5, 0.85), (0.3, 0.58))],
    "black": [((0, 360), (0.0, 0.3), (0.0, 0.12))],
    "white": [((0, 360), (0.0, 0.03), (0.95, 1.0))],
    "gray": [((0, 360), (0.0, 0.07), (0.38, 0.74))],
}


def sample_colour(name: str, rng: np.random.Generator) -> np.ndarray:
    """An RGB of that name, 0..255 as float32 [3]."""
    ranges = RANGES[name]
    hue, sat, val = ranges[int(rng.integers(len(ranges)))]
    h, s, v = rng.uniform(*hue) % 360 / 360, rng.uniform(*sat), rng.uniform(*val)
    return np.array(colorsys.hsv_to_rgb(h, s, v), np.float32) * 255  # [3]


def distance(a: np.ndarray, b: np.ndarray) -> float:
    """Plain RGB distance; under about 60 two areas are hard to tell apart."""
    return float(np.abs(a - b).max())
