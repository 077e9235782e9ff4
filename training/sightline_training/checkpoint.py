"""Loads a training checkpoint. In: checkpoint.pt. Out: the model and how it was trained."""

from pathlib import Path

import torch

from .config import ModelConfig
from .model import Sightline


def load_checkpoint(path: Path) -> tuple[Sightline, dict]:
    """The model with its weights, and the rest of the checkpoint (step, pictures, train_config)."""
    state = torch.load(path, map_location="cpu", weights_only=False)
    config = dict(state["model_config"])
    config["stem"] = tuple(config["stem"])
    model = Sightline(ModelConfig(**config))
    model.load_state_dict(state.pop("model"))
    state.pop("optimiser")
    return model.eval(), state
