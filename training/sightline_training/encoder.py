"""The image encoder: convolution stem, small ViT, CLIP embedding, and the memory the decoder attends to.

A convolution stem trains faster than a plain patch embedding (arXiv:2106.14881).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .blocks import Block
from .config import ModelConfig
from .positions import sincos_2d


@dataclass
class ImageFeatures:
    """What the image says. P = patches, F = fine cells."""

    patches: Tensor  # [B, P, D]
    fine: Tensor  # [B, F, D]
    memory: Tensor  # [B, 1 + P + F, D]
    embedding: Tensor  # [B, E] of length 1


def conv(cin: int, cout: int, kernel: int, stride: int) -> nn.Sequential:
    """Convolution, BatchNorm (folded at export), ReLU."""
    padding = 0 if kernel == stride else kernel // 2
    return nn.Sequential(nn.Conv2d(cin, cout, kernel, stride, padding, bias=False), nn.BatchNorm2d(cout), nn.ReLU())


class Residual(nn.Module):
    """Two 3x3 convolutions beside the identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = conv(channels, channels, 3, 1)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.second(self.first(x)))


class ImageEncoder(nn.Module):
    """[B, 3, S, S] -> ImageFeatures."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        a, b, c = config.stem
        d = config.width
        self.stem8 = nn.Sequential(conv(3, a, 4, 4), conv(a, b, 3, 1), conv(b, c, 3, 2), Residual(c))  # stride 8
        self.stem16 = nn.Sequential(conv(c, d, 3, 2), Residual(d))  # stride 16
        self.class_token = nn.Parameter(torch.zeros(1, 1, d))
        self.blocks = nn.ModuleList(Block(d, config.heads) for _ in range(config.encoder_layers))
        self.norm = nn.LayerNorm(d)
        self.to_embedding = nn.Linear(d, config.embedding, bias=False)
        self.fine_local, self.fine_trunk = nn.Linear(c, d), nn.Linear(d, d)
        self.fine_out = nn.Linear(d, d)
        self.memory_norm = nn.LayerNorm(d)
        cells = torch.arange(config.fine) // 2
        self.register_buffer("patch_of", (cells[:, None] * config.patches + cells).flatten(), persistent=False)  # [F], each fine cell's patch
        self.register_buffer("patch_positions", sincos_2d(config.patches, d), persistent=False)  # [P, D]
        self.register_buffer("fine_positions", sincos_2d(config.fine, d), persistent=False)  # [F, D]

    def forward(self, pixels: Tensor) -> ImageFeatures:
        map8 = self.stem8(pixels)  # [B, c, 2S', 2S']
        map16 = self.stem16(map8)  # [B, D, S', S']
        x = map16.flatten(2).transpose(1, 2) + self.patch_positions  # [B, P, D]
        x = torch.cat([self.class_token.expand(x.shape[0], -1, -1), x], 1)
        for block in self.blocks:
            x = block(x)
        x = self.norm(x)  # [B, 1 + P, D]
        pooled, patches = x[:, 0], x[:, 1:]
        embedding = F.normalize(self.to_embedding(pooled).float(), dim=-1)  # [B, E]
        trunk = self.fine_trunk(patches).index_select(1, self.patch_of)  # [B, F, D], one trunk token for four fine cells
        local = self.fine_local(map8.flatten(2).transpose(1, 2))  # [B, F, D]
        fine = self.fine_out(F.gelu(local + trunk))  # [B, F, D]
        memory = torch.cat([x[:, :1], patches + self.patch_positions, fine + self.fine_positions], 1)
        return ImageFeatures(patches, fine, self.memory_norm(memory), embedding)
