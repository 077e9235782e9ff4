"""Packs scenes and their questions into tensors. In: scenes, rng. Out: `Batch`.

A picture's questions stand one after another in one row (no padding between); a segment number keeps their attention apart.
"""

from dataclasses import dataclass, fields

import numpy as np
import torch

from .captions import caption, clip_caption
from .config import CLIP_MEAN, CLIP_STD, LossWeights, ModelConfig
from .grid import Grid, label, place_bin
from .nouns import NOUNS, THINGS, article
from .questions import ALL, BACKGROUND, Question, ask
from .scene import Scene, Studio, compose
from .vocabulary import ALT, ANSWER, ASK, CAPTION, END, PAD, SO, Encoder

MEAN = torch.tensor(CLIP_MEAN).view(1, 3, 1, 1) * 255
STD = torch.tensor(CLIP_STD).view(1, 3, 1, 1) * 255


@dataclass
class Batch:
    """B pictures, L tokens a row, M = memory, P patches, F fine cells."""

    pixels: torch.Tensor  # [B, 3, 96, 96]
    ids: torch.Tensor  # [B, L]
    positions: torch.Tensor  # [B, L]
    segments: torch.Tensor  # [B, L] -1 = empty
    targets: torch.Tensor  # [B, L] next token, -100 = none
    weights: torch.Tensor  # [B, L]
    answer_at: torch.Tensor  # [A, 2] picture, position
    answer_cells: torch.Tensor  # [A, M]
    noun_at: torch.Tensor  # [N, 2]
    noun_cells: torch.Tensor  # [N, M]
    noun_place: torch.Tensor  # [N, 2]
    thing_class: torch.Tensor  # [B, P]
    colour: torch.Tensor  # [B, P]
    own_place: torch.Tensor  # [B, P, 2]
    extremes: torch.Tensor  # [B, P, 4]
    nearest: torch.Tensor  # [B, P]
    letters: torch.Tensor  # [B, F]
    letter_index: torch.Tensor  # [B, F]
    captions: torch.Tensor  # [B, T]
    caption_group: torch.Tensor  # [B] equal captions have equal numbers
    only_noun: torch.Tensor  # [B] class number of the one noun, -1 otherwise
    types: list[list[tuple[str, int, int]]]  # per picture: type, first and last answer position

    def to_dict(self) -> dict[str, torch.Tensor]:
        """The tensors by name."""
        return {f.name: v for f in fields(self) if isinstance(v := getattr(self, f.name), torch.Tensor)}


def normalise(pixels: np.ndarray) -> torch.Tensor:
    """[B, H, W, 3] uint8 to CLIP's scale [B, 3, H, W]."""
    return (torch.from_numpy(pixels).permute(0, 3, 1, 2).float() - MEAN) / STD


@dataclass
class Encoded:
    """One question as tokens: ids, where the answer starts, pointers."""

    ids: list[int]
    start: int  # index of the first answer token
    nouns: list[tuple[int, int]]  # (position, thing)
    points: list[tuple[int, np.ndarray]]  # (position, cells)


def encode_question(q: Question, grid: Grid, encoder: Encoder) -> Encoded:
    """Prompt + answer + end, with what each position should look at."""
    points: list[tuple[int, np.ndarray]] = []
    nouns: list[tuple[int, int]] = []
    if q.task == "vqa":
        asked, spans = encoder.pieces(q.pieces)
        ids = [ASK, *asked, ANSWER]
        for slot, _, last in spans:
            thing = q.asked[slot] if slot < len(q.asked) else None
            if thing is not None:
                nouns.append((1 + last, thing))
    else:
        ids = [ALT if q.task == "alt-text" else CAPTION]
    start = len(ids)
    if q.answer_slots:
        said, spans = encoder.pieces(q.answer_slots)
        points += [(start + first - 1, grid.cells[thing]) for thing, first, _ in spans]
    elif q.spelled is not None:
        said = encoder.spelled(q.answer)
        points += [(start + k - 1, cells) for k, cells in enumerate(grid.letter_cells[q.spelled][: len(said)])]
    else:
        said = encoder.text(q.answer)
        if q.rationale:
            said = [*encoder.text(q.rationale), SO, *said]
        if q.targets:
            rows = [len(grid.cells) - 1 if t == BACKGROUND else t for t in q.targets]
            mask = ~grid.cells[-1] if ALL in rows else grid.cells[rows].any(0)
            points += [(start + k - 1, mask) for k in range(len(said))]
    return Encoded([*ids, *said, END], start, nouns, [(at, m) for at, m in points if m[1:].any()])


