"""One tiny model per family. In: a folder. Out: the files a hub repository of that family has, weights random from a fixed seed."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, pre_tokenizers
from torch import nn
from transformers import (
    CLIPConfig,
    CLIPModel,
    Florence2Config,
    Florence2ForConditionalGeneration,
    GPT2Config,
    GPT2LMHeadModel,
    Idefics3Config,
    Idefics3ForConditionalGeneration,
    Qwen2VLConfig,
    Qwen2VLForConditionalGeneration,
    ViTConfig,
    ViTModel,
)

from sightline_training.onnx_files import export, store_half

from .decoders import BartDecoder, Gpt2Decoder, TextDecoder
from .graph_inputs import add_input
from .towers import BartEncoder, ClipText, ClipVision, Embedding, Florence2Vision, Hidden, Idefics3Vision, Qwen2Vision
from .words import byte_tokenizer, write_json, write_tokenizer

WIDTH, HEADS, LAYERS, FEED = 32, 2, 2, 64
BYTES = 256
SEED = 20
BATCH, LENGTH, TOTAL, PAST = "batch_size", "sequence_length", "total_sequence_length", "past_sequence_length"
ROW = {0: BATCH, 1: LENGTH}
IMAGENET_HALF = {"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}
TEXT = {
    "hidden_size": WIDTH, "intermediate_size": FEED, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS,
    "num_key_value_heads": 1, "max_position_embeddings": 2048, "tie_word_embeddings": False,
}  # fmt: skip


def seeded(model_class: type[nn.Module], config: object) -> nn.Module:
    """Weights spread wide enough that the picture and the question change what is said."""
    torch.manual_seed(SEED)
    config._attn_implementation = "eager"
    model = model_class(config).eval()
    for parameter in model.parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=0.25)
        parameter.data = parameter.data.half().float()  # kept in half precision, see shrink
    return model


def readable(head: nn.Linear, end_id: int) -> None:
    """Only small letters, blanks and the end are ever likeliest: half a character would make every test about UTF-8."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    kept = {alphabet.index(letter) for letter in "abcdefghijklmnopqrstuvwxyz\u0120"} | {end_id}
    for row in range(head.weight.shape[0]):
        if row not in kept:
            head.weight.data[row] = 0.0
    head.weight.data[end_id] *= 0.5  # else many an answer would end before it began


def shrink(folder: Path) -> None:
    """Halves the files; no value changes."""
    for path in folder.glob("onnx/*.onnx"):
        store_half(path, least=64)


def write_config(folder: Path, config: object, **more: object) -> None:
    values = {k: v for k, v in config.to_dict().items() if k not in ("transformers_version", "dtype", "_attn_implementation")} | more
    write_json(folder / "config.json", values)


def cache_names(layers: int, parts: tuple[str, ...] = ("key", "value")) -> list[str]:
    return [f"{i}.{part}" for i in range(layers) for part in parts]


def example_past(layers: int, heads: int, size: int) -> list[list[torch.Tensor]]:
    return [[torch.randn(2, heads, 3, size) for _ in range(2)] for _ in range(layers)]


def past_shapes(layers: int) -> list[list[dict[int, str]]]:
    return [[{0: BATCH, 2: PAST} for _ in range(2)] for _ in range(layers)]


