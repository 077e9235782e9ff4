"""Golden numbers from PyTorch in single precision that the TypeScript side must reproduce.

In: the export copy of the model, the tokenizer. Out: the dict for golden.json; pictures are inside as data URLs.
"""

import base64
import io
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from .batch import normalise
from .graphs import DecoderGraph, EncoderGraph
from .model import Sightline
from .vocabulary import ALT, ANSWER, ASK, CAPTION, END, PAD, SO, Encoder

TOLERANCES = {
    "pixelValues": 1e-5, "resizedPixelValues": 0.06, "features": 2e-4, "logits": 1e-3, "embeddings": 1e-4, "logprobs": 1e-3, "probabilities": 1e-3,
    "int8Features": 0.25, "int8Logits": 1.5, "int8Embeddings": 0.02,
}  # fmt: skip


def picked(array: np.ndarray, count: int, seed: int) -> dict[str, list]:
    """Some values of a large array by flat index."""
    flat = array.reshape(-1)
    indexes = np.sort(np.random.default_rng(seed).choice(flat.size, min(count, flat.size), replace=False))
    return {"indexes": indexes.tolist(), "values": [round(float(v), 6) for v in flat[indexes]]}


def greedy(model: Sightline, hidden: torch.Tensor, prompt: list[int], most: int) -> tuple[list[int], list[float], np.ndarray]:
    """Ids with the end, their log probabilities, and the logits at the last prompt position."""
    graph, c = DecoderGraph(model), model.config
    past = [[torch.zeros(1, c.heads, 0, c.width // c.heads) for _ in range(2)] for _ in range(c.decoder_layers)]
    ids, out, logprobs, first = torch.tensor([prompt]), [], [], None
    length = len(prompt)
    while len(out) < most and (not out or out[-1] != END):
        results = graph(ids, torch.ones(1, length, dtype=torch.long), hidden, past)
        logits = results[0][0, -1]
        first = logits.numpy() if first is None else first
        best = int(logits.argmax())
        out.append(best)
        logprobs.append(float(logits.double().log_softmax(-1)[best]))
        past = [[results[1 + 2 * i], results[2 + 2 * i]] for i in range(c.decoder_layers)]
        ids, length = torch.tensor([[best]]), length + 1
    return out, logprobs, first


def data_url(image: Image.Image, kind: str) -> tuple[str, Image.Image]:
    """The encoded picture and what a decoder gets back from it."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **({"quality": 92} if kind == "JPEG" else {}))
    url = f"data:image/{kind.lower()};base64,{base64.b64encode(buffer.getvalue()).decode()}"
    return url, Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")


def image_entry(model: Sightline, encoder: Encoder, name: str, image: Image.Image, kind: str, asks: list[tuple[str, str]]) -> dict:
    """One picture with its numbers and answers."""
    url, decoded = data_url(image, kind)
    side = model.config.image_size
    small = decoded if decoded.size == (side, side) else decoded.resize((side, side), Image.Resampling.BICUBIC)
    pixels = normalise(np.array(small)[None])
    hidden, embeds = EncoderGraph(model)(pixels)
    answers = []
    for k, (task, question) in enumerate(asks):
        prompt = {"caption": [CAPTION], "alt-text": [ALT]}.get(task) or [ASK, *encoder.text(question), ANSWER]
        ids, logprobs, logits = greedy(model, hidden, prompt, 48)
        body = [i for i in ids if i != END]
        at = body.index(SO) if SO in body else -1
        answers.append({
            "task": task, "question": question, "promptIds": prompt, "logits": picked(logits, 128, k),
            "text": encoder.decode(body[at + 1 :]).strip(), "tokens": ids, "logprobs": [round(v, 6) for v in logprobs],
            "rationale": encoder.decode(body[:at]).strip() if at >= 0 else None,
        })  # fmt: skip
    return {
        "name": name, "dataUrl": url, "exactSize": decoded.size == (side, side), "pixelValues": picked(pixels.numpy(), 256, 1),
        "lastHiddenState": picked(hidden.numpy(), 256, 2), "imageEmbeds": [round(float(v), 6) for v in embeds[0]], "answers": answers,
    }  # fmt: skip


def ranking(model: Sightline, encoder: Encoder, entry: dict, captions: list[str]) -> dict:
    """CLIP probabilities of captions for a picture."""
    rows = [encoder.text(c) for c in captions]
    ids = torch.full((len(rows), max(map(len, rows))), PAD)
    for i, r in enumerate(rows):
        ids[i, : len(r)] = torch.tensor(r)
    texts = model.text(ids, ids != PAD)
    scores = torch.tensor(entry["imageEmbeds"]) @ texts.T * model.scale()
    return {"image": entry["name"], "captions": captions, "promptIds": rows, "probabilities": [round(float(p), 6) for p in scores.softmax(0)]}


@torch.no_grad()
def golden(model: Sightline, encoder: Encoder, pictures: list[tuple[str, Image.Image, str, list[tuple[str, str]]]], captions: list[list[str]]) -> dict:
    """Everything for golden.json."""
    entries = [image_entry(model, encoder, *p) for p in pictures]
    ranked = [ranking(model, encoder, e, c) for e, c in zip(entries, captions, strict=True)]
    return {"tolerances": TOLERANCES, "images": entries, "captions": ranked}


def save_golden(path: Path, value: dict) -> None:
    """Compact JSON."""
    path.write_text(json.dumps(value, ensure_ascii=False) + "\n")
