"""Exports a checkpoint into a model folder: the weights for further training, ONNX files, tokenizer, configs, golden.json. card.py finishes the folder.

python training/export.py --checkpoint RUN/checkpoint.pt --tokenizer RUN/tokenizer.json --art DIR --out models/sightline-small
"""

import argparse
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from sightline_training.checkpoint import load_checkpoint
from sightline_training.folder import write_folder
from sightline_training.golden import golden, save_golden
from sightline_training.graphs import for_export
from sightline_training.lettering import find_fonts
from sightline_training.onnx_files import write_all
from sightline_training.scene import Studio
from sightline_training.sprites import load_atlas
from sightline_training.staged import Placed, stage
from sightline_training.vocabulary import Encoder
from sightline_training.weights import save_weights

COMMON = [("vqa", "what color is the background"), ("caption", ""), ("alt-text", "")]
PICTURES = (
    ("pair", "blue", 96, "PNG", [Placed("dog", 0.25, 0.5, 0.42), Placed("pizza", 0.75, 0.5, 0.42)],
     [("vqa", "is the dog to the left of the pizza"), ("vqa", "where is the pizza"), ("vqa", "how many dogs are there"), ("vqa", "is there a cat in the picture")],
     ["a dog and a pizza", "a cat", "two cars", "a sign"]),
    ("single", "white", 96, "PNG", [Placed("sunflower", 0.5, 0.5, 0.9)],
     [("vqa", "what is this"), ("vqa", "what colour is the background"), ("vqa", "how many things are there")],
     ["a sunflower", "a dog", "a guitar", "a house"]),
    ("larger", "green", 320, "JPEG", [Placed("circle", 0.2, 0.2, 0.3, colour="red"), Placed("car", 0.5, 0.72, 0.42), Placed("apple", 0.8, 0.22, 0.3)],
     [("vqa", "what color is the circle"), ("vqa", "what is the lowest thing"), ("vqa", "is the apple above the car"), ("vqa", "what is in the top right")],
     ["a car, an apple and a red circle", "a whale", "a clock", "three bananas"]),
)  # fmt: skip


def main() -> None:
    """Writes the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--art", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    logging.disable(logging.WARNING)
    model, state = load_checkpoint(args.checkpoint)
    save_weights(model, args.out)
    model = for_export(model)
    encoder = Encoder(args.tokenizer)
    write_all(model, args.out)
    write_folder(args.out, model.config, encoder.tokenizer)
    studio = Studio(load_atlas(args.art / "sprites"), find_fonts((args.art / "node_modules" / "@fontsource",)))
    studio = replace(studio, augment_share=0.0)
    pictures = [
        (name, Image.fromarray(np.ascontiguousarray(stage(studio, things, background, side))), kind, [*asks, *COMMON]) for name, background, side, kind, things, asks, _ in PICTURES
    ]
    save_golden(args.out / "golden.json", golden(model, encoder, pictures, [p[-1] for p in PICTURES]))
    size = sum(p.stat().st_size for p in args.out.rglob("*") if p.is_file())
    print(f"step {state['step']}, {state['pictures']} pictures, logit scale {model.scale().item():.4f}: {args.out}, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
