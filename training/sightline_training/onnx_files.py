"""Writes the ONNX files. In: the export copy of the model. Out: fp32 and int8 files, weights stored in half precision where they are not int8."""

import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from .graphs import DecoderGraph, EncoderGraph, TextGraph, VisionGraph
from .model import Sightline

OPSET = 18


def export(graph: nn.Module, args: tuple, path: Path, inputs: list[str], outputs: list[str], shapes: object) -> None:
    """The dynamo exporter with all weights inside the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            graph.eval(), args, dynamo=True, opset_version=OPSET, external_data=False, input_names=inputs, output_names=outputs,
            dynamic_shapes=shapes, verbose=False,
        )  # fmt: skip
    model = program.model_proto
    for node in model.graph.node:  # names and stack traces of the exporter's machine have no place in a shipped file
        del node.metadata_props[:]
        node.doc_string = ""
    for value in (*model.graph.input, *model.graph.output, *model.graph.value_info, *model.graph.initializer):
        del value.metadata_props[:]
    del model.metadata_props[:], model.graph.metadata_props[:], model.graph.value_info[:]
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)


def quantise(source: Path, target: Path) -> None:
    """Dynamic int8: signed weights, per channel, MatMul and Gather only (int8 convolutions are no faster on a CPU)."""
    model = onnx.load(source)
    del model.graph.value_info[:]
    part = target.with_suffix(".part.onnx")
    onnx.save(model, part)
    quantize_dynamic(part, target, op_types_to_quantize=["MatMul", "Gather"], weight_type=QuantType.QInt8, per_channel=True)
    part.unlink()


def store_half(path: Path, least: int = 1024) -> None:
    """Keeps large single-precision weights as half precision + Cast; runtimes fold the Cast when they load the file.

    Exact, because `for_export` rounded these weights to half precision first.
    """
    model = onnx.load(path)
    casts = []
    for weight in model.graph.initializer:
        if weight.data_type != TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(weight)
        if values.size < least or not np.array_equal(values.astype(np.float16).astype(np.float32), values):
            continue
        name = weight.name
        weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + "_half"))
        casts.append(helper.make_node("Cast", [name + "_half"], [name], to=TensorProto.FLOAT, name=name + "_single"))
    for node in reversed(casts):
        model.graph.node.insert(0, node)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def write_all(model: Sightline, folder: Path) -> dict[str, Path]:
    """All graphs into the model folder; gives back the fp32 files by name."""
    c, layers = model.config, model.config.decoder_layers
    head, batch = c.width // c.heads, "batch_size"
    pixels = torch.randn(2, 3, c.image_size, c.image_size)
    single = {
        "encoder": folder / "onnx/encoder_model.onnx", "decoder": folder / "onnx/decoder_model_merged.onnx",
        "text": folder / "clip/onnx/text_model.onnx", "vision": folder / "clip/onnx/vision_model.onnx",
    }  # fmt: skip
    export(EncoderGraph(model), (pixels,), single["encoder"], ["pixel_values"], ["last_hidden_state", "image_embeds"], ({0: batch},))
    export(VisionGraph(model), (pixels,), single["vision"], ["pixel_values"], ["image_embeds"], ({0: batch},))
    ids, mask = torch.randint(7, c.vocabulary, (2, 5)), torch.ones(2, 5, dtype=torch.long)
    row = {0: batch, 1: "sequence_length"}
    export(TextGraph(model), (ids, mask), single["text"], ["input_ids", "attention_mask"], ["text_embeds"], (row, row))
    past = [[torch.randn(2, c.heads, 3, head) for _ in range(2)] for _ in range(layers)]
    mask = torch.ones(2, 8, dtype=torch.long)
    hidden = torch.randn(2, c.memory, c.width)
    names = [f"{i}.{kind}" for i in range(layers) for kind in ("key", "value")]
    shapes = (
        {0: batch, 1: "sequence_length"}, {0: batch, 1: "total_length"}, {0: batch},
        [[{0: batch, 2: "past_length"} for _ in range(2)] for _ in range(layers)],
    )  # fmt: skip
    export(
        DecoderGraph(model), (ids, mask, hidden, past), single["decoder"],
        ["input_ids", "attention_mask", "encoder_hidden_states", *(f"past_key_values.{n}" for n in names)],
        ["logits", *(f"present.{n}" for n in names), *(f"cross_attentions.{i}" for i in range(layers))], shapes,
    )  # fmt: skip
    for path in single.values():
        small = path.with_name(path.stem + "_quantized.onnx")
        quantise(path, small)
        store_half(small)
        store_half(path)
    single.pop("vision").unlink()  # encoder_model gives the same embedding in single precision
    return single
