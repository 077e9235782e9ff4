"""The tiny Idefics3 of test/hub/models is the one of the seed: its graphs together say what the library's own model says."""

from pathlib import Path

import numpy as np
import onnxruntime
import torch

from hub_models.families import LAYERS, idefics3_model

FOLDER = Path(__file__).resolve().parents[2] / "test/hub/models/tiny-idefics3/onnx"


def run(name: str, feeds: dict[str, np.ndarray]) -> list[np.ndarray]:
    return onnxruntime.InferenceSession(FOLDER / name).run(None, feeds)


def test_graphs_say_what_the_model_says() -> None:
    _, config, model = idefics3_model()
    pixels = torch.randn(1, 2, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    ids = torch.tensor([[5, *[config.image_token_id] * 8, 7, 9]])
    with torch.no_grad():
        expected = model(input_ids=ids, pixel_values=pixels, attention_mask=torch.ones_like(ids)).logits.numpy()

    (features,) = run("vision_encoder.onnx", {"pixel_values": pixels.numpy(), "pixel_attention_mask": np.ones((1, 2, 32, 32), bool)})
    (embeds,) = run("embed_tokens.onnx", {"input_ids": ids.numpy()})
    embeds[0, (ids[0] == config.image_token_id).numpy()] = features.reshape(-1, features.shape[-1])
    past = {f"past_key_values.{i}.{part}": np.zeros((1, 1, 0, 16), np.float32) for i in range(LAYERS) for part in ("key", "value")}
    feeds = {"inputs_embeds": embeds, "attention_mask": np.ones(ids.shape, np.int64), "position_ids": np.arange(ids.shape[1])[None], **past}
    logits, *_ = run("decoder_model_merged.onnx", feeds)
    assert np.abs(logits - expected).max() < 1e-3
