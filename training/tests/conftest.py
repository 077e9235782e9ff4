"""Tests need no art: nouns are blocks of colour, letters are Pillow's own face."""

import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parent.parent))

from sightline_training.config import LossWeights, ModelConfig
from sightline_training.nouns import THINGS
from sightline_training.scene import Studio
from sightline_training.sprites import plain_atlas
from sightline_training.vocabulary import Encoder, texts, train_tokenizer

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def studio() -> Studio:
    return Studio(plain_atlas(), ("",), extra_share=0.0)


@pytest.fixture(scope="session")
def encoder(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    train_tokenizer(texts(studio, 60, 3), 700).save(str(path))
    return Encoder(path)


@pytest.fixture(scope="session")
def config(encoder: Encoder) -> ModelConfig:
    return ModelConfig(
        width=48, heads=3, encoder_layers=1, stem=(8, 12, 16), embedding=16, text_width=16, text_heads=2, text_layers=1,
        vocabulary=encoder.tokenizer.get_vocab_size(), classes=len(THINGS),
    )  # fmt: skip


@pytest.fixture(scope="session")
def weights() -> LossWeights:
    return LossWeights()
