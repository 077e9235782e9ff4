"""Encoding word by word equals the tokenizer's own; packing keeps questions apart and points at the right tokens."""

import numpy as np

from sightline_training.batch import Batcher, encode_question
from sightline_training.config import LossWeights, ModelConfig
from sightline_training.grid import label
from sightline_training.questions import ask
from sightline_training.scene import Studio, compose
from sightline_training.vocabulary import ANSWER, ASK, END, SO, SPECIAL, Encoder, texts


def test_pieces_encode_as_the_whole_text_does(studio: Studio, encoder: Encoder) -> None:
    for text in list(texts(studio, 20, 8))[:400]:
        assert encoder.text(text) == encoder.tokenizer.encode(text, add_special_tokens=False).ids
        assert encoder.decode(encoder.text(text)) == text


def test_special_tokens_have_their_fixed_numbers(encoder: Encoder) -> None:
    assert [encoder.tokenizer.token_to_id(t) for t in SPECIAL] == list(range(7))


def test_slots_name_the_last_token_of_the_noun(studio: Studio, encoder: Encoder, config: ModelConfig) -> None:
    rng = np.random.default_rng(6)
    for _ in range(30):
        scene = compose(studio, rng)
        for q in ask(scene, rng, 4):
            e = encode_question(q, label(scene, config), encoder)
            assert e.ids[0] == ASK and e.ids[e.start - 1] == ANSWER and e.ids[-1] == END
            assert (SO in e.ids) == (q.rationale is not None)
            assert encoder.decode(e.ids[1 : e.start - 1]) == q.text


def test_a_batch_is_packed_without_overlap(studio: Studio, encoder: Encoder, config: ModelConfig, weights: LossWeights) -> None:
    batch = Batcher(studio, encoder, config, weights, 96, 1).next(6)
    assert batch.ids.shape == (6, 96) and batch.pixels.shape == (6, 3, 96, 96)
    assert batch.answer_cells.shape[1] == config.memory == 181
    for row in range(6):
        used = batch.segments[row] >= 0
        starts = (batch.positions[row] == 0) & used
        assert int(starts.sum()) == len(batch.types[row])
        assert bool((batch.targets[row][~used] == -100).all())
