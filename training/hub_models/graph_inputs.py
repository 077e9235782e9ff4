"""Inputs that a hub export declares and a tiny graph has no use for: runtimes send what is declared, so they are declared."""

from pathlib import Path

import onnx
from onnx import TensorProto, helper

TYPES = {"bool": TensorProto.BOOL, "float": TensorProto.FLOAT}


def add_input(path: Path, name: str, kind: str, shape: list[int | str]) -> None:
    model = onnx.load(path)
    model.graph.input.append(helper.make_tensor_value_info(name, TYPES[kind], shape))
    onnx.save(model, path)
