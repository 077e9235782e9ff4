"""When an answer counts, and how sure it was. In: answers and accepted ones. Out: hits, calibration."""

import re

import numpy as np

NUMBER_WORDS = {w: str(i) for i, w in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])}
EXACT = {"yes", "no", *NUMBER_WORDS.values()}


def plain(text: str) -> str:
    """Lower-case, no punctuation, no articles."""
    words = re.sub(r"[^\w\s]", " ", text.lower()).split()
    return " ".join(w for w in words if w not in ("a", "an", "the"))


def counts(answer: str, accepted: list[str]) -> bool:
    """Equal, or containing an accepted one as whole words; yes, no and numbers must be equal (digits and words alike)."""
    said = plain(answer)
    said = NUMBER_WORDS.get(said, said)
    for one in map(plain, accepted):
        one = NUMBER_WORDS.get(one, one)
        if said == one or (one not in EXACT and re.search(rf"\b{re.escape(one)}\b", said)):
            return True
    return False


def confidence(logprobs: list[float], a: float, b: float) -> float:
    """Platt scaling of the answer's probability."""
    p = float(np.clip(np.exp(sum(logprobs)), 1e-6, 1 - 1e-6))
    return float(1 / (1 + np.exp(-(a * np.log(p / (1 - p)) + b))))


def fit_platt(probabilities: np.ndarray, hits: np.ndarray, steps: int = 60) -> tuple[float, float]:
    """Logistic regression of hit on logit(p), by Newton's method."""
    x = np.clip(probabilities, 1e-6, 1 - 1e-6)
    x = np.stack([np.log(x / (1 - x)), np.ones_like(x)], 1)
    w = np.array([1.0, 0.0])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-x @ w))
        gradient = x.T @ (p - hits) + 1e-3 * w
        hessian = (x * (p * (1 - p))[:, None]).T @ x + 1e-3 * np.eye(2)
        w = w - np.linalg.solve(hessian, gradient)
    return float(w[0]), float(w[1])


def calibration_error(confidences: np.ndarray, hits: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error with equal-width bins."""
    which = np.minimum((confidences * bins).astype(int), bins - 1)
    return float(sum(np.abs(confidences[which == b].mean() - hits[which == b].mean()) * (which == b).mean() for b in range(bins) if (which == b).any()))
