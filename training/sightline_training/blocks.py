"""Pre-norm transformer parts with explicit attention, so that its weights can be read and exported.

After nanoGPT (github.com/karpathy/nanoGPT) and ViT (arXiv:2010.11929).
"""

import torch
from torch import Tensor, nn


def split_heads(x: Tensor, heads: int) -> Tensor:
    """[B, T, D] -> [B, heads, T, D/heads]."""
    b, t, d = x.shape
    return x.view(b, t, heads, d // heads).transpose(1, 2)


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """q [B, H, T, E], k and v [B, H, S, E], mask added [.., T, S] -> values [B, T, H*E], weights [B, H, T, S]."""
    scores = q @ k.transpose(-2, -1) * q.shape[-1] ** -0.5  # [B, H, T, S]
    if mask is not None:
        scores = scores + mask
    weights = scores.softmax(-1)
    b, _, t, _ = q.shape
    return (weights @ v).transpose(1, 2).reshape(b, t, -1), weights


class Mlp(nn.Sequential):
    """Four times as wide inside."""

    def __init__(self, width: int) -> None:
        super().__init__(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))


class Block(nn.Module):
    """Self-attention and MLP, for the image and the text tower."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = Mlp(width)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        q, k, v = (split_heads(y, self.heads) for y in self.qkv(self.norm1(x)).chunk(3, -1))
        x = x + self.out(attend(q, k, v, mask)[0])
        return x + self.mlp(self.norm2(x))  # [B, T, D]


def padding_mask(valid: Tensor) -> Tensor:
    """[B, T] of 1 and 0 -> added mask [B, 1, 1, T]."""
    return (1.0 - valid.to(torch.float32))[:, None, None, :] * -1e4
