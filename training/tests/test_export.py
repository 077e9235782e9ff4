"""The ONNX files equal PyTorch, with any padding and cache; weights survive half-precision storage exactly."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from sightline_training.config import ModelConfig
from sightline_training.folded import fold_cross_attention
from sightline_training.folder import write_folder
from sightline_training.graphs import DecoderGraph, EncoderGraph, for_export
from sightline_training.model import Sightline
from sightline_training.onnx_files import write_all
from sightline_training.runtime import Runtime
from sightline_training.vocabulary import CAPTION, END, Encoder


@pytest.fixture(scope="module")
def exported(config: ModelConfig, tmp_path_factory: pytest.TempPathFactory) -> tuple[Sightline, Path]:
    torch.manual_seed(0)
    model, folder = for_export(Sightline(config)), tmp_path_factory.mktemp("model")
    write_all(model, folder)
    return model, folder


def no_past(config: ModelConfig, batch: int) -> list[list[torch.Tensor]]:
    return [[torch.zeros(batch, config.heads, 0, config.width // config.heads)] * 2] * config.decoder_layers


@torch.no_grad()
def test_encoder_and_text_equal_pytorch(exported: tuple[Sightline, Path]) -> None:
    model, folder = exported
    runtime, pixels = Runtime(folder), torch.randn(3, 3, 96, 96)
    for mine, theirs in zip(EncoderGraph(model)(pixels), runtime.encode(pixels.numpy()), strict=True):
        assert np.abs(mine.numpy() - theirs).max() < 1e-5
    ids, mask = torch.randint(7, model.config.vocabulary, (2, 7)), torch.ones(2, 7, dtype=torch.long)
    mask[1, 4:] = 0
    assert np.abs(model.text(ids, mask).numpy() - runtime.embed(ids.numpy(), mask.numpy())).max() < 1e-5
    assert np.abs(model.text(ids[1:, :4], mask[1:, :4]).numpy() - runtime.embed(ids.numpy(), mask.numpy())[1]).max() < 1e-5


@torch.no_grad()
def test_decoder_equals_pytorch_with_padding_and_cache(exported: tuple[Sightline, Path]) -> None:
    model, folder = exported
    runtime, graph = Runtime(folder), DecoderGraph(model)
    hidden = torch.randn(2, 181, model.config.width)
    ids, mask = torch.randint(7, model.config.vocabulary, (2, 6)), torch.ones(2, 6, dtype=torch.long)
    mask[0, :2] = 0
    whole = graph(ids, mask, hidden, no_past(model.config, 2))
    alone = graph(ids[:1, 2:], mask[:1, 2:], hidden[:1], no_past(model.config, 1))
    assert whole[0].shape == (2, 1, model.config.vocabulary)  # of the last token
    assert (whole[0][0] - alone[0][0]).abs().max() < 1e-4  # left padding changes nothing
    feed = {"encoder_hidden_states": hidden.numpy()}
    past = {c.name: np.zeros((2, c.shape[1], 0, c.shape[3]), np.float32) for c in runtime.caches}
    first = runtime.decoder.run(None, {"input_ids": ids[:, :4].numpy(), "attention_mask": mask[:, :4].numpy(), **feed, **past})
    past = {c.name: r for c, r in zip(runtime.caches, first[1:], strict=False)}
    second = runtime.decoder.run(None, {"input_ids": ids[:, 4:].numpy(), "attention_mask": mask.numpy(), **feed, **past})
    assert np.abs(second[0] - whole[0].numpy()).max() < 1e-4
    assert np.abs(second[-1].sum(-1) - 1).max() < 1e-4  # attention over the picture


@torch.no_grad()
def test_folded_cross_attention_says_the_same(config: ModelConfig) -> None:
    torch.manual_seed(1)
    decoder = Sightline(config).decoder.eval()
    for parameter in decoder.parameters():  # biases too: they begin as zeros or small
        parameter.normal_(std=0.1)
    ids, memory, mask = torch.randint(7, config.vocabulary, (2, 6)), torch.randn(2, config.memory, config.width), torch.zeros(1, 1, 6, 6)
    positions = torch.arange(6).expand(2, 6)
    as_trained = decoder(ids, positions, mask, decoder.project_memory(memory))
    fold_cross_attention(decoder)
    folded = decoder(ids, positions, mask, decoder.project_memory(memory))
    assert (as_trained.states - folded.states).abs().max() < 1e-4
    for mine, theirs in zip(folded.cross, as_trained.cross, strict=True):
        assert mine.shape == theirs.shape and (mine - theirs).abs().max() < 1e-4


def test_names_and_dimensions_are_the_contract(exported: tuple[Sightline, Path]) -> None:
    _, folder = exported
    runtime = Runtime(folder)
    assert [i.name for i in runtime.encoder.get_inputs()] == ["pixel_values"]
    assert [o.name for o in runtime.encoder.get_outputs()] == ["last_hidden_state", "image_embeds"]
    assert [i.name for i in runtime.decoder.get_inputs()][:3] == ["input_ids", "attention_mask", "encoder_hidden_states"]
    assert all(c.shape[0] == "batch_size" and isinstance(c.shape[1], int) and isinstance(c.shape[3], int) for c in runtime.caches)
    assert [o.name for o in runtime.decoder.get_outputs()][-1] == "cross_attentions.1"


def test_int8_stays_near(exported: tuple[Sightline, Path]) -> None:
    _, folder = exported
    pixels = torch.randn(2, 3, 96, 96).numpy()
    single, small = (Runtime(folder, d).encode(pixels)[1] for d in ("fp32", "q8"))
    assert (single * small).sum(1).min() > 0.99


def test_folder_says_how_to_caption(exported: tuple[Sightline, Path], encoder: Encoder) -> None:
    model, folder = exported
    write_folder(folder, model.config, encoder.tokenizer)
    config = json.loads((folder / "config.json").read_text())
    assert config["model_type"] == "vision-encoder-decoder" and config["decoder_start_token_id"] == CAPTION and config["eos_token_id"] == END
    assert json.loads((folder / "tokenizer.json").read_text())["post_processor"] is None
