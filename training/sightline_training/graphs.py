"""The model as ONNX sees it: wrappers for export, BatchNorm folded, weights rounded to half precision.

The decoder reads the encoder's memory as it is (folded.py), so it needs no If node. Logits are those of the last token only,
as no other's are read. Positions and masks are computed inside the decoder's graph from `attention_mask`.
"""

import copy

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from .decoder import Decoder
from .encoder import ImageEncoder
from .folded import fold_cross_attention
from .model import Sightline, TextTower


def fold_batch_norm(module: nn.Module) -> None:
    """Replaces each convolution + BatchNorm of a Sequential by one convolution, in place."""
    for child in module.children():
        fold_batch_norm(child)
    if isinstance(module, nn.Sequential):
        for i in range(len(module) - 1):
            if isinstance(module[i], nn.Conv2d) and isinstance(module[i + 1], nn.BatchNorm2d):
                module[i] = fuse_conv_bn_eval(module[i], module[i + 1])
                module[i + 1] = nn.Identity()


def for_export(model: Sightline) -> Sightline:
    """A copy in eval mode, folded, with every weight a half-precision number (files keep them so; sums stay in single)."""
    model = copy.deepcopy(model).to(memory_format=torch.contiguous_format).eval()
    fold_batch_norm(model)
    fold_cross_attention(model.decoder)
    for p in model.parameters():
        p.data = p.data.half().float()
    return model


class EncoderGraph(nn.Module):
    """pixel_values [B, 3, S, S] -> last_hidden_state [B, M, D], image_embeds [B, E]."""

    def __init__(self, model: Sightline) -> None:
        super().__init__()
        self.encoder: ImageEncoder = model.encoder

    def forward(self, pixel_values: Tensor) -> tuple[Tensor, Tensor]:
        image = self.encoder(pixel_values)
        return image.memory, image.embedding


class VisionGraph(nn.Module):
    """pixel_values -> image_embeds."""

    def __init__(self, model: Sightline) -> None:
        super().__init__()
        self.encoder: ImageEncoder = model.encoder

    def forward(self, pixel_values: Tensor) -> Tensor:
        return self.encoder(pixel_values).embedding


class TextGraph(nn.Module):
    """input_ids [B, T], attention_mask [B, T] -> text_embeds [B, E]."""

    def __init__(self, model: Sightline) -> None:
        super().__init__()
        self.text: TextTower = model.text

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return self.text(input_ids, attention_mask)


class DecoderGraph(nn.Module):
    """One or more new tokens after `past` cached ones; padding on the left."""

    def __init__(self, model: Sightline) -> None:
        super().__init__()
        self.decoder: Decoder = model.decoder
        self.context = model.config.context

    def forward(self, input_ids: Tensor, attention_mask: Tensor, encoder_hidden_states: Tensor, past_key_values: list[list[Tensor]]) -> tuple[Tensor, ...]:
        past = past_key_values[0][0].shape[2]
        new = torch.arange(input_ids.shape[1], device=input_ids.device) + past  # [T]
        keys = torch.arange(input_ids.shape[1] + past, device=input_ids.device)  # [S]
        valid = attention_mask.index_select(1, keys)  # [B, S]
        positions = (valid.cumsum(1) - 1).clamp(0, self.context - 1).index_select(1, new)  # [B, T]
        seen = (keys[None, :] <= new[:, None])[None, None].to(torch.float32) * valid[:, None, None, :].to(torch.float32)  # [B, 1, T, S]
        out = self.decoder(input_ids, positions, (seen - 1.0) * 1e4, encoder_hidden_states, [(k, v) for k, v in past_key_values])
        caches = [c for pair in out.caches for c in pair]
        return (self.decoder.logits(out.states[:, -1:]), *caches, *out.cross)
