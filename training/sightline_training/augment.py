"""Style augmentation of one sprite, so that an unseen art style is still recognised.

In: RGBA [96, 96, 4] uint8. Out: the same, in another style. Mild on purpose: about 45 % of sprites are touched.
"""

from collections.abc import Callable

import cv2
import numpy as np

from .colours import COLOURS, sample_colour

Sprite = np.ndarray
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def _hue(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV).astype(np.int16)
    hsv[..., 0] = (hsv[..., 0] + int(rng.integers(-25, 26))) % 180
    hsv[..., 1] = np.clip(hsv[..., 1] * rng.uniform(0.4, 1.5), 0, 255)
    hsv[..., 2] = np.clip(hsv[..., 2] * rng.uniform(0.75, 1.2), 0, 255)
    return cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB)


def _swap(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.ascontiguousarray(rgb[..., rng.permutation(3)])


def _grey(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None], 3, 2)


def _ramp(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    dark, light = sorted((rng.uniform(0, 255, 3), rng.uniform(0, 255, 3)), key=lambda c: c @ LUMA)
    t = (rgb @ LUMA / 255)[..., None]
    return (dark * 0.7 * (1 - t) + np.minimum(light * 1.3, 255) * t).astype(np.uint8)


def _conv(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    kernel = rng.normal(0, 0.25, (3, 3)).astype(np.float32)
    kernel[1, 1] += 1
    return cv2.filter2D(rgb, -1, kernel / max(0.3, kernel.sum()))


def _posterise(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    step = int(rng.integers(48, 110))
    return np.clip(rgb // step * step + step // 2, 0, 255).astype(np.uint8)


def _blur(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return cv2.GaussianBlur(rgb, (0, 0), rng.uniform(0.6, 2.0))


def _contrast(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    gain, bias = rng.uniform(0.6, 1.5), rng.uniform(-35, 35)
    return np.clip((rgb.astype(np.float32) - 128) * gain + 128 + bias, 0, 255).astype(np.uint8)


def _line_art(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    edges = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    paper, ink = (255, 20) if rng.random() < 0.7 else (25, 240)
    t = np.clip(edges.astype(np.float32) / 60, 0, 1)[..., None]
    flat = rgb if rng.random() < 0.4 else np.full_like(rgb, paper)
    return (flat * (1 - t) + ink * t).astype(np.uint8)


COLOUR_EFFECTS: tuple[Callable[[np.ndarray, np.random.Generator], np.ndarray], ...] = (
    _hue, _hue, _hue, _contrast, _contrast, _swap, _grey, _ramp, _conv, _posterise, _blur, _line_art,
)  # fmt: skip


def _outline(sprite: Sprite, rng: np.random.Generator) -> Sprite:
    """Sticker edge: a dark or white rim around the alpha."""
    alpha = sprite[..., 3]
    grown = cv2.dilate(alpha, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (int(rng.integers(3, 8)),) * 2))
    ink = 255.0 if rng.random() < 0.5 else float(rng.uniform(0, 60))
    t = (alpha.astype(np.float32) / 255)[..., None]
    rgb = sprite[..., :3] * t + ink * (1 - t)
    return np.concatenate([rgb.astype(np.uint8), grown[..., None]], 2)


def recolour(sprite: Sprite, rng: np.random.Generator) -> Sprite:
    """A monochrome icon in one random colour, a third of the time on a backing shape."""
    out = sprite.copy()
    out[..., :3] = sample_colour(COLOURS[int(rng.integers(len(COLOURS)))], rng).astype(np.uint8)
    if rng.random() < 0.33:
        back = np.zeros((96, 96), np.uint8)
        cv2.circle(back, (48, 48), 47, 255, -1, cv2.LINE_AA) if rng.random() < 0.5 else back.fill(255)
        small = cv2.resize(out, (66, 66), interpolation=cv2.INTER_AREA)
        plate = np.zeros_like(out)
        plate[..., :3] = 255 - out[0, 0, :3] if rng.random() < 0.5 else 245
        plate[..., 3] = back
        t = small[..., 3:].astype(np.float32) / 255
        plate[15:81, 15:81, :3] = (plate[15:81, 15:81, :3] * (1 - t) + small[..., :3] * t).astype(np.uint8)
        out = plate
    return out


def augment_sprite(sprite: Sprite, rng: np.random.Generator, share: float = 0.45) -> Sprite:
    """Zero, one or two effects; 2 % become a silhouette."""
    if rng.random() >= share:
        return sprite
    if rng.random() < 0.04:
        return recolour(sprite, rng)
    rgb = np.ascontiguousarray(sprite[..., :3])
    for _ in range(1 + int(rng.random() < 0.3)):
        rgb = COLOUR_EFFECTS[int(rng.integers(len(COLOUR_EFFECTS)))](rgb, rng)
    out = np.concatenate([rgb, sprite[..., 3:]], 2)
    return _outline(out, rng) if rng.random() < 0.2 else out
