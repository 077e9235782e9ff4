"""Captions and alt text of a scene, as pieces that remember which thing each noun names. Alt text is at most 125 characters."""

import numpy as np

from .facts import place_of
from .grammar import Piece
from .nouns import THINGS, article
from .questions import Question
from .scene import Scene

ALT_LIMIT = 125
AT = {
    "top left": "in the top left", "top": "at the top", "top right": "in the top right", "left": "on the left", "center": "in the center",
    "right": "on the right", "bottom left": "in the bottom left", "bottom": "at the bottom", "bottom right": "in the bottom right",
}  # fmt: skip
NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def groups(scene: Scene) -> list[tuple[int, list[int]]]:
    """Things of one class together, from left to right by their first."""
    out: dict[int, list[int]] = {}
    for i in sorted(range(len(scene.things)), key=lambda i: scene.things[i].x):
        out.setdefault(scene.things[i].number, []).append(i)
    return list(out.items())


def _named(scene: Scene, number: int, members: list[int], bare: bool) -> list[Piece]:
    thing, first = THINGS[number], scene.things[members[0]]
    if first.text:
        return [("sign" if bare else "a sign", members[0]), (f' saying "{first.text}"', -1)]
    if len(members) > 1:
        return [(f"{NUMBER_WORDS[len(members)]} {thing.plural}", members[0])]
    name = f"{first.colour} {thing.name}" if first.colour else thing.name
    return [(name if bare else f"{article(name)} {name}", members[0])]


def caption(scene: Scene, alt: bool) -> Question:
    """One sentence; alt text starts with its subject and has no articles."""
    found = groups(scene)
    pieces: list[Piece] = []
    for k, (number, members) in enumerate(found):
        if k:
            pieces.append((" and" if k == len(found) - 1 else ",", -1))
            named = _named(scene, number, members, alt)
            pieces.append((" " + named[0][0], named[0][1]))
            pieces += named[1:]
        else:
            pieces += _named(scene, number, members, alt)
        place = place_of(scene.things[members[0]])
        if len(members) == 1 and len(found) <= (2 if alt else 1) and place:
            pieces.append((" " + AT[place], -1))
    if not pieces:
        pieces = [("an empty picture" if not alt else "empty picture", -1)]
    if scene.background:
        pieces.append((f" on {'' if alt else article(scene.background) + ' '}{scene.background} background" if not alt else f", {scene.background} background", -1))
    pieces.append((".", -1))
    text = "".join(p for p, _ in pieces)
    if alt and len(text) > ALT_LIMIT:  # never in practice with at most eight things; keep the promise all the same
        pieces = [(f"{len(scene.things)} things", -1), (".", -1)]
    pieces[0] = (pieces[0][0][0].upper() + pieces[0][0][1:], pieces[0][1])
    task = "alt-text" if alt else "caption"
    return Question(task, (), "".join(p for p, _ in pieces), targets=(), task=task, answer_slots=tuple(pieces))


CLIP_TEMPLATES = (
    "{}",
    "a picture of {}",
    "an image of {}",
    "{} on a plain background",
    "a photo of {}",
    "an emoji of {}",
    "a drawing of {}",
    "{} in the picture",
    "a sticker of {}",
)


def clip_caption(scene: Scene, rng: np.random.Generator) -> str:
    """What the text tower sees: short, lower-case, in varied words."""
    parts = []
    for number, members in groups(scene):
        first = scene.things[members[0]]
        noun = THINGS[number]
        name = f"{first.colour} {noun.name}" if first.colour and rng.random() < 0.7 else noun.name
        if first.text:
            parts.append(f"a sign saying {first.text.lower()}" if rng.random() < 0.5 else "a sign")
        else:
            parts.append(f"{NUMBER_WORDS[len(members)]} {noun.plural}" if len(members) > 1 else f"{article(name)} {name}")
    if not parts:
        parts = ["nothing"]
    text = parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
    if scene.background and rng.random() < 0.4:
        return f"{text} on {article(scene.background)} {scene.background} background"
    template = CLIP_TEMPLATES[int(rng.integers(len(CLIP_TEMPLATES)))] if rng.random() < 0.6 else "{}"
    return template.replace("{} on a plain background", "{}").format(text)
