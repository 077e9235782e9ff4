"""Backgrounds of many kinds. In: size, rng. Out: picture [S, S, 3] float32 and its colour's name, or None where it has no one name."""

import cv2
import numpy as np

from .colours import COLOURS, sample_colour

PATTERNS = ("plain", "gradient", "stripes", "dots", "checks", "noise", "clouds", "split", "photo")
WEIGHTS = (0.46, 0.13, 0.06, 0.05, 0.04, 0.07, 0.08, 0.04, 0.07)


def _mix(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> np.ndarray:
    return a + (b - a) * t[..., None]  # [S, S, 3]


def _smooth_noise(size: int, cells: int, rng: np.random.Generator, channels: int = 1) -> np.ndarray:
    grid = rng.random((cells, cells, channels), dtype=np.float32)
    big = cv2.resize(grid, (size, size), interpolation=cv2.INTER_CUBIC)
    return np.clip(big, 0, 1).reshape(size, size, channels)  # [S, S, C]


def make_background(size: int, rng: np.random.Generator, white_share: float = 0.3) -> tuple[np.ndarray, str | None]:
    """One background. `None` as the name means: do not ask for its colour."""
    if rng.random() < white_share:
        return np.full((size, size, 3), 255 - rng.integers(0, 4), np.float32), "white"
    name = COLOURS[int(rng.integers(len(COLOURS)))]
    a = sample_colour(name, rng)
    kind = PATTERNS[int(rng.choice(len(PATTERNS), p=WEIGHTS))]
    if kind == "plain":
        return np.broadcast_to(a, (size, size, 3)).astype(np.float32), name
    two = rng.random() < 0.35
    b = sample_colour(COLOURS[int(rng.integers(len(COLOURS)))] if two else name, rng)
    ys, xs = np.mgrid[0:size, 0:size].astype(np.float32) / size  # [S, S] each
    angle = rng.uniform(0, 2 * np.pi)
    along = xs * np.cos(angle) + ys * np.sin(angle)  # [S, S]
    if kind == "gradient":
        along = (along - along.min()) / (np.ptp(along) + 1e-6)
        picture = _mix(a, b, along)
    elif kind == "stripes":
        picture = _mix(a, b, ((along * rng.uniform(4, 14)) % 1 < rng.uniform(0.2, 0.6)).astype(np.float32))
    elif kind == "dots":
        n = rng.uniform(4, 12)
        r2 = (xs * n % 1 - 0.5) ** 2 + (ys * n % 1 - 0.5) ** 2
        picture = _mix(a, b, (r2 < rng.uniform(0.02, 0.1)).astype(np.float32))
    elif kind == "checks":
        n = rng.uniform(3, 10)
        picture = _mix(a, b, ((xs * n // 1 + ys * n // 1) % 2).astype(np.float32))
    elif kind == "noise":
        two = False
        picture = a + rng.normal(0, rng.uniform(4, 18), (size, size, 3)).astype(np.float32)
    elif kind == "clouds":
        picture = _mix(a, b, _smooth_noise(size, int(rng.integers(3, 9)), rng)[..., 0])
    elif kind == "split":
        two = True
        picture = _mix(a, b, (along > rng.uniform(0.3, 0.7)).astype(np.float32))
    else:  # photo-like: smooth colour blotches with a horizon and grain
        two = True
        picture = _smooth_noise(size, int(rng.integers(3, 7)), rng, 3) * 255
        picture = picture * 0.6 + _mix(a, b, (ys > rng.uniform(0.3, 0.8)).astype(np.float32)) * 0.4
        picture = picture + rng.normal(0, rng.uniform(0, 10), (size, size, 1)).astype(np.float32)
    return np.clip(picture, 0, 255).astype(np.float32), None if two else name
