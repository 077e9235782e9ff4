"""The weights file: the same model comes back, heads and statistics included, and a run starts from it or refuses."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sightline_training.config import ModelConfig
from sightline_training.model import Sightline
from sightline_training.weights import load_weights, save_weights
from train import first_model


def test_the_same_model_comes_back(config: ModelConfig, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = Sightline(config)
    pixels = torch.randn(4, 3, 96, 96)
    model.encoder(pixels)  # running statistics that are not the initial ones
    save_weights(model, tmp_path)
    again = load_weights(tmp_path)
    assert again.config == config
    for name, value in model.state_dict().items():
        torch.testing.assert_close(again.state_dict()[name], value, rtol=1e-3, atol=1e-6)
    torch.testing.assert_close(again.eval().encoder(pixels).memory, model.eval().encoder(pixels).memory, rtol=0, atol=2e-2)


def test_a_run_starts_from_a_folder_that_fits(config: ModelConfig, tmp_path: Path) -> None:
    model = Sightline(config)
    save_weights(model, tmp_path)
    started = first_model(tmp_path, config)
    torch.testing.assert_close(started.heads.nearest.weight, model.heads.nearest.weight, rtol=1e-3, atol=1e-6)
    with pytest.raises(SystemExit, match="another config"):
        first_model(tmp_path, replace(config, context=config.context + 1))
