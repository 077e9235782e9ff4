"""Trains the model: two data-parallel processes, one thread each, gradients averaged over gloo.

In: the sprite atlas, the tokenizer (made when missing). Out: RUN/checkpoint.pt (atomic, every two minutes), RUN/log.jsonl.
Start: python training/train.py --art DIR --run DIR --minutes 80. A second start resumes. The length is wall-clock time.
With --start MODEL_FOLDER a run begins at those weights instead of at random ones.
"""

import argparse
import json
import math
import os
import shutil
import time
from collections import Counter
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import cv2
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from sightline_training.batch import Batcher, encode_texts, noun_prompts
from sightline_training.config import ModelConfig, TrainConfig
from sightline_training.lettering import find_fonts
from sightline_training.losses import compute, total
from sightline_training.model import Sightline
from sightline_training.nouns import THINGS
from sightline_training.scene import NAMING_SHARES, Studio
from sightline_training.sprites import load_atlas
from sightline_training.vocabulary import PAD, Encoder, texts, train_tokenizer
from sightline_training.weights import load_weights


def make_studio(art: Path) -> Studio:
    """The studio of the trained styles."""
    return Studio(load_atlas(art / "sprites"), find_fonts((art / "node_modules" / "@fontsource",)))


def first_model(start: Path | None, config: ModelConfig) -> Sightline:
    """Random weights, or those of a model folder, which must fit the config."""
    if start is None:
        return Sightline(config)
    model = load_weights(start)
    if model.config != config:
        raise SystemExit(f"{start} was trained with another config: {model.config}, not {config}")
    return model


def learning_rate(config: TrainConfig, done: float) -> float:
    """Linear warm-up, then cosine to zero, over the share of the wall-clock time that is done."""
    warm = config.warmup_minutes / config.minutes
    return config.learning_rate * (done / warm if done < warm else 0.5 * (1 + math.cos(math.pi * min(1, (done - warm) / (1 - warm)))))


def groups(model: Sightline, config: TrainConfig) -> list[dict]:
    """Weight decay on matrices only."""
    decay = [p for p in model.parameters() if p.ndim >= 2]
    rest = [p for p in model.parameters() if p.ndim < 2]
    return [{"params": decay, "weight_decay": config.weight_decay}, {"params": rest, "weight_decay": 0.0}]


class FlatGradients:
    """All gradients as views of one buffer, so that averaging is one all-reduce; its last place carries the clock."""

    def __init__(self, model: Sightline) -> None:
        params = list(model.parameters())
        self.buffer = torch.zeros(sum(p.numel() for p in params) + 1)
        at = 0
        for p in params:
            flat = self.buffer[at : at + p.numel()]
            if p.ndim == 4:  # convolution weights lie channels-last, and the fused optimiser wants gradients that lie the same
                out, into, high, wide = p.shape
                p.grad = flat.view(out, high, wide, into).permute(0, 3, 1, 2)
            else:
                p.grad = flat.view_as(p)
            if p.grad.stride() != p.stride() and p.ndim == 4 and p.shape[1] > 1:
                raise RuntimeError("This is a bug. Make the model channels-last before its gradients are laid out.")
            at += p.numel()

    def average(self, done: float, world: int) -> float:
        """Averages over the processes; gives back the clock all of them agree on."""
        self.buffer[-1] = done
        if world > 1:
            dist.all_reduce(self.buffer)
            self.buffer /= world
        return float(self.buffer[-1])

    def clip(self, limit: float) -> None:
        """Scales down to a norm of at most `limit`."""
        norm = self.buffer[:-1].norm()
        if norm > limit:
            self.buffer *= limit / norm


def save(path: Path, state: dict) -> None:
    """Writes whole or not at all."""
    part = path.with_suffix(".part")
    torch.save(state, part)
    os.replace(part, path)


