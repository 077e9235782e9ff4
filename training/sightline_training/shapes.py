"""The twelve plain shapes. In: shape name, RGB. Out: sprite [side, side, 4] uint8."""

import cv2
import numpy as np

SIZE = 96


def _regular(n: int, turn: float, r: float = 0.46) -> np.ndarray:
    t = np.arange(n) * 2 * np.pi / n + turn
    return np.stack([0.5 + r * np.cos(t), 0.5 + r * np.sin(t)], 1)  # [n, 2]


def _star(points: int, inner: float) -> np.ndarray:
    t = np.arange(2 * points) * np.pi / points - np.pi / 2
    r = np.where(np.arange(2 * points) % 2 == 0, 0.48, 0.48 * inner)
    return np.stack([0.5 + r * np.cos(t), 0.5 + r * np.sin(t)], 1)


def _heart() -> np.ndarray:
    t = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return np.stack([0.5 + x / 36, 0.46 - y / 36], 1)


def outline(name: str, rng: np.random.Generator) -> np.ndarray:
    """The corner points [n, 2] in 0..1 with a little variety of proportions."""
    up = -np.pi / 2
    if name == "circle":
        return _regular(48, 0)
    if name == "oval":
        return (_regular(48, 0) - 0.5) * (1, rng.uniform(0.5, 0.68)) + 0.5
    if name == "square":
        return _regular(4, np.pi / 4, 0.58)
    if name == "rectangle":
        return (_regular(4, np.pi / 4, 0.64) - 0.5) * (1, rng.uniform(0.42, 0.65)) + 0.5
    if name == "triangle":
        return _regular(3, up, 0.5) * (1, 1) + (0, 0.08)
    if name == "pentagon":
        return _regular(5, up)
    if name == "hexagon":
        return _regular(6, up if rng.random() < 0.5 else 0.0)
    if name == "rhombus":
        return (_regular(4, up, 0.48) - 0.5) * (rng.uniform(0.6, 0.8), 1) + 0.5
    if name == "star":
        return _star(5, rng.uniform(0.38, 0.5))
    if name == "heart":
        return _heart()
    w = rng.uniform(0.13, 0.19)
    if name == "cross":
        a, b, lo, hi = 0.5 - w, 0.5 + w, 0.04, 0.96
        return np.array([(a, lo), (b, lo), (b, a), (hi, a), (hi, b), (b, b), (b, hi), (a, hi), (a, b), (lo, b), (lo, a), (a, a)])
    if name == "arrow":
        w *= 0.7
        arrow = np.array([(0.04, 0.5 - w), (0.55, 0.5 - w), (0.55, 0.2), (0.96, 0.5), (0.55, 0.8), (0.55, 0.5 + w), (0.04, 0.5 + w)])
        turn = int(rng.integers(4))
        for _ in range(turn):
            arrow = np.stack([1 - arrow[:, 1], arrow[:, 0]], 1)
        return arrow
    raise ValueError(f"Expected a known shape, got {name!r}")


def draw_shape(name: str, colour: np.ndarray, rng: np.random.Generator, side: int = SIZE, plain: bool = False) -> np.ndarray:
    """A filled shape, sometimes with an edge or a soft shade."""
    sprite = np.zeros((side, side, 4), np.uint8)
    sprite[..., :3] = np.clip(colour, 0, 255).astype(np.uint8)
    points = np.round(np.clip(outline(name, rng), 0.01, 0.99) * side * 16).astype(np.int32)
    alpha = np.zeros((side, side), np.uint8)
    cv2.fillPoly(alpha, [points], 255, cv2.LINE_AA, 4)
    if not plain and rng.random() < 0.15:  # an outlined shape: thick ring of the colour
        inner = cv2.erode(alpha, np.ones((3, 3), np.uint8), iterations=int(rng.integers(5, 9)))
        if rng.random() < 0.5:
            alpha = alpha - inner
        else:
            sprite[..., :3] = np.where((alpha > inner)[..., None], (sprite[..., :3] * 0.55).astype(np.uint8), sprite[..., :3])
    if not plain and rng.random() < 0.2:
        shade = np.linspace(rng.uniform(0.85, 1), rng.uniform(0.85, 1), side, dtype=np.float32)
        sprite[..., :3] = (sprite[..., :3] * shade[:, None, None]).astype(np.uint8)
    sprite[..., 3] = alpha
    return sprite  # [side, side, 4]
