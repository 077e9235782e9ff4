"""The decoder: causal, every layer self-attends (KV cache) and cross-attends to the image memory; tied embeddings.

In: token ids, their positions, the image's keys and values. Out: logits, the caches, the cross-attention weights.
The keys and values of the image are made by `project_memory`, once per picture, while training; folded.py does without.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .blocks import Mlp, attend, split_heads
from .config import ModelConfig


@dataclass
class Decoded:
    """T new tokens, S = past + T, M = memory."""

    states: Tensor  # [B, T, D] after the last norm
    first_states: Tensor  # [B, T, D] after the first layer (the noun read-out hangs here)
    caches: list[tuple[Tensor, Tensor]]  # per layer [B, H, S, E] twice
    cross: list[Tensor]  # per layer [B, H, T, M]


class DecoderLayer(nn.Module):
    """Self-attention, cross-attention, MLP."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2, self.norm3 = nn.LayerNorm(width), nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.query, self.cross_out = nn.Linear(width, width), nn.Linear(width, width)
        self.mlp = Mlp(width)

    def cross(self, x: Tensor, memory: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """x [B, T, D], keys and values [B, H, M, E] -> [B, T, D], weights [B, H, T, M]."""
        seen, weights = attend(split_heads(self.query(x), self.heads), *memory, None)
        return self.cross_out(seen), weights

    def forward(self, x: Tensor, memory: tuple[Tensor, Tensor], mask: Tensor, past: tuple[Tensor, Tensor] | None) -> tuple[Tensor, tuple[Tensor, Tensor], Tensor]:
        q, k, v = (split_heads(y, self.heads) for y in self.qkv(self.norm1(x)).chunk(3, -1))
        if past is not None:
            k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)  # [B, H, S, E]
        x = x + self.out(attend(q, k, v, mask)[0])
        seen, weights = self.cross(self.norm2(x), memory)
        x = x + seen
        return x + self.mlp(self.norm3(x)), (k, v), weights


class Decoder(nn.Module):
    """Token ids to states; `logits` turns states into scores over the vocabulary."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        d = config.width
        self.heads, self.count = config.heads, config.decoder_layers
        self.tokens, self.positions = nn.Embedding(config.vocabulary, d), nn.Embedding(config.context, d)
        self.layers = nn.ModuleList(DecoderLayer(d, config.heads) for _ in range(config.decoder_layers))
        self.memory = nn.Linear(d, config.decoder_layers * 2 * d)
        self.norm = nn.LayerNorm(d)
        nn.init.normal_(self.tokens.weight, std=0.02)
        nn.init.normal_(self.positions.weight, std=0.02)

    def project_memory(self, memory: Tensor) -> Tensor:
        """[B, M, D] -> keys and values of all layers [B, M, layers*2*D]."""
        return self.memory(memory)

    def keys_and_values(self, image: Tensor) -> list[tuple[Tensor, Tensor]]:
        """What `project_memory` gave, apart: per layer [B, H, M, E] twice."""
        parts = [split_heads(p, self.heads) for p in image.chunk(2 * self.count, -1)]
        return list(zip(parts[::2], parts[1::2], strict=True))

    def forward(self, ids: Tensor, positions: Tensor, mask: Tensor, image: Tensor, past: list[tuple[Tensor, Tensor]] | None = None) -> Decoded:
        """`mask` is added to the scores [B, 1, T, S]; `image` is what `project_memory` gave."""
        x = self.tokens(ids) + self.positions(positions)  # [B, T, D]
        memories = self.keys_and_values(image)
        first, caches, cross = x, [], []
        for i, layer in enumerate(self.layers):
            x, cache, weights = layer(x, memories[i], mask, past[i] if past else None)
            caches.append(cache)
            cross.append(weights)
            if i == 0:
                first = x
        return Decoded(self.norm(x), first, caches, cross)

    def logits(self, states: Tensor) -> Tensor:
        """[.., D] -> [.., V]."""
        return states @ self.tokens.weight.T
