"""The arithmetic that a model does on sizes, done again in exact numbers.

ONNX's shape inference follows constants and shapes through a few operators, but multiplies in 32 bits: 65536 * 65536 is 0 to it,
and a bomb of that size would pass for nothing. So every result that it can know is computed here without a limit, and one that
does not fit into 31 bits counts against the model. As long as none does, the inference is right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from onnx import NodeProto, TensorProto

from aimatrix_worker.scan.constants import LONGEST, constants_of
from aimatrix_worker.scan.findings import Report
from aimatrix_worker.scan.walk import Place, label_of

Values = Mapping[str, np.ndarray]
Shapes = Mapping[str, tuple[int, ...]]

LARGEST = 2**31 - 1
WHOLE = (TensorProto.INT64, TensorProto.INT32)


def exact(values: Sequence[int] | np.ndarray) -> np.ndarray:
    """An array of Python integers, which have no limit."""
    return np.array([int(value) for value in np.asarray(values).ravel()], dtype=object).reshape(np.shape(values))


def attribute(node: NodeProto, name: str, otherwise: int) -> int:
    return next((one.i for one in node.attribute if one.name == name), otherwise)


def listed(node: NodeProto, name: str) -> list[int] | None:
    return next((list(one.ints) for one in node.attribute if one.name == name), None)


def shape(node: NodeProto, _inputs: list[np.ndarray], shapes: Shapes) -> np.ndarray:
    sizes = list(shapes[node.input[0]])
    return exact(sizes[slice(attribute(node, "start", 0), attribute(node, "end", len(sizes)))])


def size(node: NodeProto, _inputs: list[np.ndarray], shapes: Shapes) -> np.ndarray:
    total = 1
    for one in shapes[node.input[0]]:
        total *= one
    return exact(np.array(total, dtype=object))


def gather(node: NodeProto, inputs: list[np.ndarray], _shapes: Shapes) -> np.ndarray:
    return np.take(inputs[0], inputs[1].astype(np.int64), axis=attribute(node, "axis", 0))


def cut(node: NodeProto, inputs: list[np.ndarray], _shapes: Shapes) -> np.ndarray:
    """Slice of a vector: starts and ends as attributes (before opset 10) or as inputs."""
    starts, ends = listed(node, "starts") or inputs[1].tolist(), listed(node, "ends") or inputs[2].tolist()
    step = int(inputs[4][0]) if len(inputs) > 4 else 1
    return inputs[0][slice(int(starts[0]), int(ends[0]), step)]


def concat(_node: NodeProto, inputs: list[np.ndarray], _shapes: Shapes) -> np.ndarray:
    return np.concatenate([np.atleast_1d(one) for one in inputs])


def cast(node: NodeProto, inputs: list[np.ndarray], _shapes: Shapes) -> np.ndarray:
    if attribute(node, "to", TensorProto.UNDEFINED) not in WHOLE:
        raise ValueError("no whole numbers any more")
    return exact(inputs[0])


Operator = Callable[[NodeProto, list[np.ndarray], Shapes], np.ndarray]

# All that the inference propagates; a test compares this list with ONNX's own.
OPERATORS: dict[str, Operator] = {
    "Add": lambda _node, inputs, _shapes: inputs[0] + inputs[1],
    "Cast": cast,
    "Concat": concat,
    "Gather": gather,
    "Mul": lambda _node, inputs, _shapes: inputs[0] * inputs[1],
    "Shape": shape,
    "Size": size,
    "Slice": cut,
    "Squeeze": lambda _node, inputs, _shapes: inputs[0].reshape(()) if inputs[0].size == 1 else inputs[0],
    "Sub": lambda _node, inputs, _shapes: inputs[0] - inputs[1],
    "Unsqueeze": lambda _node, inputs, _shapes: np.atleast_1d(inputs[0]),
}
# These read the shape of their input, not its values.
OF_SHAPES = frozenset({"Shape", "Size"})


def check_shape_values(places: Sequence[Place], shapes: Mapping[str, Shapes], report: Report) -> None:
    """`shapes` by the path of each graph. A nested graph sees the values of those around it."""
    known: dict[str, dict[str, np.ndarray]] = {}
    for place in places:
        around = known.get(place.parent, {})
        visible = {**around, **{name: exact(values) for name, values in constants_of(place) if values.dtype.kind in "iu"}}
        known[place.path] = visible
        for node in place.graph.node:
            value = compute(node, visible, shapes.get(place.path, {}))
            if value is None:
                continue
            most = max((abs(one) for one in value.ravel()), default=0)
            if most > LARGEST or value.size > LONGEST:
                message = f"{node.op_type} makes {value.size} sizes up to {most}, beyond {LONGEST} or {LARGEST}"
                report.add("size_bomb", message, f"{place.path}/{label_of(node)}")
                return
            visible[node.output[0]] = value


def compute(node: NodeProto, known: Values, shapes: Shapes) -> np.ndarray | None:
    """The exact result, or None where an input is unknown or the operator is given something it does not take."""
    operator = OPERATORS.get(node.op_type)
    if operator is None or node.domain not in ("", "ai.onnx") or not node.output:
        return None
    wanted = [] if node.op_type in OF_SHAPES else [name for name in node.input if name]
    if any(name not in known for name in wanted) or (node.op_type in OF_SHAPES and node.input[0] not in shapes):
        return None
    try:
        return np.asarray(operator(node, [known[name] for name in wanted], shapes), dtype=object)
    except (ValueError, IndexError, TypeError):
        return None
