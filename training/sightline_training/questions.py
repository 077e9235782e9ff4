"""What can be asked about a scene. In: Scene, rng. Out: `Question`s whose answers are certain (borderline cases are skipped)."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .colours import COLOURS
from .facts import EXTREMES, PLACES, SAID, Facts, bounds, extreme, nearest, place_of, things_at
from .grammar import Piece, phrase
from .nouns import KIND_PLURAL, KINDS, SIGN_CLASS, THINGS, article
from .scene import Scene

ALL = -2  # point at every object
BACKGROUND = -3  # point at what no object covers


@dataclass(frozen=True)
class Question:
    """`asked` maps the phrase's slots to things (or None); `targets` are the things the answer points at."""

    type: str
    pieces: tuple[Piece, ...]
    answer: str
    asked: tuple[int | None, ...] = ()
    targets: tuple[int, ...] = ()
    rationale: str | None = None
    spelled: int | None = None  # the sign whose letters are the answer
    also: tuple[str, ...] = ()
    task: str = "vqa"
    answer_slots: tuple[Piece, ...] = ()  # captions: pieces with the thing each names

    @property
    def text(self) -> str:
        """The question as typed."""
        return "".join(p for p, _ in self.pieces)


def ask_what(f: Facts) -> Question | None:
    if not f.things:
        return Question("what", tuple(phrase("what", [], f.rng)), "nothing", targets=(BACKGROUND,))
    if len(f.things) != 1:
        if len(f.things) > 3 or len(f.unique) != len(f.things) or f.rng.random() < 0.5:
            return None
        order = sorted(range(len(f.things)), key=lambda i: f.things[i].x)
        if any(f.things[b].x - f.things[a].x < 0.06 for a, b in pairwise(order)):
            return None
        slots: list[Piece] = []
        for k, i in enumerate(order):
            name = THINGS[f.things[i].number].name
            slots += [(name if k == 0 else " " + name, i)] + ([(" and", -1)] if k == len(order) - 2 else [(",", -1)] if k < len(order) - 2 else [])
        return Question("list", tuple(phrase("list", [], f.rng)), "".join(p for p, _ in slots), targets=(ALL,), answer_slots=tuple(slots))
    return Question("what", tuple(phrase("what", [], f.rng)), THINGS[f.things[0].number].name, targets=(0,))


def ask_place(f: Facts) -> Question | None:
    if f.rng.random() < 0.06:
        places = [p for p in PLACES if things_at(f.things, p) == []]
        if not places:
            return None
        place = places[int(f.rng.integers(len(places)))]
        if any(all(lo - 0.14 <= v < hi + 0.14 for v, lo, hi in bounds(place, t)) for t in f.things):
            return None
        said = SAID.get(place, (place,))
        return Question("place", tuple(phrase("place", [], f.rng, {"place": said[int(f.rng.integers(len(said)))]})), "nothing", targets=(BACKGROUND,))
    options = [(p, found[0]) for p in PLACES if (found := things_at(f.things, p)) and len(found) == 1]
    if not options:
        return None
    place, i = options[int(f.rng.integers(len(options)))]
    said = SAID.get(place, (place,))
    word = said[int(f.rng.integers(len(said)))]
    return Question("place", tuple(phrase("place", [], f.rng, {"place": word})), THINGS[f.things[i].number].name, targets=(i,))


def ask_where(f: Facts) -> Question | None:
    options = [i for i in f.unique if place_of(f.things[i])]
    if not options:
        return None
    i = f.pick(options)
    place = place_of(f.things[i]) or ""
    return Question("where", tuple(phrase("where", [f.things[i].number], f.rng)), place, (i,), (i,), also=SAID.get(place, ()))


def ask_count(f: Facts) -> Question | None:
    u = f.rng.random()
    if u < 0.1:
        kind = KINDS[int(f.rng.integers(len(KINDS)))]
        found = tuple(i for i, t in enumerate(f.things) if THINGS[t.number].kind == kind)
        if not found and f.rng.random() < 0.7:
            return None
        return Question("count", tuple(phrase("count-kind", [], f.rng, {"kinds": KIND_PLURAL[kind]})), str(len(found)), targets=found)
    if u < 0.22 or not f.things:
        number = f.absent()
        return Question("count", tuple(phrase("count", [number], f.rng)), "0", (None,))
    many = [n for n, c in f.counts.items() if c > 1]
    number = f.pick(many) if many and f.rng.random() < 0.75 else f.pick(list(f.counts))
    found = tuple(i for i, t in enumerate(f.things) if t.number == number)
    return Question("count", tuple(phrase("count", [number], f.rng)), str(len(found)), (found[0] if len(found) == 1 else None,), found)