class Batcher:
    """Endless batches from one seed."""

    def __init__(self, studio: Studio, encoder: Encoder, config: ModelConfig, weights: LossWeights, row: int, seed: int) -> None:
        self.studio, self.encoder, self.config, self.loss, self.row = studio, encoder, config, weights, row
        self.rng = np.random.default_rng(seed)

    def next(self, size: int) -> Batch:
        """The next `size` scenes with their questions."""
        return self.pack([compose(self.studio, self.rng) for _ in range(size)])

    def questions(self, scene: Scene) -> list[Question]:
        """Captions now and then, then questions; more than fit, the rest is dropped by packing."""
        out = ask(scene, self.rng, self.row // 11 + 1)
        u = self.rng.random()
        if u < 0.32 and not scene.soup:
            out.insert(0, caption(scene, alt=u < 0.14))
        return out

    def pack(self, scenes: list[Scene], questions: list[list[Question]] | None = None) -> Batch:
        """Scenes to tensors."""
        size, row, config = len(scenes), self.row, self.config
        ids, positions = np.full((size, row), PAD, np.int64), np.zeros((size, row), np.int64)
        segments, targets = np.full((size, row), -1, np.int64), np.full((size, row), -100, np.int64)
        weights = np.zeros((size, row), np.float32)
        grids = [label(s, config) for s in scenes]
        answer_at, answer_cells, noun_at, noun_cells, noun_place = [], [], [], [], []
        types: list[list[tuple[str, int, int]]] = []
        for b, (scene, grid) in enumerate(zip(scenes, grids, strict=True)):
            at = 0
            types.append([])
            for k, q in enumerate(self.questions(scene) if questions is None else questions[b]):
                e = encode_question(q, grid, self.encoder)
                n = len(e.ids)
                if at + n > row:
                    continue
                ids[b, at : at + n], positions[b, at : at + n], segments[b, at : at + n] = e.ids, np.arange(n), k
                targets[b, at : at + n - 1] = e.ids[1:]
                weights[b, at : at + e.start - 1] = self.loss.prompt / max(1, e.start - 1)
                answer = weights[b, at + e.start - 1 : at + n - 1]
                answer[:] = 1 / len(answer) if q.task == "vqa" else self.loss.caption / len(answer) * 2
                if q.rationale:
                    answer[:] = 0.1  # the relation and, above all, the verdict weigh; <|so|> and <|end|> are easy
                    at_verdict = e.ids.index(SO) + 1 - e.start
                    answer[0], answer[at_verdict] = 0.4, 0.8
                if q.spelled is not None:
                    answer[:] = 0.35
                answer_at += [(b, at + p) for p, _ in e.points]
                answer_cells += [m for _, m in e.points]
                for p, thing in e.nouns:
                    t = scene.things[thing]
                    noun_at.append((b, at + p))
                    noun_cells.append(grid.cells[thing])
                    noun_place.append((place_bin(t.x, config.bins), place_bin(t.y, config.bins)))
                types[-1].append((q.type, at + e.start - 1, at + n - 1))
                at += n
        texts = [clip_caption(s, self.rng) for s in scenes]
        known: dict[str, int] = {}
        group = [known.setdefault(t, len(known)) for t in texts]
        only = [s.things[0].number if len(s.things) == 1 and s.things[0].number < len(NOUNS) else -1 for s in scenes]

        def dense(name: str) -> torch.Tensor:
            return torch.from_numpy(np.stack([getattr(g, name) for g in grids]))

        def rows(values: list, width: int, dtype: torch.dtype) -> torch.Tensor:
            return torch.from_numpy(np.array(values)).to(dtype).reshape(-1, width) if values else torch.zeros((0, width), dtype=dtype)

        return Batch(
            normalise(np.stack([s.pixels for s in scenes])), *map(torch.from_numpy, (ids, positions, segments, targets, weights)),
            rows(answer_at, 2, torch.long), rows(answer_cells, config.memory, torch.float32),
            rows(noun_at, 2, torch.long), rows(noun_cells, config.memory, torch.float32), rows(noun_place, 2, torch.long),
            *(dense(n) for n in ("thing_class", "colour", "own_place", "extremes", "nearest", "letters", "letter_index")),
            encode_texts(texts, self.encoder, config.text_context), torch.tensor(group), torch.tensor(only), types,
        )  # fmt: skip


def encode_texts(texts: list[str], encoder: Encoder, limit: int) -> torch.Tensor:
    """Captions for the text tower, padded on the right: [B, T]. No begin or end token: the tower takes the mean of its tokens."""
    rows = [encoder.text(t)[:limit] for t in texts]
    out = torch.full((len(rows), max(map(len, rows))), PAD, dtype=torch.long)
    for i, r in enumerate(rows):
        out[i, : len(r)] = torch.tensor(r)
    return out


def noun_prompts(rng: np.random.Generator) -> list[str]:
    """One caption per noun, in a random template, for the zero-shot loss."""
    from .captions import CLIP_TEMPLATES

    names = [f"{article(t.name)} {t.name}" for t in THINGS[: len(NOUNS)]]
    return [CLIP_TEMPLATES[int(rng.integers(len(CLIP_TEMPLATES)))].replace("{} on a plain background", "{}").format(n) for n in names]
