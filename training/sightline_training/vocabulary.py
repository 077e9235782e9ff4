"""The tokenizer: byte-level BPE trained on the generated text, and a cached encoder for pieces.

In: texts. Out: tokenizer.json; `Encoder.pieces` gives ids and where each slot's last token is.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from .captions import caption, clip_caption
from .grammar import Piece, phrase
from .nouns import THINGS, article
from .questions import WEIGHTS, ask
from .scene import Studio, compose

SPECIAL = ("<|pad|>", "<|ask|>", "<|answer|>", "<|caption|>", "<|alt|>", "<|so|>", "<|end|>")
PAD, ASK, ANSWER, CAPTION, ALT, SO, END = range(7)
# GPT-2's pre-tokenisation for the text we generate; a test compares it with the tokenizer's own.
WORD = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?[^\s\w]+|\s+")


def texts(studio: Studio, scenes: int, seed: int) -> Iterable[str]:
    """Everything people type and the model says, from some scenes and every noun in every form."""
    rng = np.random.default_rng(seed)
    for _ in range(scenes):
        scene = compose(studio, rng)
        for q in ask(scene, rng, 6, WEIGHTS):
            yield q.text
            if q.spelled is None:
                yield q.answer
        yield from (caption(scene, alt).answer for alt in (False, True) if not any(t.text for t in scene.things))
        yield clip_caption(scene, rng)
    for i, noun in enumerate(THINGS):
        for name in (noun.name, *noun.also):
            for _ in range(8):
                yield from (f"the {name}", f"{article(name)} {name}", f"some {noun.plural}", name, name.capitalize())
        yield from ("".join(p for p, _ in phrase("count", [i], rng)) for _ in range(4))


def train_tokenizer(corpus: Iterable[str], vocabulary: int) -> Tokenizer:
    """Byte-level BPE without any automatic begin or end token."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=list(SPECIAL), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(corpus, trainer)
    return tokenizer


class Encoder:
    """Encodes text word by word with a cache: thousands of times faster than whole sentences, and equal to them."""

    def __init__(self, path: Path) -> None:
        self.tokenizer = Tokenizer.from_file(str(path))
        self._cache: dict[str, list[int]] = {}

    def text(self, text: str) -> list[int]:
        """Ids of a text without special tokens in it."""
        out: list[int] = []
        for word in WORD.findall(text):
            ids = self._cache.get(word)
            if ids is None:
                ids = self._cache[word] = self.tokenizer.encode(word, add_special_tokens=False).ids
            out += ids
        return out

    def spelled(self, text: str) -> list[int]:
        """One token a letter, so that reading is done letter by letter."""
        return [i for letter in text for i in self.text(letter)]

    def pieces(self, pieces: tuple[Piece, ...]) -> tuple[list[int], list[tuple[int, int, int]]]:
        """Ids and, per slot, `(slot, first token, last token)`. Text in double quotes is spelled."""
        ids: list[int] = []
        spans: list[tuple[int, int, int]] = []
        for text, slot in pieces:
            start = len(ids)
            if '"' in text:
                head, quoted, tail = text.split('"')
                ids += self.text(head + '"') + self.spelled(quoted) + self.text('"' + tail)
            else:
                ids += self.text(text)
            if slot != -1:
                spans.append((slot, start, len(ids) - 1))
        return ids, spans

    def decode(self, ids: list[int]) -> str:
        """The text without special tokens."""
        return self.tokenizer.decode(ids, skip_special_tokens=True)