def ask_count_things(f: Facts) -> Question | None:
    return Question("count-things", tuple(phrase("count-things", [], f.rng)), str(len(f.things)), targets=(ALL,))


def ask_exists(f: Facts) -> Question | None:
    yes = f.rng.random() < 0.5
    u = f.rng.random()
    if u < 0.12:
        kind = KINDS[int(f.rng.integers(len(KINDS)))]
        words = {"kinds": KIND_PLURAL[kind], "kinda": f"{article(kind)} {kind}"}
        found = tuple(i for i, t in enumerate(f.things) if THINGS[t.number].kind == kind)
        return Question("exists", tuple(phrase("exists-kind", [], f.rng, words)), "yes" if found else "no", targets=found) if bool(found) == yes else None
    if u < 0.2:
        shapes = [t for t in f.things if t.colour and f.counts[t.number] == 1]
        if shapes:
            t = shapes[int(f.rng.integers(len(shapes)))]
            colour = t.colour if yes else COLOURS[int(f.rng.integers(len(COLOURS)))]
            i = f.things.index(t)
            pieces = phrase("exists-coloured", [t.number], f.rng, {"colour": str(colour)})
            return Question("exists", tuple(pieces), "yes" if colour == t.colour else "no", (i,), (i,))
    if yes and f.things:
        i = int(f.rng.integers(len(f.things)))
        number, found = f.things[i].number, tuple(j for j, t in enumerate(f.things) if t.number == f.things[i].number)
    else:
        number, found = f.absent(), ()
    template = "is-this" if len(f.things) == 1 and f.rng.random() < 0.4 else "exists"
    return Question("exists", tuple(phrase(template, [number], f.rng)), "yes" if found else "no", (found[0] if len(found) == 1 else None,), found)


def ask_colour(f: Facts) -> Question | None:
    shapes = [i for i in f.unique if f.things[i].colour]
    if not shapes:
        return None
    i = f.pick(shapes)
    t = f.things[i]
    u = f.rng.random()
    if u < 0.15:
        other = t.colour if f.rng.random() < 0.5 else COLOURS[int(f.rng.integers(len(COLOURS)))]
        pieces = phrase("is-colour", [t.number], f.rng, {"colour": str(other)})
        return Question("colour", tuple(pieces), "yes" if other == t.colour else "no", (i,), (i,))
    if u < 0.3 and sum(o.colour == t.colour for o in f.things) == 1 and len(f.things) > 1:
        return Question("colour", tuple(phrase("shape-of-colour", [], f.rng, {"colour": str(t.colour)})), THINGS[t.number].name, targets=(i,))
    return Question("colour", tuple(phrase("colour", [t.number], f.rng)), str(t.colour), (i,), (i,), also=("grey", "gray") if t.colour == "gray" else ())


def ask_background(f: Facts) -> Question | None:
    name = f.scene.background
    if name is None:
        return None
    number = f.things[0].number if f.things else 0
    if f.rng.random() < 0.15:
        other = name if f.rng.random() < 0.5 else COLOURS[int(f.rng.integers(len(COLOURS)))]
        return Question("background", tuple(phrase("is-background", [], f.rng, {"colour": other})), "yes" if other == name else "no", targets=(BACKGROUND,))
    asked = (0,) if f.things else (None,)
    return Question("background", tuple(phrase("background", [number], f.rng)), name, asked, (BACKGROUND,), also=("grey", "gray") if name == "gray" else ())


def ask_next_to(f: Facts) -> Question | None:
    options = [(i, j) for i in f.unique if (j := nearest(f.things, i)) is not None]
    if not options:
        return None
    i, j = options[int(f.rng.integers(len(options)))]
    return Question("next-to", tuple(phrase("next-to", [f.things[i].number], f.rng)), THINGS[f.things[j].number].name, (i,), (j,))


