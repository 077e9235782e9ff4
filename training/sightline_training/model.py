"""All of it together: image encoder, text tower, decoder, and the heads that exist only for training."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .blocks import Block, padding_mask
from .config import ModelConfig
from .decoder import Decoder
from .encoder import ImageEncoder


class TextTower(nn.Module):
    """CLIP's text side (arXiv:2103.00020), not causal, read at the first token's mean: [B, T] -> [B, E]."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        d = config.text_width
        self.tokens, self.positions = nn.Embedding(config.vocabulary, d), nn.Embedding(config.text_context, d)
        self.blocks = nn.ModuleList(Block(d, config.text_heads) for _ in range(config.text_layers))
        self.norm = nn.LayerNorm(d)
        self.to_embedding = nn.Linear(d, config.embedding, bias=False)
        nn.init.normal_(self.tokens.weight, std=0.02)
        nn.init.normal_(self.positions.weight, std=0.02)

    def forward(self, ids: Tensor, valid: Tensor) -> Tensor:
        """`valid` [B, T] is 1 for tokens and 0 for padding on the right. Mean over the tokens."""
        x = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        mask = padding_mask(valid)
        for block in self.blocks:
            x = block(x, mask)
        keep = valid.to(x.dtype)[..., None]
        pooled = (self.norm(x) * keep).sum(1) / keep.sum(1)
        return F.normalize(self.to_embedding(pooled).float(), dim=-1)  # [B, E]


class Heads(nn.Module):
    """Read-outs for the dense losses; they vanish at export."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        d, bins = config.width, config.bins
        self.patch_class = nn.Linear(d, config.classes + 1)  # 0 = none
        self.patch_colour = nn.Linear(d, config.colours)
        self.own_place = nn.Linear(d, 2 * bins)
        self.extremes = nn.Linear(d, 4)
        self.nearest = nn.Linear(d, config.classes)
        self.letters = nn.Linear(d, config.letters + 1)  # 0 = none
        self.letter_index = nn.Linear(d, config.letter_positions)
        self.noun_place = nn.Linear(d, 2 * bins)


class Sightline(nn.Module):
    """The model as trained."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder, self.text, self.decoder, self.heads = ImageEncoder(config), TextTower(config), Decoder(config), Heads(config)
        self.logit_scale = nn.Parameter(torch.tensor(math.log(14.0)))

    def scale(self) -> Tensor:
        """The contrastive temperature's inverse, at most 100."""
        return self.logit_scale.clamp(max=math.log(100.0)).exp()


def segment_mask(segments: Tensor) -> Tensor:
    """[B, L] segment numbers -> causal mask within each segment, added: [B, 1, L, L]."""
    length = segments.shape[1]
    same = segments[:, :, None] == segments[:, None, :]
    causal = torch.ones(length, length, dtype=torch.bool, device=segments.device).tril()
    return (~(same & causal)).float()[:, None] * -1e4
