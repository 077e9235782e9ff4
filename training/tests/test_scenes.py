"""Scenes are the same for the same seed; questions are true; captions keep their promises."""

import numpy as np
import pytest

from sightline_training.captions import ALT_LIMIT, caption
from sightline_training.facts import PLACES, Facts, place_of
from sightline_training.nouns import THINGS
from sightline_training.questions import ask, ask_relation
from sightline_training.scene import NAMING_SHARES, Scene, Studio, Thing, compose


def test_the_same_seed_draws_the_same_scene(studio: Studio) -> None:
    one, two = (compose(studio, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one.pixels, two.pixels) and one.things == two.things


@pytest.mark.parametrize("kind", [*NAMING_SHARES, "crowd"])
def test_every_kind_of_scene_fits_the_picture(studio: Studio, kind: str) -> None:
    scene = compose(studio, np.random.default_rng(11), kind)
    assert scene.pixels.shape == (96, 96, 3) and scene.pixels.dtype == np.uint8
    assert all(0 <= t.x <= 1 and 0 <= t.y <= 1 for t in scene.things)


def test_counts_and_existence_are_true(studio: Studio) -> None:
    rng = np.random.default_rng(2)
    for _ in range(60):
        scene = compose(studio, rng)
        for q in ask(scene, rng, 6):
            if q.type == "count-things":
                assert q.answer == str(len(scene.things))
            if q.type == "where":
                assert q.answer in PLACES and q.answer == place_of(scene.things[q.targets[0]])


def test_a_relation_names_the_fact_before_the_verdict() -> None:
    scene = Scene(np.zeros((96, 96, 3), np.uint8), (Thing(0, None, 0.2, 0.2, 0.2, 0.2), Thing(1, None, 0.8, 0.8, 0.2, 0.2)), "black")
    facts, seen = Facts(scene, np.random.default_rng(1)), 0
    for _ in range(80):
        q = ask_relation(facts)
        if q and q.rationale:
            first = scene.things[q.asked[0] or 0]
            assert q.rationale == (("left" if first.x < 0.5 else "right") if q.rationale in ("left", "right") else ("above" if first.y < 0.5 else "below"))
            said = any(
                word in q.text
                for word in {"left": ["left"], "right": ["right"], "above": ["above", "over", "higher"], "below": ["below", "under", "beneath", "lower"]}[q.rationale]
            )
            assert q.answer == ("yes" if said else "no")
            seen += 1
    assert seen > 10


def test_borderline_places_are_not_asked() -> None:
    assert place_of(Thing(0, None, 1 / 3 + 0.01, 0.5, 0.2, 0.2)) is None
    assert place_of(Thing(0, None, 0.5, 0.5, 0.2, 0.2)) == "center"


def test_alt_text_is_short_and_starts_with_its_subject(studio: Studio) -> None:
    rng = np.random.default_rng(4)
    for _ in range(80):
        text = caption(compose(studio, rng), alt=True).answer
        assert len(text) <= ALT_LIMIT and not text.lower().startswith(("image", "picture of", "a ", "an "))


def test_nouns_have_different_names() -> None:
    assert len({t.name for t in THINGS if t.kind != "shape"}) == len([t for t in THINGS if t.kind != "shape"])
