"""How large the tensors get that a model makes up while it runs, for the largest request that serving accepts.

A few bytes can ask for terabytes: ConstantOfShape, Expand, Tile and their like take a size from a constant, and a short chain of
Concat or MatMul doubles what it is given again and again. Open dimensions are replaced by the largest that serving allows, then
ONNX's own shape inference (which also follows constants through the arithmetic of shapes) says how large every value becomes. A
value whose size it cannot tell counts against the model.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, ValueInfoProto

from aimatrix_worker.scan.classical import replace_classical
from aimatrix_worker.scan.constants import constants_of
from aimatrix_worker.scan.findings import Limits, Report
from aimatrix_worker.scan.shape_values import check_shape_values
from aimatrix_worker.scan.walk import Place, graphs, label_of

# Operators whose output can be larger than all their inputs, and the inputs that decide how large.
GROWING: Mapping[str, tuple[int, ...]] = {
    "ConstantOfShape": (0,),
    "ConvTranspose": (),
    "Expand": (1,),
    "EyeLike": (),
    "OneHot": (1,),
    "Pad": (1,),
    "Range": (0, 1, 2),
    "Resize": (2, 3),
    "Tile": (1,),
}
# Sizes given as attributes.
SIZE_ATTRIBUTES = frozenset({"pads", "output_shape", "output_padding", "sizes", "strides", "dilations", "kernel_shape"})


def check_constants(places: Sequence[Place], limits: Limits, report: Report) -> None:
    """First of all: no single size may be absurd, so that the arithmetic of the inference after it cannot overflow."""
    for place in places:
        constants = dict(constants_of(place))
        for node in place.graph.node:
            where = f"{place.path}/{label_of(node)}"
            for attribute in node.attribute:
                if attribute.name in SIZE_ATTRIBUTES and any(abs(size) > limits.max_elements for size in attribute.ints):
                    report.add(
                        "size_bomb", f"attribute {attribute.name} asks for more than {limits.max_elements} elements", where
                    )
            if node.op_type not in GROWING:
                continue
            for position in GROWING[node.op_type]:
                values = constants.get(node.input[position]) if position < len(node.input) else None
                if values is not None and largest(values) > limits.max_elements:
                    message = f"asks for a size of {largest(values):.3g} by a constant, more than {limits.max_elements}"
                    report.add("size_bomb", message, where)


def largest(values: np.ndarray) -> float:
    return float(np.abs(values.astype(np.float64)).max(initial=0.0))


def infer_sizes(model: ModelProto, limits: Limits, report: Report) -> dict[str, int]:
    """Bound every value; returns the last dimension of each value where it is known."""
    closed = close_dimensions(model, limits)
    # First without following values, which a model could make grow without end: what is known by then is bounded first.
    for follow_values in (False, True):
        places = infer(closed, follow_values, limits, report)
        shapes = {place.path: dict(known_shapes(place)) for place in places}
        check_shape_values(places, shapes, report)
        if not report.passed:
            return {}
    widths: dict[str, int] = {}
    sizes = [0]
    for place in places:
        for name, shape in shapes[place.path].items():
            sizes.append(math.prod(shape))
            if sizes[-1] > limits.max_elements:
                report.add("size_bomb", f"{name!r} grows to {sizes[-1]} elements, more than {limits.max_elements}", place.path)
            if shape:
                widths[name] = shape[-1]
        for node in place.graph.node:
            check_known(node, shapes[place.path], place, report)
    report.facts["largest_value_elements"] = max(sizes)
    return widths


def infer(model: ModelProto, follow_values: bool, limits: Limits, report: Report) -> list[Place]:
    try:
        inferred = onnx.shape_inference.infer_shapes(model, check_type=False, strict_mode=False, data_prop=follow_values)
    except Exception as error:  # the C++ code raises many kinds, and each means: shapes that do not fit together
        report.add("shape_inference", f"shapes cannot be inferred: {error}", "graph")
        return []
    return list(graphs(inferred, limits.max_depth))


def check_known(node: NodeProto, shapes: Mapping[str, tuple[int, ...]], place: Place, report: Report) -> None:
    if any(name and name not in shapes for name in node.output):
        report.add(
            "unbounded_size",
            f"the size of what {node.op_type} makes cannot be told from the model: it may depend on the values of a request",
            f"{place.path}/{label_of(node)}",
        )


def known_shapes(place: Place) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Values whose every dimension is a number."""
    for value in (*place.graph.input, *place.graph.output, *place.graph.value_info):
        shape = value.type.tensor_type.shape
        if value.type.tensor_type.HasField("shape") and all(dimension.HasField("dim_value") for dimension in shape.dim):
            yield value.name, tuple(dimension.dim_value for dimension in shape.dim)


def close_dimensions(model: ModelProto, limits: Limits) -> ModelProto:
    """A copy with numbers for all open dimensions of its inputs. What is stated of other values is dropped: it is a claim."""
    closed = ModelProto()
    closed.CopyFrom(model)
    initialized = {tensor.name for tensor in closed.graph.initializer}
    for value in closed.graph.input:
        if value.name not in initialized:
            close_input(value, limits)
    for place in graphs(closed, limits.max_depth):
        del place.graph.value_info[:]
        for value in place.graph.output:
            value.ClearField("type")
    replace_classical(closed, limits.max_depth)
    return closed


def close_input(value: ValueInfoProto, limits: Limits) -> None:
    for position, dimension in enumerate(value.type.tensor_type.shape.dim):
        if not dimension.HasField("dim_value") or dimension.dim_value <= 0:
            dimension.dim_value = limits.batch_rows if position == 0 else limits.other_dimension
