"""Phrasing as people type it. `[a|b]` chooses, `{0n}` is thing 0's noun, `{0a}` with article, `{0p}` plural.

Out of `expand`: pieces `(text, slot)`; slot is the thing's position in the question, or -1 for plain words.
"""

import re
from pathlib import Path

import numpy as np

from .nouns import THINGS, article

BEFORE = "[||||||||||can you tell me |please |hey |hi, |tell me |pls |do you know |so |ok |i wonder ]"
BRACKET = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{(\d)([nap])\}")
Piece = tuple[str, int]

TABLE = Path(__file__).parent.parent / "phrases.tsv"


def load_templates(path: Path = TABLE) -> dict[str, tuple[str, ...]]:
    """The phrasings by kind of question."""
    out: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            kind, text = line.split("\t")
            out.setdefault(kind, []).append(text)
    return {kind: tuple(texts) for kind, texts in out.items()}


TEMPLATES = load_templates()


def choose(template: str, rng: np.random.Generator) -> str:
    """Takes one alternative of each bracket, inner ones first."""
    while True:
        found = BRACKET.search(template)
        if found is None:
            return template
        options = found.group(1).split("|")
        template = template[: found.start()] + options[int(rng.integers(len(options)))] + template[found.end() :]


def name_of(number: int, form: str, rng: np.random.Generator, synonyms: float = 0.08) -> str:
    """The noun in the wanted form, now and then under another name."""
    noun = THINGS[number]
    if noun.also and rng.random() < synonyms:
        other = noun.also[int(rng.integers(len(noun.also)))]
        plural = other + ("es" if other.endswith(("s", "h")) else "s")
        if other[-1] == "y" and other[-2] not in "aeiou":
            plural = other[:-1] + "ies"
        return plural if form == "p" else f"{article(other)} {other}" if form == "a" else other
    return noun.plural if form == "p" else f"{article(noun.name)} {noun.name}" if form == "a" else noun.name


def split_slots(text: str, numbers: list[int], rng: np.random.Generator) -> list[Piece]:
    """Fills `{0n}` slots and keeps them as pieces of their own; a space always opens a piece, never ends one."""
    pieces: list[Piece] = []
    at = 0
    for found in SLOT.finditer(text):
        before, name = text[at : found.start()], name_of(numbers[int(found.group(1))], found.group(2), rng)
        space = before.endswith(" ")
        if before[: -1 if space else None]:
            pieces.append((before[: -1 if space else None], -1))
        pieces.append(((" " if space else "") + name, int(found.group(1))))
        at = found.end()
    if text[at:]:
        pieces.append((text[at:], -1))
    return pieces


def phrase(kind: str, numbers: list[int], rng: np.random.Generator, words: dict[str, str] | None = None) -> list[Piece]:
    """One way to ask it."""
    options = TEMPLATES[kind]
    text = options[int(rng.integers(len(options)))]
    before = choose(BEFORE, rng) if text.startswith(("[what", "what", "how", "is ", "[where", "where", "which")) else ""
    text = choose(text, rng)
    for key, value in (words or {}).items():
        text = text.replace("{" + key + "}", value)
    text = re.sub(r" +", " ", before + text).strip()
    return split_slots(text, numbers, rng)
