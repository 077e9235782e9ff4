"""Decoders as the hub's exports have them: caches in, caches out. Positions and masks come from the runtime, as it sends them."""

import torch
from torch import Tensor, nn
from transformers import DynamicCache, EncoderDecoderCache

Past = list[list[Tensor]]


def causal_mask(attention_mask: Tensor, new: int, past: int) -> Tensor:
    """[B, past + new] -> additive [B, 1, new, past + new]; ready-made, as building it inside the models does not export."""
    total = past + new
    keys = torch.arange(total)  # [S]
    queries = torch.arange(new) + past  # [T]
    valid = attention_mask.index_select(1, keys)  # [B, S]
    seen = (keys[None, :] <= queries[:, None])[None, None].to(torch.float32) * valid[:, None, None, :].to(torch.float32)
    return (seen - 1.0) * 1e4


class TextDecoder(nn.Module):
    """inputs_embeds [B, T, D] after `past` -> logits [B, T, V] and caches. For Llama and Qwen2-VL alike."""

    def __init__(self, text_model: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.text_model, self.head = text_model, head

    def forward(self, inputs_embeds: Tensor, attention_mask: Tensor, position_ids: Tensor, past_key_values: Past) -> tuple[Tensor, ...]:
        new, past = inputs_embeds.shape[1], past_key_values[0][0].shape[2]
        cache = DynamicCache()
        for layer, (key, value) in enumerate(past_key_values):
            cache.update(key, value, layer)
        out = self.text_model(
            inputs_embeds=inputs_embeds, attention_mask=causal_mask(attention_mask, new, past), position_ids=position_ids,
            past_key_values=cache, use_cache=True,
        )  # fmt: skip
        return self.head(out.last_hidden_state), *(part for layer in cache.layers for part in (layer.keys, layer.values))


class Gpt2Decoder(nn.Module):
    """input_ids [B, T], encoder_hidden_states [B, P, D] -> logits and caches of self-attention."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, encoder_hidden_states: Tensor, past_key_values: Past) -> tuple[Tensor, ...]:
        new, past = input_ids.shape[1], past_key_values[0][0].shape[2]
        cache = EncoderDecoderCache(DynamicCache(), DynamicCache())
        for layer, (key, value) in enumerate(past_key_values):
            cache.self_attention_cache.update(key, value, layer)
        out = self.model(
            input_ids=input_ids, position_ids=(torch.arange(new) + past)[None],
            attention_mask=causal_mask(torch.ones(input_ids.shape[0], new + past), new, past),
            encoder_hidden_states=encoder_hidden_states, past_key_values=cache, use_cache=True,
        )  # fmt: skip
        return out.logits, *(part for layer in cache.self_attention_cache.layers for part in (layer.keys, layer.values))


class BartDecoder(nn.Module):
    """inputs_embeds [B, T, D], encoder states and mask -> logits, caches of self- and of cross-attention (made anew each step)."""

    def __init__(self, decoder: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.decoder, self.head = decoder, head

    def forward(self, inputs_embeds: Tensor, encoder_hidden_states: Tensor, encoder_attention_mask: Tensor, past_key_values: Past) -> tuple[Tensor, ...]:
        new, past = inputs_embeds.shape[1], past_key_values[0][0].shape[2]
        cache = EncoderDecoderCache(DynamicCache(), DynamicCache())
        for layer, (key, value) in enumerate(past_key_values):
            cache.self_attention_cache.update(key, value, layer)
        hidden = (encoder_attention_mask[:, None, None, :].to(torch.float32) - 1.0) * 1e4
        states = bart_decoder_states(
            self.decoder, inputs_embeds, causal_mask(torch.ones(inputs_embeds.shape[0], new + past), new, past),
            encoder_hidden_states, hidden.expand(-1, 1, new, -1), cache, past,
        )  # fmt: skip
        own, cross = cache.self_attention_cache.layers, cache.cross_attention_cache.layers
        caches = [part for a, b in zip(own, cross, strict=True) for part in (a.keys, a.values, b.keys, b.values)]
        return self.head(states), *caches


def bart_decoder_states(decoder: nn.Module, embeds: Tensor, mask: Tensor, encoder_states: Tensor, encoder_mask: Tensor, cache: EncoderDecoderCache, past: int) -> Tensor:
    """BartDecoder.forward from its own layers: its way to the masks does not export."""
    positions = decoder.embed_positions.weight[torch.arange(embeds.shape[1]) + past + decoder.embed_positions.offset]
    states = decoder.layernorm_embedding(embeds + positions[None])
    for layer in decoder.layers:
        out = layer(
            states, attention_mask=mask, encoder_hidden_states=encoder_states, encoder_attention_mask=encoder_mask,
            past_key_values=cache, use_cache=True,
        )  # fmt: skip
        states = out[0] if isinstance(out, tuple) else out
    return states
