"""Losses by hand, shapes, every head learns, eight samples can be learnt by heart."""

import math

import pytest
import torch

from sightline_training.batch import Batch, Batcher, encode_texts, noun_prompts
from sightline_training.config import LossWeights, ModelConfig
from sightline_training.losses import compute, contrastive, masked_cross_entropy, pointing, rare_cross_entropy, total, weighted_tokens
from sightline_training.model import Sightline, segment_mask
from sightline_training.scene import Studio
from sightline_training.vocabulary import PAD, Encoder


@pytest.fixture
def batch(studio: Studio, encoder: Encoder, config: ModelConfig, weights: LossWeights) -> Batch:
    batcher = Batcher(studio, encoder, config, weights, 96, 3)
    from sightline_training.scene import compose

    kinds = ("single", "few", "few", "sign", "crowd", "single", "few", "sign")
    return batcher.pack([compose(studio, batcher.rng, kind) for kind in kinds])


@pytest.fixture
def nouns(encoder: Encoder, config: ModelConfig) -> torch.Tensor:
    import numpy as np

    return encode_texts(noun_prompts(np.random.default_rng(0)), encoder, config.text_context)


def test_token_loss_by_hand() -> None:
    logits = torch.log(torch.tensor([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]]))
    expected = (1.0 * -math.log(0.5) + 0.5 * -math.log(0.8)) / 2 / 6
    assert weighted_tokens(logits, torch.tensor([0, 1]), torch.tensor([1.0, 0.5]), 2).item() == pytest.approx(expected)


def test_masked_cross_entropy_by_hand() -> None:
    logits = torch.log(torch.tensor([[[0.7, 0.3], [0.4, 0.6], [0.5, 0.5]]]))
    assert masked_cross_entropy(logits, torch.tensor([[0, 1, -1]])).item() == pytest.approx((-math.log(0.7) - math.log(0.6)) / 2)
    assert masked_cross_entropy(logits, torch.full((1, 3), -1)).item() == 0


def test_empty_cells_weigh_a_tenth() -> None:
    logits = torch.log(torch.tensor([[[0.9, 0.1], [0.2, 0.8]]]))
    expected = (0.1 * -math.log(0.9) + -math.log(0.8)) / 1.1
    assert rare_cross_entropy(logits, torch.tensor([[0, 1]])).item() == pytest.approx(expected)


def test_pointing_by_hand() -> None:
    weights = torch.tensor([[[[0.2, 0.8]], [[0.6, 0.4]]]])  # [B=1, H=2, T=1, M=2]
    loss = pointing(weights, torch.tensor([[0, 0]]), torch.tensor([[0.0, 1.0]]))
    assert loss.item() == pytest.approx(-math.log(0.6))


def test_equal_captions_are_all_right() -> None:
    image = torch.eye(2)
    text = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    assert contrastive(image, text, torch.tensor([0, 0]), torch.tensor(1.0)).item() == pytest.approx((math.log(2) + (math.log(1 + math.e) - 0.5)) / 2, rel=1e-4)


def test_shapes(config: ModelConfig, batch: Batch) -> None:
    model = Sightline(config)
    image = model.encoder(batch.pixels)
    assert image.memory.shape == (8, 181, config.width) and image.embedding.shape == (8, config.embedding)
    memory = model.decoder.project_memory(image.memory)
    out = model.decoder(batch.ids, batch.positions, segment_mask(batch.segments), memory)
    assert memory.shape == (8, 181, config.decoder_layers * 2 * config.width)
    assert out.cross[-1].shape == (8, config.heads, 96, 181)
    assert model.decoder.logits(out.states).shape == (8, 96, config.vocabulary)


def test_every_head_and_tower_learns_within_ten_steps(config: ModelConfig, batch: Batch, nouns: torch.Tensor, weights: LossWeights) -> None:
    torch.manual_seed(0)
    model = Sightline(config)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    optimiser = torch.optim.Adam(model.parameters(), 1e-3)
    for _ in range(10):
        optimiser.zero_grad()
        outcome = compute(model, batch, nouns, PAD)
        total(outcome.losses, weights).backward()
        optimiser.step()
    assert set(outcome.losses) == {"answer", *vars(weights)} - {"prompt", "caption"}
    assert [name for name, p in model.named_parameters() if torch.equal(before[name], p)] == []


def test_a_loss_without_a_weight_is_refused(weights: LossWeights) -> None:
    with pytest.raises(KeyError):
        total({"forgotten": torch.tensor(1.0)}, weights)


def test_questions_of_one_row_do_not_see_each_other(config: ModelConfig) -> None:
    mask = segment_mask(torch.tensor([[0, 0, 1, 1, -1]]))[0, 0]
    assert mask[1, 0] == 0 and mask[3, 2] == 0 and mask[2, 1] < -1e3 and mask[0, 1] < -1e3


def test_eight_samples_are_learnt_by_heart(config: ModelConfig, batch: Batch, nouns: torch.Tensor, weights: LossWeights) -> None:
    torch.manual_seed(1)
    model = Sightline(config)
    optimiser = torch.optim.AdamW(model.parameters(), 4e-3)
    first = last = 0.0
    for _ in range(150):
        optimiser.zero_grad()
        outcome = compute(model, batch, nouns, PAD)
        total(outcome.losses, weights).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        last = outcome.losses["answer"].item()
        first = first or last
    assert last < 0.15 * first
