"""A byte-level tokenizer without merges: one token per byte, and the special tokens of a family. Out: tokenizer files."""

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers


def byte_tokenizer(special: list[str], end: str) -> Tokenizer:
    """Ids 0..255 are the bytes; special tokens follow in their order."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: i for i, letter in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in special])
    assert tokenizer.token_to_id(end) is not None
    return tokenizer


def write_tokenizer(folder: Path, tokenizer: Tokenizer, end: str, pad: str, chat_template: str | None = None, cls: str = "GPT2Tokenizer") -> None:
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    config = {
        "tokenizer_class": cls, "bos_token": end, "eos_token": end, "pad_token": pad, "unk_token": end, "model_max_length": 2048,
        "clean_up_tokenization_spaces": False,
    }  # fmt: skip
    if chat_template:
        config["chat_template"] = chat_template
    write_json(folder / "tokenizer_config.json", config)


def write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n")
