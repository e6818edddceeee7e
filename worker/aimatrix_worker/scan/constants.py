"""Numeric constants of a graph, but for the long ones, which are weights."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from onnx import AttributeProto, TensorProto, numpy_helper

from aimatrix_worker.scan.walk import Place

# Far more than sizes are ever calculated with.
LONGEST = 2**20


def constants_of(place: Place) -> Iterator[tuple[str, np.ndarray]]:
    for tensor in place.graph.initializer:
        yield from numbers(tensor.name, tensor)
    for node in place.graph.node:
        if node.op_type == "Constant" and node.output:
            for attribute in node.attribute:
                yield from attribute_numbers(node.output[0], attribute)


def attribute_numbers(name: str, attribute: AttributeProto) -> Iterator[tuple[str, np.ndarray]]:
    if attribute.name == "value":
        yield from numbers(name, attribute.t)
    elif attribute.name == "value_int":
        yield name, np.array(attribute.i)
    elif attribute.name == "value_float":
        yield name, np.array(attribute.f)
    elif attribute.name == "value_ints" and len(attribute.ints) <= LONGEST:
        yield name, np.array(list(attribute.ints), dtype=np.int64)
    elif attribute.name == "value_floats" and len(attribute.floats) <= LONGEST:
        yield name, np.array(list(attribute.floats), dtype=np.float64)


def numbers(name: str, tensor: TensorProto) -> Iterator[tuple[str, np.ndarray]]:
    """Called after the tensors were checked, so the data is there and of the size that the shape says."""
    if tensor.data_type != TensorProto.STRING and math.prod(tensor.dims) <= LONGEST:
        yield name, numpy_helper.to_array(tensor)