def work(rank: int, world: int, args: argparse.Namespace) -> None:
    """One process."""
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    if world > 1:
        os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(args.port))
        dist.init_process_group("gloo", rank=rank, world_size=world, timeout=timedelta(hours=12))
    config = replace(TrainConfig(), minutes=args.minutes, batch=args.batch, learning_rate=args.learning_rate)
    encoder = Encoder(args.run / "tokenizer.json")
    model_config = ModelConfig(classes=len(THINGS), vocabulary=encoder.tokenizer.get_vocab_size())
    torch.manual_seed(config.seed)
    model = first_model(args.start, model_config).to(memory_format=torch.channels_last)  # before the gradients: a later change would detach them from the buffer
    flat = FlatGradients(model)
    optimiser = torch.optim.AdamW(groups(model, config), config.learning_rate, config.betas, fused=True)
    checkpoint, step, pictures, done_before = args.run / "checkpoint.pt", 0, 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=False)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        step, pictures, done_before = state["step"], state["pictures"], state["done"]
    seed = config.seed + 1000 * rank + 7919 * step
    studio = make_studio(args.art)
    naming = Batcher(replace(studio, shares=NAMING_SHARES, augment_share=0.12, extra_share=0.05, white_share=0.45), encoder, model_config, config.losses, config.naming_row, seed)
    asking = Batcher(studio, encoder, model_config, config.losses, config.row, seed + 1)
    start = saved = logged = time.monotonic()
    sums: Counter[str] = Counter()
    seen, right = Counter[str](), Counter[str]()
    done, since = done_before, pictures
    while done < 1:
        batcher = naming if done < config.naming_until else asking
        batch = batcher.next(config.batch)
        nouns = encode_texts(noun_prompts(batcher.rng), encoder, model_config.text_context)
        batch.pixels = batch.pixels.contiguous(memory_format=torch.channels_last)
        flat.buffer.zero_()
        with torch.autocast("cpu", torch.bfloat16, enabled=args.bf16):
            outcome = compute(model, batch, nouns, PAD)
            loss = total(outcome.losses, config.losses)
        loss.backward()
        clock = min(1.0, done_before + (time.monotonic() - start) / 60 / config.minutes)
        done = flat.average(clock, world)
        flat.clip(config.clip)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(config, done)
        optimiser.step()
        step, pictures = step + 1, pictures + config.batch * world
        if rank:
            continue
        for name, value in outcome.losses.items():
            sums[name] += float(value.detach())
        for b, spans in enumerate(batch.types):
            for kind, first, last in spans:
                seen[kind] += 1
                right[kind] += bool(outcome.hits[b, first:last].all())
        sums["steps"] += 1
        now = time.monotonic()
        if now - logged > 60 or done >= 1:
            n = sums.pop("steps")
            row = {"at": time.strftime("%H:%M:%S"), "step": step, "pictures": pictures, "done": round(done, 4), "rate": round((pictures - since) / (now - logged), 1)}
            row |= {"losses": {k: round(v / n, 4) for k, v in sums.items()}, "right": {k: round(right[k] / seen[k], 3) for k in sorted(seen)}}
            with (args.run / "log.jsonl").open("a") as log:
                log.write(json.dumps(row) + "\n")
            sums.clear(), seen.clear(), right.clear()
            logged, since = now, pictures
        if now - saved > config.checkpoint_minutes * 60 or done >= 1:
            save(checkpoint, {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "pictures": pictures, "done": done,
                              "model_config": asdict(model_config), "train_config": asdict(config)})  # fmt: skip
            saved = now
    if world > 1:
        dist.destroy_process_group()


def main() -> None:
    """Reads the arguments, makes the tokenizer once, starts the processes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--art", type=Path, required=True, help="folder with sprites/ and node_modules/")
    parser.add_argument("--run", type=Path, required=True, help="folder for tokenizer, checkpoint and log")
    parser.add_argument("--start", type=Path, help="model folder whose model.safetensors and tokenizer the run begins with")
    parser.add_argument("--minutes", type=float, default=TrainConfig.minutes)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=TrainConfig.batch)
    parser.add_argument("--learning-rate", type=float, default=TrainConfig.learning_rate)
    parser.add_argument("--bf16", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--port", type=int, default=29511)
    args = parser.parse_args()
    args.run.mkdir(parents=True, exist_ok=True)
    (args.run / "pid").write_text(str(os.getpid()))
    tokenizer = args.run / "tokenizer.json"
    if args.start and not tokenizer.exists():
        shutil.copyfile(args.start / "tokenizer.json", tokenizer)
    if not tokenizer.exists():
        train_tokenizer(texts(make_studio(args.art), 4000, 99), ModelConfig.vocabulary).save(str(tokenizer))
    if args.processes == 1:
        work(0, 1, args)
    else:
        mp.spawn(work, (args.processes, args), nprocs=args.processes)


if __name__ == "__main__":
    main()
