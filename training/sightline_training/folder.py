"""The JSON files around the ONNX files, as stock transformers.js reads them (VisionEncoderDecoder; CLIP in clip/)."""

import json
from pathlib import Path

from tokenizers import Tokenizer

from .config import CLIP_MEAN, CLIP_STD, ModelConfig
from .vocabulary import CAPTION, END, PAD, SPECIAL


def write_json(path: Path, value: object, indent: int | None = 2) -> None:
    """UTF-8, a newline at the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=indent, ensure_ascii=False) + "\n")


def preprocessor(config: ModelConfig) -> dict:
    """CLIPImageProcessor that squashes the picture to a square."""
    size = {"height": config.image_size, "width": config.image_size}
    return {
        "image_processor_type": "CLIPImageProcessor", "do_convert_rgb": True, "do_resize": True, "size": size, "resample": 3,
        "do_center_crop": False, "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True,
        "image_mean": list(CLIP_MEAN), "image_std": list(CLIP_STD),
    }  # fmt: skip


def write_folder(folder: Path, config: ModelConfig, tokenizer: Tokenizer) -> None:
    """config, generation_config, preprocessor_config, tokenizer, tokenizer_config; the same for clip/."""
    vision = {
        "model_type": "clip_vision_model", "hidden_size": config.width, "num_hidden_layers": config.encoder_layers,
        "num_attention_heads": config.heads, "image_size": config.image_size, "patch_size": 16, "projection_dim": config.embedding,
    }  # fmt: skip
    decoder = {
        "model_type": "gpt2", "n_layer": config.decoder_layers, "n_head": config.heads, "n_embd": config.width, "n_positions": config.context,
        "n_ctx": config.context, "vocab_size": config.vocabulary, "add_cross_attention": True, "is_decoder": True, "use_cache": True,
        "bos_token_id": CAPTION, "eos_token_id": END,
    }  # fmt: skip
    ids = {"decoder_start_token_id": CAPTION, "bos_token_id": CAPTION, "eos_token_id": END, "pad_token_id": PAD}
    shared = {"model_type": "vision-encoder-decoder", "is_encoder_decoder": True, "architectures": ["VisionEncoderDecoderModel"]}
    write_json(folder / "config.json", {**shared, **ids, "encoder": vision, "decoder": decoder})
    write_json(folder / "generation_config.json", {**ids, "max_new_tokens": 48, "do_sample": False, "num_beams": 1})
    text = {
        "model_type": "clip_text_model", "hidden_size": config.text_width, "num_hidden_layers": config.text_layers,
        "num_attention_heads": config.text_heads, "vocab_size": config.vocabulary, "max_position_embeddings": config.text_context,
        "projection_dim": config.embedding,
    }  # fmt: skip
    clip = {"model_type": "clip", "architectures": ["CLIPModel"], "projection_dim": config.embedding, "text_config": text, "vision_config": vision}
    write_json(folder / "clip/config.json", clip)
    settings = {
        "tokenizer_class": "GPT2Tokenizer", "add_prefix_space": False, "add_bos_token": False, "clean_up_tokenization_spaces": False,
        "pad_token": SPECIAL[PAD], "eos_token": SPECIAL[END], "bos_token": SPECIAL[CAPTION], "unk_token": SPECIAL[END],
        "model_max_length": config.context,
    }  # fmt: skip
    for base, limit in ((folder, config.context), (folder / "clip", config.text_context)):
        write_json(base / "preprocessor_config.json", preprocessor(config))
        write_json(base / "tokenizer_config.json", {**settings, "model_max_length": limit})
        write_json(base / "tokenizer.json", json.loads(tokenizer.to_str()), None)
