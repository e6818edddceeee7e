"""ONNX models, good and hostile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper
from samples import unscaled

from aimatrix_worker.data.classes import Classes
from aimatrix_worker.export.onnx_export import export_onnx
from aimatrix_worker.models.gradient_boosting import BoostingParams, fit_gradient_boosting
from aimatrix_worker.models.logistic_regression import LogisticParams
from aimatrix_worker.models.model_type import FitData

WIDTH = 4


def trained(fit: Any = fit_gradient_boosting, classes: Sequence[Any] = (0, 1)) -> bytes:
    """What the worker itself exports, on four features."""
    random = np.random.default_rng(0)
    features = random.standard_normal((60, WIDTH)).astype(np.float32)
    labels = (np.digitize(features.sum(axis=1), [-0.8, 0.8]) % len(classes)).astype(np.int64)
    data = FitData(Classes.of(classes), features, labels, features, labels)
    params = BoostingParams(n_estimators=5) if fit is fit_gradient_boosting else LogisticParams()
    return export_onnx(fit(data, params, 0, lambda _step: None), unscaled(WIDTH))


def model(nodes: list[NodeProto], initializers: list[TensorProto] | None = None, outputs: list[str] | None = None) -> ModelProto:
    """A graph of these nodes over `features` [None, 4]; the last node's first output is the model's."""
    names = outputs or [nodes[-1].output[0]]
    graph = helper.make_graph(
        nodes,
        "model",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, WIDTH])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, None]) for name in names],
        initializers or [],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def constant(name: str, values: Any, dtype: Any = np.int64) -> TensorProto:
    return numpy_helper.from_array(np.array(values, dtype=dtype), name)


def network() -> ModelProto:
    """A small multi-layer perceptron with shape arithmetic, as PyTorch exports one."""
    random = np.random.default_rng(0)
    nodes = [
        helper.make_node("MatMul", ["features", "w1"], ["h"], name="/encoder/layer.0/MatMul"),
        helper.make_node("Relu", ["h"], ["r"]),
        helper.make_node("Shape", ["r"], ["s"]),
        helper.make_node("Slice", ["s", "zero", "one"], ["rows"]),
        helper.make_node("Concat", ["rows", "eight"], ["target"], axis=0),
        helper.make_node("Expand", ["bias", "target"], ["b"]),
        helper.make_node("Add", ["r", "b"], ["a"]),
        helper.make_node("MatMul", ["a", "w2"], ["l"]),
        helper.make_node("Softmax", ["l"], ["probabilities"], axis=1),
    ]
    weights = [
        constant("w1", random.standard_normal((WIDTH, 8)), np.float32),
        constant("w2", random.standard_normal((8, 2)), np.float32),
        constant("bias", random.standard_normal((1, 8)), np.float32),
        constant("zero", [0]),
        constant("one", [1]),
        constant("eight", [8]),
    ]
    return model(nodes, weights)


def filled(shape: list[int]) -> ModelProto:
    nodes = [
        helper.make_node("ConstantOfShape", ["shape"], ["big"]),
        helper.make_node("ReduceSum", ["big"], ["sum"], keepdims=0),
        helper.make_node("Add", ["features", "sum"], ["out"]),
    ]
    return model(nodes, [constant("shape", shape)])


def nested(depth: int) -> ModelProto:
    """Ifs within Ifs: 2 * depth - 1 nodes."""

    def graph(node: NodeProto) -> GraphProto:
        output = helper.make_tensor_value_info(node.output[0], TensorProto.FLOAT, [None, None])
        return helper.make_graph([node], f"g{node.output[0]}", [], [output])

    def choice(level: int, value: str) -> NodeProto:
        if level == 0:
            return helper.make_node("Identity", ["features"], [value])
        inner, leaf = graph(choice(level - 1, f"v{level}")), graph(choice(0, f"leaf{level}"))
        return helper.make_node("If", ["yes"], [value], then_branch=inner, else_branch=leaf)

    return model([choice(depth - 1, "out")], [constant("yes", True, np.bool_)])


def tree(**changes: Any) -> ModelProto:
    """One tree: node 0 splits on feature 0 into the leaves 1 and 2."""
    attributes = {
        "classlabels_int64s": [0, 1],
        "class_ids": [1, 1],
        "class_nodeids": [1, 2],
        "class_treeids": [0, 0],
        "class_weights": [-1.0, 1.0],
        "nodes_treeids": [0, 0, 0],
        "nodes_nodeids": [0, 1, 2],
        "nodes_modes": ["BRANCH_LEQ", "LEAF", "LEAF"],
        "nodes_featureids": [0, 0, 0],
        "nodes_values": [0.5, 0.0, 0.0],
        "nodes_truenodeids": [1, 0, 0],
        "nodes_falsenodeids": [2, 0, 0],
        "post_transform": "LOGISTIC",
    }
    node = helper.make_node(
        "TreeEnsembleClassifier", ["features"], ["label", "probabilities"], domain="ai.onnx.ml", **{**attributes, **changes}
    )
    made = model([node], outputs=["probabilities"])
    return made


def external(location: str) -> ModelProto:
    made = network()
    tensor = made.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    return made
