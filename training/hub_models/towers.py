"""Image towers as the hub's exports have them."""

import torch
from torch import Tensor, nn


class Idefics3Vision(nn.Module):
    """pixel_values [B, N, 3, H, W] -> image_features [B * N, tokens, D]. Whole tiles only, so no pixel mask is needed."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.vision, self.connector = model.vision_model, model.connector

    def forward(self, pixel_values: Tensor) -> Tensor:
        tiles = pixel_values.flatten(0, 1)
        embeddings = self.vision.embeddings
        patches = embeddings.patch_embedding(tiles).flatten(2).transpose(1, 2)
        states = patches + embeddings.position_embedding.weight[None]
        for layer in self.vision.encoder.layers:
            out = layer(states, attention_mask=None)
            states = out[0] if isinstance(out, tuple) else out
        return self.connector(self.vision.post_layernorm(states))


class Qwen2Vision(nn.Module):
    """pixel_values [patches, C * T * P * P] and grid_thw [1, 3] of one picture -> image_features [patches / 4, D]."""

    def __init__(self, visual: nn.Module) -> None:
        super().__init__()
        self.visual = visual

    def forward(self, pixel_values: Tensor, grid_thw: Tensor) -> Tensor:
        v, merge = self.visual, self.visual.spatial_merge_size
        states = v.patch_embed(pixel_values)  # [N, D]
        rows, columns = self.places(states.shape[0], grid_thw[0, 2], merge)
        inverse = v.rotary_pos_emb.inv_freq
        angles = torch.cat((rows[:, None] * inverse, columns[:, None] * inverse), dim=-1)  # [N, head / 2]
        angles = torch.cat((angles, angles), dim=-1)
        cos, sin = angles.cos()[:, None], angles.sin()[:, None]
        for block in v.blocks:
            states = states + self.attended(block.attn, block.norm1(states), cos, sin)
            states = states + block.mlp(block.norm2(states))
        return v.merger(states)

    @staticmethod
    def places(patches: int, width: Tensor, merge: int) -> tuple[Tensor, Tensor]:
        """Row and column of each patch: patches lie block by block, `merge` x `merge` each."""
        index = torch.arange(patches)
        block, inside = index // merge**2, index % merge**2
        per_row = width // merge
        return (block // per_row * merge + inside // merge).float(), (block % per_row * merge + inside % merge).float()

    @staticmethod
    def attended(attention: nn.Module, states: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        length, heads = states.shape[0], attention.num_heads
        q, k, value = attention.qkv(states).reshape(length, 3, heads, -1).unbind(1)  # [N, heads, d]

        def turned(x: Tensor) -> Tensor:
            left, right = x.chunk(2, dim=-1)
            return x * cos + torch.cat((-right, left), dim=-1) * sin

        scores = torch.einsum("qhd,khd->hqk", turned(q), turned(k)) * (q.shape[-1] ** -0.5)
        return attention.proj(torch.einsum("hqk,khd->qhd", scores.softmax(-1), value).reshape(length, -1))


class Embedding(nn.Module):
    """input_ids -> inputs_embeds; `scale` is BART's."""

    def __init__(self, embedding: nn.Embedding, scale: float = 1.0) -> None:
        super().__init__()
        self.embedding, self.scale = embedding, scale

    def forward(self, input_ids: Tensor) -> Tensor:
        return self.embedding(input_ids) * self.scale


class Hidden(nn.Module):
    """pixel_values -> last_hidden_state of a ViT."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixel_values: Tensor) -> Tensor:
        return self.model(pixel_values).last_hidden_state


class BartEncoder(nn.Module):
    """inputs_embeds [B, S, D], attention_mask [B, S] -> last_hidden_state."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, inputs_embeds: Tensor, attention_mask: Tensor) -> Tensor:
        e, length = self.encoder, inputs_embeds.shape[1]
        positions = e.embed_positions.weight[torch.arange(length) + e.embed_positions.offset]
        states = e.layernorm_embedding(inputs_embeds + positions[None])
        mask = ((attention_mask[:, None, None, :].to(torch.float32) - 1.0) * 1e4).expand(-1, 1, length, -1)
        for layer in e.layers:
            out = layer(states, mask)
            states = out[0] if isinstance(out, tuple) else out
        return states


class Florence2Vision(nn.Module):
    """pixel_values [B, 3, S, S] -> image_features [B, tokens, D]."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixel_values: Tensor) -> Tensor:
        out = self.model.vision_tower(pixel_values)
        return self.model.multi_modal_projector(out.last_hidden_state)


class ClipVision(nn.Module):
    """pixel_values -> image_embeds, not yet of length one, as the hub's towers give it."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.vision, self.projection = model.vision_model, model.visual_projection

    def forward(self, pixel_values: Tensor) -> Tensor:
        return self.projection(self.vision(pixel_values).pooler_output)


class ClipText(nn.Module):
    """input_ids [B, T] -> text_embeds, from the first end token of each row."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.text, self.projection, self.end = model.text_model, model.text_projection, model.config.text_config.eos_token_id

    def forward(self, input_ids: Tensor) -> Tensor:
        length = input_ids.shape[1]
        e = self.text.embeddings
        states = e.token_embedding(input_ids) + e.position_embedding(torch.arange(length))[None]
        past = torch.arange(length)
        mask = ((past[None, :] <= past[:, None]).to(torch.float32) - 1.0)[None, None] * 1e4
        for layer in self.text.encoder.layers:
            out = layer(states, mask.expand(input_ids.shape[0], 1, length, length))
            states = out[0] if isinstance(out, tuple) else out
        states = self.text.final_layer_norm(states)
        place = (input_ids == self.end).to(torch.int64).argmax(1)  # [B]
        return self.projection(states[torch.arange(states.shape[0]), place])
