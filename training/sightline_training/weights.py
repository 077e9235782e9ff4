"""The weights that training starts from again: model.safetensors, heads included, its metadata the config.

In: a model. Out: one file, matrices in half precision, vectors (norms, running statistics) in single, as they are few and touchy.
"""

import json
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from .config import ModelConfig
from .model import Sightline

NAME = "model.safetensors"


def save_weights(model: Sightline, folder: Path) -> None:
    """Writes FOLDER/model.safetensors."""
    tensors = {k: (v.half() if v.is_floating_point() and v.ndim > 1 else v).contiguous() for k, v in model.state_dict().items()}
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / NAME, metadata={"format": "pt", "config": json.dumps(asdict(model.config))})


def load_weights(folder: Path) -> Sightline:
    """The model as it was saved, in single precision."""
    with safe_open(folder / NAME, framework="pt") as file:
        config = json.loads(file.metadata()["config"])
        tensors = {k: file.get_tensor(k) for k in file.keys()}  # noqa: SIM118 - not a dict
    model = Sightline(ModelConfig(**{**config, "stem": tuple(config["stem"])}))
    model.load_state_dict({k: v.float() if v.dtype == torch.half else v for k, v in tensors.items()})
    return model
