"""When an answer counts, by the rule of the evaluation format; calibration by hand."""

import numpy as np
import pytest

from sightline_training.judge import calibration_error, confidence, counts, fit_platt


@pytest.mark.parametrize(
    ("answer", "accepted", "hit"),
    [
        ("the Dog.", ["dog"], True),
        ("two hot dogs", ["dog"], False),
        ("wine glass", ["glass"], True),
        ("yes", ["no"], False),
        ("yes, no", ["no"], False),
        ("3", ["three"], True),
        ("13", ["3"], False),
        ("top left", ["left"], True),
    ],
)
def test_counts(answer: str, accepted: list[str], hit: bool) -> None:
    assert counts(answer, accepted) is hit


def test_platt_finds_the_truth() -> None:
    rng = np.random.default_rng(0)
    p = rng.uniform(0.02, 0.98, 4000)
    truth = 1 / (1 + np.exp(-(0.5 * np.log(p / (1 - p)) - 0.3)))
    a, b = fit_platt(p, (rng.random(4000) < truth).astype(float))
    assert a == pytest.approx(0.5, abs=0.1) and b == pytest.approx(-0.3, abs=0.12)
    assert confidence([np.log(0.9)], 1.0, 0.0) == pytest.approx(0.9)


def test_calibration_error_by_hand() -> None:
    assert calibration_error(np.array([0.95, 0.95, 0.15, 0.15]), np.array([1, 1, 0, 1.0])) == pytest.approx(0.5 * 0.05 + 0.5 * 0.35)
