"""The one buffer of gradients: every parameter's gradient is in it, is zeroed with it, and equals an ordinary backward pass."""

import pytest
import torch

from sightline_training.config import ModelConfig, TrainConfig
from sightline_training.model import Sightline
from train import FlatGradients, groups, learning_rate


def test_every_gradient_lives_in_the_buffer(config: ModelConfig) -> None:
    torch.manual_seed(0)
    model = Sightline(config).to(memory_format=torch.channels_last)
    pixels = torch.randn(2, 3, 96, 96).contiguous(memory_format=torch.channels_last)
    model.encoder(pixels).memory.square().sum().backward()
    plain = {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}
    flat = FlatGradients(model)
    for _ in range(2):  # a second pass must not add to the first
        flat.buffer.zero_()
        model.encoder(pixels).memory.square().sum().backward()
    for name, p in model.named_parameters():
        assert p.grad is not None and p.grad.untyped_storage().data_ptr() == flat.buffer.untyped_storage().data_ptr(), name
        if name in plain:
            torch.testing.assert_close(p.grad, plain[name], rtol=1e-3, atol=1e-2)


def test_a_model_laid_out_later_is_refused(config: ModelConfig) -> None:
    with pytest.raises(RuntimeError, match="bug"):
        FlatGradients(Sightline(config))


def test_the_fused_step_equals_the_plain_one(config: ModelConfig) -> None:
    torch.manual_seed(0)
    one = Sightline(config).to(memory_format=torch.channels_last)
    two = Sightline(config)
    two.load_state_dict(one.state_dict())
    pixels = torch.randn(2, 3, 96, 96)
    FlatGradients(one)
    fused = torch.optim.AdamW(groups(one, TrainConfig()), 1e-3, fused=True)
    slow = torch.optim.AdamW([p for p in two.parameters() if p.ndim == 4], 1e-3, weight_decay=TrainConfig().weight_decay)
    for model, optimiser in ((one, fused), (two, slow)):
        model.encoder(pixels).memory.square().mean().backward()
        optimiser.step()
    name = "encoder.stem8.1.0.weight"
    torch.testing.assert_close(one.get_parameter(name), two.get_parameter(name), rtol=0, atol=5e-4)


def test_learning_rate_warms_up_and_ends_at_zero() -> None:
    config = TrainConfig(minutes=100, warmup_minutes=1)
    assert learning_rate(config, 0) == 0
    assert learning_rate(config, 0.01) == pytest.approx(config.learning_rate)
    assert learning_rate(config, 1) == pytest.approx(0)
