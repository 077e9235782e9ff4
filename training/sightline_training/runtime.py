"""Runs the exported files with onnxruntime: the Python twin of the engine, for evaluation and parity tests."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort

FILES = {
    "fp32": ("onnx/encoder_model.onnx", "onnx/decoder_model_merged.onnx", "clip/onnx/text_model.onnx"),
    "q8": ("onnx/encoder_model_quantized.onnx", "onnx/decoder_model_merged_quantized.onnx", "clip/onnx/text_model_quantized.onnx"),
}


@dataclass
class Generated:
    """Token ids including the end, their log probabilities, and the logits at the last prompt position."""

    ids: list[int]
    logprobs: list[float]
    first_logits: np.ndarray


class Runtime:
    """The three sessions of one precision."""

    def __init__(self, folder: Path, dtype: str = "fp32", threads: int = 1) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = threads, 3
        self.encoder, self.decoder, self.text = (ort.InferenceSession(str(folder / f), options, providers=["CPUExecutionProvider"]) for f in FILES[dtype])
        self.caches = [i for i in self.decoder.get_inputs() if i.name.startswith("past_key_values")]

    def encode(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """[B, 3, S, S] -> image memory [B, M, D], embeddings [B, E]."""
        return tuple(self.encoder.run(None, {"pixel_values": pixels}))

    def embed(self, ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """[B, T] -> [B, E]."""
        return self.text.run(None, {"input_ids": ids, "attention_mask": mask})[0]

    def generate(self, hidden: np.ndarray, prompts: list[list[int]], end: int, most: int = 48) -> list[Generated]:
        """Greedy answers, a row per prompt, padded on the left."""
        n, longest = len(prompts), max(map(len, prompts))
        ids, mask = np.zeros((n, longest), np.int64), np.zeros((n, longest), np.int64)
        for i, p in enumerate(prompts):
            ids[i, longest - len(p) :], mask[i, longest - len(p) :] = p, 1
        past = {c.name: np.zeros((n, c.shape[1], 0, c.shape[3]), np.float32) for c in self.caches}
        out = [Generated([], [], np.zeros(0)) for _ in prompts]
        for step in range(most):
            feed = {"input_ids": ids, "attention_mask": mask, "encoder_hidden_states": hidden, **past}
            results = self.decoder.run(None, feed)
            logits = results[0][:, -1].astype(np.float64)  # [n, V]
            past = {c.name: r for c, r in zip(self.caches, results[1:], strict=False)}
            logprobs = logits - np.log(np.exp(logits - logits.max(1, keepdims=True)).sum(1, keepdims=True)) - logits.max(1, keepdims=True)
            best = logits.argmax(1)
            for i, g in enumerate(out):
                if step == 0:
                    g.first_logits = logits[i]
                if not g.ids or g.ids[-1] != end:
                    g.ids.append(int(best[i]))
                    g.logprobs.append(float(logprobs[i, best[i]]))
            if all(g.ids[-1] == end for g in out):
                break
            ids = best[:, None].astype(np.int64)
            mask = np.concatenate([mask, np.ones((n, 1), np.int64)], 1)
        return out