def ask_extreme(f: Facts) -> Question | None:
    which = EXTREMES[int(f.rng.integers(4))]
    i = extreme(f.things, which)
    return None if i is None else Question("extreme", tuple(phrase(which, [], f.rng)), THINGS[f.things[i].number].name, targets=(i,))


def ask_relation(f: Facts) -> Question | None:
    if len(f.unique) < 2:
        return None
    i, j = (f.unique[k] for k in f.rng.permutation(len(f.unique))[:2])
    a, b = f.things[i], f.things[j]
    dx, dy = a.x - b.x, a.y - b.y
    side, height = ("left" if dx < 0 else "right"), ("above" if dy < 0 else "below")
    numbers, asked = [a.number, b.number], (i, j)
    if f.rng.random() < 0.3:
        if f.rng.random() < 0.3 and abs(abs(dx) - abs(dy)) > 0.12:
            return Question("relation", tuple(phrase("relative", numbers, f.rng)), side if abs(dx) > abs(dy) else height, asked, asked)
        if f.rng.random() < 0.5:
            return Question("relation", tuple(phrase("left-or-right", numbers, f.rng)), side, asked, asked) if abs(dx) > 0.1 else None
        return Question("relation", tuple(phrase("above-or-below", numbers, f.rng)), height, asked, asked) if abs(dy) > 0.1 else None
    if f.rng.random() < 0.5:
        wanted, fact, clear = ("left" if f.rng.random() < 0.5 else "right"), side, abs(dx) > 0.1
        template = f"{wanted}-of"
    else:
        wanted, fact, clear = ("above" if f.rng.random() < 0.5 else "below"), height, abs(dy) > 0.1
        template = wanted
    if not clear:
        return None
    return Question("relation", tuple(phrase(template, numbers, f.rng)), "yes" if wanted == fact else "no", asked, asked, rationale=fact)


def ask_read(f: Facts) -> Question | None:
    signs = [i for i, t in enumerate(f.things) if t.number == SIGN_CLASS]
    if not signs:
        return None
    return Question("read", tuple(phrase("read", [], f.rng)), f.things[signs[0]].text.lower(), targets=(signs[0],), spelled=signs[0])


def ask_kind(f: Facts) -> Question | None:
    if len(f.things) != 1 or THINGS[f.things[0].number].kind not in KINDS:
        return None
    kind = THINGS[f.things[0].number].kind
    other = KINDS[int(f.rng.integers(len(KINDS)))]
    if other == kind:
        return None
    pair = [kind, other] if f.rng.random() < 0.5 else [other, kind]
    words = {"kinda": f"{article(pair[0])} {pair[0]}", "otherkinda": f"{article(pair[1])} {pair[1]}"}
    return Question("kind", tuple(phrase("kind", [f.things[0].number], f.rng, words)), kind, (0,), (0,))


ASK: dict[str, Callable[[Facts], Question | None]] = {
    "what": ask_what, "place": ask_place, "where": ask_where, "count": ask_count, "count-things": ask_count_things, "exists": ask_exists,
    "colour": ask_colour, "background": ask_background, "next-to": ask_next_to, "extreme": ask_extreme, "relation": ask_relation,
    "read": ask_read, "kind": ask_kind,
}  # fmt: skip
WEIGHTS = {
    "what": 2.2, "place": 1.3, "where": 1.3, "count": 1.5, "count-things": 0.5, "exists": 1.3, "colour": 2.2, "background": 0.8,
    "next-to": 1.8, "extreme": 2.2, "relation": 2.0, "read": 3.0, "kind": 0.3,
}  # fmt: skip


def ask(scene: Scene, rng: np.random.Generator, count: int, kinds: dict[str, float] | None = None) -> list[Question]:
    """Up to `count` questions of different texts, drawn by weight among those that have a certain answer."""
    weights = kinds or WEIGHTS
    facts, names = Facts(scene, rng), list(weights)
    p = np.array(list(weights.values()))
    out: dict[str, Question] = {}
    for k in rng.choice(len(names), count * 3, p=p / p.sum()):
        made = ASK[names[int(k)]](facts)
        if made is not None and made.text not in out:
            out[made.text] = made
            if len(out) == count:
                break
    return list(out.values())
