"""Every loss in one tested place. In: model outputs and a Batch. Out: named scalars, each weighted by `LossWeights` in `total`.

The dense losses teach what MODEL.md found missing without them: colours, places, extremes, letters, and where to look.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from .batch import Batch
from .config import LossWeights
from .model import Heads, Sightline, segment_mask

Losses = dict[str, Tensor]


def weighted_tokens(logits: Tensor, targets: Tensor, weights: Tensor, pictures: int) -> Tensor:
    """Cross entropy of tokens [N, V], each by its weight, per question-weighted picture."""
    each = F.cross_entropy(logits.float(), targets, reduction="none")  # [N]
    return (each * weights).sum() / pictures / 6  # about six questions a picture


def masked_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross entropy over the labels that are not -1; 0 where there are none."""
    logits, labels = logits.float().flatten(0, -2), labels.flatten()
    keep = (labels >= 0).sum().clamp(min=1)
    return F.cross_entropy(logits, labels, ignore_index=-1, reduction="sum") / keep


def pointing(weights: Tensor, at: Tensor, cells: Tensor) -> Tensor:
    """-log of the attention (mean of heads) that falls on the wanted cells. weights [B, H, T, M], at [N, 2], cells [N, M]."""
    if not len(at):
        return weights.sum() * 0
    there = weights[at[:, 0], :, at[:, 1]].float().mean(1)  # [N, M]
    return -((there * cells).sum(1).clamp(min=1e-6)).log().mean()


def contrastive(image: Tensor, text: Tensor, group: Tensor, scale: Tensor) -> Tensor:
    """InfoNCE (arXiv:2103.00020) where equal captions are all right."""
    scores = image @ text.T * scale  # [B, B]
    same = (group[:, None] == group[None]).float()
    wanted = same / same.sum(1, keepdim=True)
    return -((scores.log_softmax(1) * wanted).sum(1).mean() + (scores.T.log_softmax(1) * wanted).sum(1).mean()) / 2


def rare_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Classes per cell where most cells are empty (label 0): those weigh a tenth."""
    logits, labels = logits.float().flatten(0, 1), labels.flatten()
    weight = torch.ones(logits.shape[1], device=logits.device)
    weight[0] = 0.1
    return F.cross_entropy(logits, labels, weight=weight)


def dense_losses(heads: Heads, patches: Tensor, fine: Tensor, batch: Batch, bins: int) -> Losses:
    """What each cell must know."""
    ends = heads.extremes(patches).float()
    known = batch.extremes >= 0
    return {
        "patch_class": rare_cross_entropy(heads.patch_class(patches), batch.thing_class),
        "patch_colour": masked_cross_entropy(heads.patch_colour(patches), batch.colour),
        "own_place": masked_cross_entropy(heads.own_place(patches).unflatten(-1, (2, bins)), batch.own_place),
        "extremes": F.binary_cross_entropy_with_logits(ends, batch.extremes.clamp(min=0).float(), known.float(), reduction="sum") / known.sum().clamp(min=1),
        "nearest": masked_cross_entropy(heads.nearest(patches), batch.nearest),
        "letters": rare_cross_entropy(heads.letters(fine), batch.letters),
        "letter_index": masked_cross_entropy(heads.letter_index(fine), batch.letter_index),
    }  # fmt: skip


@dataclass
class Outcome:
    """Losses by name, and the token logits at the answers for counting hits."""

    losses: Losses
    hits: Tensor  # [B, L] bool: the next token was predicted


def compute(model: Sightline, batch: Batch, nouns: Tensor, pad: int, prompt_share: float = 0.25) -> Outcome:
    """One forward pass. `nouns` [N, T] are the noun prompts of the zero-shot loss. A part of the prompt tokens is enough."""
    config = model.config
    image = model.encoder(batch.pixels)
    out = model.decoder(batch.ids, batch.positions, segment_mask(batch.segments), model.decoder.project_memory(image.memory))
    answer = batch.weights > 0.03
    chosen = answer | ((batch.weights > 0) & (torch.rand_like(batch.weights) < prompt_share))
    weights = torch.where(answer, batch.weights, batch.weights / prompt_share)[chosen]
    logits = model.decoder.logits(out.states[chosen])  # [N, V]
    losses: Losses = {"answer": weighted_tokens(logits, batch.targets[chosen], weights, len(batch.ids))}
    losses |= dense_losses(model.heads, image.patches, image.fine, batch, config.bins)
    losses["answer_attention"] = pointing(out.cross[-1], batch.answer_at, batch.answer_cells)
    losses["noun_attention"] = pointing(out.cross[0], batch.noun_at, batch.noun_cells)
    states = out.first_states[batch.noun_at[:, 0], batch.noun_at[:, 1]]
    losses["noun_place"] = masked_cross_entropy(model.heads.noun_place(states).unflatten(-1, (2, config.bins)), batch.noun_place)
    captions = model.text(batch.captions, batch.captions != pad)
    losses["contrastive"] = contrastive(image.embedding, captions, batch.caption_group, model.scale())
    one = batch.only_noun >= 0
    scores = image.embedding[one] @ model.text(nouns, nouns != pad).T * model.scale()
    losses["zero_shot"] = masked_cross_entropy(scores, batch.only_noun[one])
    hits = torch.zeros_like(batch.ids, dtype=torch.bool)
    hits[chosen] = logits.argmax(-1) == batch.targets[chosen]
    return Outcome(losses, hits)


def total(losses: Losses, weights: LossWeights) -> Tensor:
    """The weighted sum; a loss without a weight is a bug, so it raises."""
    known = {"answer": 1.0, **vars(weights)}
    return torch.stack([value * known[name] for name, value in losses.items()]).sum()
