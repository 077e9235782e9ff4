"""Cross-attention without keys and values: each head's projections folded into the query's and the output's.

A key is a linear map of a memory token, so the query may be mapped instead: q . (Wk m) = (Wk^T q) . m. A value too: the heads' weighted
means of the memory are mapped once, by Wo Wv. Keys' bias moves all scores of a query alike and falls away; values' bias is added once,
as weights sum to 1. So the memory of a picture is [M, D] for all layers, a quarter of its keys and values, and no step of the decoder
splits or transposes it. In: a trained decoder. Out: one that reads the encoder's memory as it is.
"""

import torch
from torch import Tensor, nn

from .decoder import Decoder, DecoderLayer


class FoldedLayer(DecoderLayer):
    """`query` makes a query of the memory's width per head, `cross_out` maps the heads' means back."""

    def cross(self, x: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        """x [B, T, D], memory [B, M, D] -> [B, T, D], weights [B, H, T, M]."""
        b, t, d = x.shape
        queries = self.query(x).reshape(b, t * self.heads, d)  # all heads of a token beside each other: nothing to transpose
        weights = (queries @ memory.transpose(1, 2)).softmax(-1)  # [B, T*H, M]
        seen = (weights @ memory).reshape(b, t, self.heads * d)
        return self.cross_out(seen), weights.reshape(b, t, self.heads, -1).transpose(1, 2)


class FoldedDecoder(Decoder):
    """The same, its layers folded: `image` is the encoder's memory."""

    def project_memory(self, memory: Tensor) -> Tensor:
        """[B, M, D] as it is."""
        return memory

    def keys_and_values(self, image: Tensor) -> list[Tensor]:
        """The same memory for every layer."""
        return [image] * self.count


def linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    """A layer of these numbers, in single precision."""
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.weight.data, layer.bias.data = weight.float().contiguous(), bias.float().contiguous()
    return layer


@torch.no_grad()
def fold_cross_attention(decoder: Decoder) -> None:
    """Turns `decoder` into a FoldedDecoder in place; products are summed in double precision."""
    d, h = decoder.tokens.weight.shape[1], decoder.heads
    projections = decoder.memory.weight.double().chunk(2 * decoder.count)  # [D, D] each: keys, values, keys, values
    biases = decoder.memory.bias.double().chunk(2 * decoder.count)
    for i, layer in enumerate(decoder.layers):
        keys, values = (p.unflatten(0, (h, d // h)) for p in projections[2 * i : 2 * i + 2])  # [H, E, D]
        scale = (d // h) ** -0.5
        query = layer.query.weight.double().unflatten(0, (h, d // h))  # [H, E, D]
        query_bias = layer.query.bias.double().unflatten(0, (h, d // h))  # [H, E]
        folded = (keys.transpose(1, 2) @ query * scale).flatten(0, 1)  # [H*D, D]
        folded_bias = (keys.transpose(1, 2) @ query_bias[..., None] * scale).flatten()  # [H*D]
        out = layer.cross_out.weight.double().unflatten(1, (h, d // h)).transpose(0, 1)  # [H, D, E]
        out_bias = layer.cross_out.bias.double() + layer.cross_out.weight.double() @ biases[2 * i + 1]
        layer.query, layer.cross_out = linear(folded, folded_bias), linear((out @ values).transpose(0, 1).flatten(1), out_bias)
        layer.__class__ = FoldedLayer
    del decoder.memory
    decoder.__class__ = FoldedDecoder
