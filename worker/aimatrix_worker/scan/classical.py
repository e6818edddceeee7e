"""Stand-ins for classical operators (ai.onnx.ml), which have no shape inference.

In the copy of a model that is inferred and never run, tensor operators of the same output shapes take their places, so that the
inference reaches what comes after them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from onnx import GraphProto, ModelProto, NodeProto, helper, numpy_helper

from aimatrix_worker.scan.walk import graphs

SAME_SHAPE = frozenset({"Binarizer", "Imputer", "LabelEncoder", "Normalizer", "Scaler"})
CLASSIFIERS = frozenset({"LinearClassifier", "SVMClassifier", "TreeEnsembleClassifier"})
REGRESSORS = frozenset({"LinearRegressor", "SVMRegressor", "TreeEnsembleRegressor"})
LABELS = ("classlabels_int64s", "classlabels_ints", "classlabels_strings")
OPSET = 17


def replace_classical(model: ModelProto, max_depth: int) -> None:
    """Change `model` in place."""
    if not any(opset.domain in ("", "ai.onnx") for opset in model.opset_import):
        model.opset_import.add(domain="", version=OPSET)
    for place in graphs(model, max_depth):
        nodes = [stand_in for node in place.graph.node for stand_in in stand_ins(node, place.graph)]
        del place.graph.node[:]
        place.graph.node.extend(nodes)


def stand_ins(node: NodeProto, graph: GraphProto) -> Iterator[NodeProto]:
    if node.domain != "ai.onnx.ml" or not node.input or not node.output:
        yield node
    elif node.op_type in SAME_SHAPE:
        yield helper.make_node("Identity", [node.input[0]], [node.output[0]], name=node.name)
    elif node.op_type in CLASSIFIERS:
        yield helper.make_node("ArgMax", [node.input[0]], [node.output[0]], name=node.name, axis=1, keepdims=0)
        yield from columns(node, list(node.output)[1:2], class_count(node), graph)
    elif node.op_type in REGRESSORS:
        yield from columns(node, list(node.output)[:1], target_count(node), graph)
    else:
        yield node


def columns(node: NodeProto, outputs: Sequence[str], count: int, graph: GraphProto) -> Iterator[NodeProto]:
    """[rows, count] from [rows, features]."""
    for output in outputs:
        one, repeats = f"{output}/one", f"{output}/repeats"
        graph.initializer.append(numpy_helper.from_array(np.array([1, count], dtype=np.int64), repeats))
        yield helper.make_node("ArgMax", [node.input[0]], [one], name=node.name, axis=1, keepdims=1)
        yield helper.make_node("Tile", [one, repeats], [output], name=node.name)


def class_count(node: NodeProto) -> int:
    found = [max(len(attribute.ints), len(attribute.strings)) for attribute in node.attribute if attribute.name in LABELS]
    # One label describes a yes or no, which is answered with two columns.
    return max([2, *found])


def target_count(node: NodeProto) -> int:
    return max([1, *(attribute.i for attribute in node.attribute if attribute.name in ("n_targets", "targets"))])