def write_text_decoder(folder: Path, text_model: nn.Module, head: nn.Module, positions: torch.Tensor, position_shape: dict[int, str]) -> None:
    """embed_tokens.onnx and decoder_model_merged.onnx of a chat model."""
    onnx, names = folder / "onnx", cache_names(LAYERS)
    ids = torch.randint(0, BYTES, (2, 5))
    export(Embedding(text_model.embed_tokens), (ids,), onnx / "embed_tokens.onnx", ["input_ids"], ["inputs_embeds"], (ROW,))
    export(
        TextDecoder(text_model, head),
        (torch.randn(2, 5, WIDTH), torch.ones(2, 8, dtype=torch.long), positions, example_past(LAYERS, 1, WIDTH // HEADS)),
        onnx / "decoder_model_merged.onnx",
        ["inputs_embeds", "attention_mask", "position_ids", *(f"past_key_values.{n}" for n in names)],
        ["logits", *(f"present.{n}" for n in names)],
        (ROW, {0: BATCH, 1: TOTAL}, position_shape, past_shapes(LAYERS)),
    )


def idefics3_model() -> tuple[Tokenizer, Idefics3Config, nn.Module]:
    special = ["<|im_start|>", "<end_of_utterance>", "<fake_token_around_image>", "<image>", "<global-img>"]
    special += [f"<row_{r}_col_{c}>" for r in range(1, 5) for c in range(1, 5)]
    end, image = "<end_of_utterance>", "<image>"
    tokenizer = byte_tokenizer(special, end)
    vocabulary, image_id, end_id = tokenizer.get_vocab_size(), tokenizer.token_to_id(image), tokenizer.token_to_id(end)
    vision = {"hidden_size": WIDTH, "intermediate_size": FEED, "num_hidden_layers": 2, "num_attention_heads": HEADS, "image_size": 32, "patch_size": 8}
    text = {"model_type": "llama", "vocab_size": vocabulary, "bos_token_id": end_id, "eos_token_id": end_id, "pad_token_id": end_id, **TEXT}
    config = Idefics3Config(vision_config=vision, text_config=text, scale_factor=2, image_token_id=image_id, tie_word_embeddings=False, pad_token_id=end_id)
    model = seeded(Idefics3ForConditionalGeneration, config)
    readable(model.lm_head, end_id)
    return tokenizer, config, model


def idefics3(folder: Path) -> None:
    """SmolVLM's family: tiles of 32 pixels, four tokens each, and a small whole."""
    tokenizer, config, model = idefics3_model()
    end = "<end_of_utterance>"
    end_id = tokenizer.token_to_id(end)
    path = folder / "onnx/vision_encoder.onnx"
    tiles = {0: BATCH, 1: "num_images"}
    export(Idefics3Vision(model.model), (torch.randn(2, 3, 3, 32, 32),), path, ["pixel_values"], ["image_features"], (tiles,))
    add_input(path, "pixel_attention_mask", "bool", [BATCH, "num_images", 32, 32])
    write_text_decoder(folder, model.model.text_model, model.lm_head, torch.arange(3, 8)[None].repeat(2, 1), ROW)
    write_config(folder, config, architectures=["Idefics3ForConditionalGeneration"])
    write_json(folder / "generation_config.json", {"bos_token_id": end_id, "eos_token_id": end_id, "pad_token_id": end_id})
    write_json(folder / "preprocessor_config.json", {
        "processor_class": "Idefics3Processor", "image_processor_type": "Idefics3ImageProcessor", "do_convert_rgb": True, "do_image_splitting": True,
        "do_normalize": True, "do_pad": True, "do_rescale": True, "do_resize": True, "rescale_factor": 1 / 255, "resample": 1,
        "max_image_size": {"longest_edge": 32}, "size": {"longest_edge": 64}, **IMAGENET_HALF,
    })  # fmt: skip
    write_json(folder / "processor_config.json", {"processor_class": "Idefics3Processor", "image_seq_len": 4})
    template = (
        "<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}"
        "{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}"
        "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}"
        "{% endfor %}<end_of_utterance>\n{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
    )
    write_tokenizer(folder, tokenizer, end, end, template)


def qwen2_vl(folder: Path) -> None:
    """Positions in three dimensions, patches in blocks of two by two."""
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
    tokenizer = byte_tokenizer(special, "<|im_end|>")
    token = tokenizer.token_to_id
    end_id = token("<|im_end|>")
    vision = {
        "depth": 2, "embed_dim": WIDTH, "hidden_size": WIDTH, "num_heads": HEADS, "mlp_ratio": 2, "patch_size": 8, "spatial_merge_size": 2,
        "temporal_patch_size": 2, "in_channels": 3,
    }  # fmt: skip
    text = {
        "vocab_size": tokenizer.get_vocab_size(), "bos_token_id": token("<|endoftext|>"), "eos_token_id": end_id,
        "rope_parameters": {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [2, 3, 3]}, **TEXT,
    }  # fmt: skip
    config = Qwen2VLConfig(
        vision_config=vision, text_config=text, image_token_id=token("<|image_pad|>"), video_token_id=token("<|video_pad|>"),
        vision_start_token_id=token("<|vision_start|>"), vision_end_token_id=token("<|vision_end|>"), tie_word_embeddings=False,
    )  # fmt: skip
    model = seeded(Qwen2VLForConditionalGeneration, config)
    readable(model.lm_head, end_id)
    export(
        Qwen2Vision(model.model.visual), (torch.randn(24, 3 * 2 * 8 * 8), torch.tensor([[1, 4, 6]])), folder / "onnx/vision_encoder.onnx",
        ["pixel_values", "grid_thw"], ["image_features"], ({0: "num_patches"}, None),
    )  # fmt: skip
    positions = torch.arange(3, 8)[None, None].repeat(3, 2, 1)
    write_text_decoder(folder, model.model.language_model, model.lm_head, positions, {1: BATCH, 2: LENGTH})
    # The hub's files have the language model's settings beside the others, not below "text_config".
    flat = {k: v for k, v in config.text_config.to_dict().items() if k not in ("model_type", "transformers_version", "dtype", "architectures")}
    write_config(folder, config, **flat, architectures=["Qwen2VLForConditionalGeneration"])
    write_json(folder / "generation_config.json", {"bos_token_id": token("<|endoftext|>"), "eos_token_id": [end_id, token("<|endoftext|>")]})
    write_json(folder / "preprocessor_config.json", {
        "processor_class": "Qwen2VLProcessor", "image_processor_type": "Qwen2VLImageProcessor", "min_pixels": 1024, "max_pixels": 4096, "patch_size": 8,
        "temporal_patch_size": 2, "merge_size": 2, "do_convert_rgb": True, "do_normalize": True, "do_rescale": True, "do_resize": True,
        "rescale_factor": 1 / 255, "resample": 3, "size": {"shortest_edge": 1024, "longest_edge": 4096}, **IMAGENET_HALF,
    })  # fmt: skip
    template = (
        "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{% for content in message['content'] %}"
        "{% if content['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ content['text'] }}{% endif %}"
        "{% endfor %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    write_tokenizer(folder, tokenizer, "<|im_end|>", "<|endoftext|>", template, cls="Qwen2Tokenizer")


def florence2(folder: Path) -> None:
    """An encoder-decoder that is told its task by a token."""
    special = ["<s>", "<pad>", "</s>", "<unk>", "<image>"]
    tokenizer = byte_tokenizer(special, "</s>")
    token = tokenizer.token_to_id
    vision = {
        "embed_dim": [WIDTH], "depths": [1], "num_heads": [HEADS], "num_groups": [HEADS], "patch_size": [8], "patch_stride": [8], "patch_padding": [0],
        "patch_prenorm": [False], "window_size": 4, "projection_dim": WIDTH, "max_temporal_embeddings": 4, "max_position_embeddings": 8,
    }  # fmt: skip
    text = {
        "vocab_size": tokenizer.get_vocab_size(), "d_model": WIDTH, "encoder_layers": LAYERS, "decoder_layers": LAYERS, "encoder_attention_heads": HEADS,
        "decoder_attention_heads": HEADS, "encoder_ffn_dim": FEED, "decoder_ffn_dim": FEED, "max_position_embeddings": 256, "bos_token_id": token("<s>"),
        "eos_token_id": token("</s>"), "pad_token_id": token("<pad>"), "decoder_start_token_id": token("</s>"), "is_encoder_decoder": True,
    }  # fmt: skip
    config = Florence2Config(vision_config=vision, text_config=text, image_token_id=token("<image>"))
    model = seeded(Florence2ForConditionalGeneration, config)
    model.lm_head.weight = nn.Parameter(model.lm_head.weight.detach().clone())  # apart from the embedding
    readable(model.lm_head, token("</s>"))
    inner, onnx = model.model, folder / "onnx"

    export(Florence2Vision(inner), (torch.randn(2, 3, 32, 32),), onnx / "vision_encoder.onnx", ["pixel_values"], ["image_features"], ({0: BATCH},))
    ids = torch.randint(0, BYTES, (2, 5))
    export(Embedding(inner.language_model.shared), (ids,), onnx / "embed_tokens.onnx", ["input_ids"], ["inputs_embeds"], (ROW,))
    states, mask = torch.randn(2, 7, WIDTH), torch.ones(2, 7, dtype=torch.long)
    encoder_row = {0: BATCH, 1: "encoder_sequence_length"}
    export(
        BartEncoder(inner.language_model.encoder), (states, mask), onnx / "encoder_model.onnx", ["inputs_embeds", "attention_mask"],
        ["last_hidden_state"], (encoder_row, encoder_row),
    )  # fmt: skip
    names = cache_names(LAYERS, ("decoder.key", "decoder.value"))
    all_names = cache_names(LAYERS, ("decoder.key", "decoder.value", "encoder.key", "encoder.value"))
    path = onnx / "decoder_model_merged.onnx"
    export(
        BartDecoder(inner.language_model.decoder, model.lm_head),
        (torch.randn(2, 5, WIDTH), states, mask, example_past(LAYERS, HEADS, WIDTH // HEADS)), path,
        ["inputs_embeds", "encoder_hidden_states", "encoder_attention_mask", *(f"past_key_values.{n}" for n in names)],
        ["logits", *(f"present.{n}" for n in all_names)],
        (ROW, encoder_row, encoder_row, past_shapes(LAYERS)),
    )  # fmt: skip
    for name in cache_names(LAYERS, ("encoder.key", "encoder.value")):
        add_input(path, f"past_key_values.{name}", "float", [BATCH, HEADS, "encoder_sequence_length_out", WIDTH // HEADS])
    add_input(path, "use_cache_branch", "bool", [1])
    write_config(folder, config, architectures=["Florence2ForConditionalGeneration"], is_encoder_decoder=True)
    write_json(folder / "generation_config.json", {
        "bos_token_id": token("<s>"), "eos_token_id": token("</s>"), "pad_token_id": token("<pad>"), "decoder_start_token_id": token("</s>"),
    })  # fmt: skip
    write_json(folder / "preprocessor_config.json", {
        "processor_class": "Florence2Processor", "image_processor_type": "CLIPImageProcessor", "crop_size": {"height": 32, "width": 32},
        "size": {"height": 32, "width": 32}, "do_center_crop": False, "do_convert_rgb": True, "do_normalize": True, "do_rescale": True, "do_resize": True,
        "rescale_factor": 1 / 255, "resample": 3, **IMAGENET_HALF,
        "tasks_answer_post_processing_type": {"<CAPTION>": "pure_text", "<DETAILED_CAPTION>": "pure_text", "<OCR>": "pure_text"},
        "task_prompts_without_inputs": {
            "<CAPTION>": "What does the image describe?", "<DETAILED_CAPTION>": "Describe in detail what is shown in the image.",
            "<OCR>": "What is the text in the image?",
        },
        "task_prompts_with_input": {},
    })  # fmt: skip
    write_tokenizer(folder, tokenizer, "</s>", "<pad>", cls="BartTokenizer")


def captioner(folder: Path) -> None:
    """A ViT and a GPT-2 with cross-attention, as of 2021."""
    tokenizer = byte_tokenizer(["<|endoftext|>"], "<|endoftext|>")
    end_id = tokenizer.token_to_id("<|endoftext|>")
    vit = ViTConfig(hidden_size=WIDTH, intermediate_size=FEED, num_hidden_layers=2, num_attention_heads=HEADS, image_size=32, patch_size=8)
    gpt = GPT2Config(
        vocab_size=tokenizer.get_vocab_size(), n_positions=256, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS, add_cross_attention=True, is_decoder=True,
        bos_token_id=end_id, eos_token_id=end_id, tie_word_embeddings=False,
    )  # fmt: skip
    encoder, decoder = seeded(ViTModel, vit), seeded(GPT2LMHeadModel, gpt)
    readable(decoder.lm_head, end_id)
    export(Hidden(encoder), (torch.randn(2, 3, 32, 32),), folder / "onnx/encoder_model.onnx", ["pixel_values"], ["last_hidden_state"], ({0: BATCH},))
    names, path = cache_names(LAYERS), folder / "onnx/decoder_model_merged.onnx"
    export(
        Gpt2Decoder(decoder), (torch.randint(0, BYTES, (2, 5)), torch.randn(2, 17, WIDTH), example_past(LAYERS, HEADS, WIDTH // HEADS)), path,
        ["input_ids", "encoder_hidden_states", *(f"past_key_values.{n}" for n in names)], ["logits", *(f"present.{n}" for n in names)],
        (ROW, {0: BATCH, 1: "encoder_sequence_length"}, past_shapes(LAYERS)),
    )  # fmt: skip
    add_input(path, "use_cache_branch", "bool", [1])
    write_json(folder / "config.json", {
        "model_type": "vision-encoder-decoder", "architectures": ["VisionEncoderDecoderModel"], "is_encoder_decoder": True,
        "encoder": {k: v for k, v in vit.to_dict().items() if k in ("hidden_size", "image_size", "model_type", "patch_size")},
        "decoder": {k: v for k, v in gpt.to_dict().items() if k in ("model_type", "vocab_size", "n_embd", "n_head", "n_layer", "n_positions", "add_cross_attention")},
        "decoder_start_token_id": end_id, "eos_token_id": end_id, "pad_token_id": end_id, "bos_token_id": end_id,
    })  # fmt: skip
    write_json(folder / "generation_config.json", {
        "bos_token_id": end_id, "decoder_start_token_id": end_id, "eos_token_id": end_id, "pad_token_id": end_id,
    })  # fmt: skip
    write_json(folder / "preprocessor_config.json", {
        "image_processor_type": "ViTImageProcessor", "do_normalize": True, "do_rescale": True, "do_resize": True, "rescale_factor": 1 / 255, "resample": 2,
        "size": {"height": 32, "width": 32}, **IMAGENET_HALF,
    })  # fmt: skip
    write_tokenizer(folder, tokenizer, "<|endoftext|>", "<|endoftext|>")


def clip(folder: Path) -> None:
    """Two towers that meet in one space."""
    tokenizer = byte_tokenizer(["<|startoftext|>", "<|endoftext|>"], "<|endoftext|>")
    end_id = tokenizer.token_to_id("<|endoftext|>")
    shared = {"hidden_size": WIDTH, "intermediate_size": FEED, "num_hidden_layers": 2, "num_attention_heads": HEADS, "projection_dim": 16}
    text = {**shared, "vocab_size": tokenizer.get_vocab_size(), "max_position_embeddings": 77, "eos_token_id": end_id, "bos_token_id": end_id - 1}
    config = CLIPConfig(text_config=text, vision_config={**shared, "image_size": 32, "patch_size": 8}, projection_dim=16)
    model = seeded(CLIPModel, config)
    export(ClipVision(model), (torch.randn(2, 3, 32, 32),), folder / "onnx/vision_model.onnx", ["pixel_values"], ["image_embeds"], ({0: BATCH},))
    export(ClipText(model), (torch.randint(0, BYTES, (2, 9)),), folder / "onnx/text_model.onnx", ["input_ids"], ["text_embeds"], (ROW,))
    write_config(folder, config, architectures=["CLIPModel"])
    write_json(folder / "preprocessor_config.json", {
        "image_processor_type": "CLIPImageProcessor", "crop_size": {"height": 32, "width": 32}, "do_center_crop": True, "do_normalize": True,
        "do_rescale": True, "do_resize": True, "rescale_factor": 1 / 255, "resample": 3, "size": {"shortest_edge": 32}, **IMAGENET_HALF,
    })  # fmt: skip
    write_tokenizer(folder, tokenizer, "<|endoftext|>", "<|endoftext|>", cls="CLIPTokenizer")


FAMILIES = {"tiny-idefics3": idefics3, "tiny-qwen2-vl": qwen2_vl, "tiny-florence2": florence2, "tiny-captioner": captioner, "tiny-clip": clip}
