"""A standardised linear classifier as an ONNX graph that computes in float64, as its original does.

Features that nearly repeat each other get large coefficients of opposite sign, whose sum is small. The converter's Scaler and
LinearClassifier round each term to float32: coefficients of 2000 put a probability 2e-4 off. Here only the answer is rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from sklearn.pipeline import Pipeline

from aimatrix_worker.export.nodes import node

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LinearModel:
    """One row of weights and one intercept a class; of two classes only the last one's."""

    mean: Array
    scale: Array
    weights: Array
    intercepts: Array
    classes: npt.NDArray[Any]

    @classmethod
    def of(cls, pipeline: Pipeline) -> LinearModel:
        scaler, model = pipeline.named_steps["scale"], pipeline.named_steps["model"]
        return cls(scaler.mean_, scaler.scale_, model.coef_, model.intercept_, model.classes_)

    def to_onnx(self, given: str, opset: int) -> ModelProto:
        """One float32 input, [None, features]; `label` and `probabilities` come out."""
        label = TensorProto.STRING if self.classes.dtype.kind == "U" else TensorProto.INT64
        graph = helper.make_graph(
            [*linear_nodes(given), *(two_classes() if len(self.weights) == 1 else several_classes()), *answer_nodes()],
            "model",
            [helper.make_tensor_value_info(given, TensorProto.FLOAT, [None, len(self.mean)])],
            [
                helper.make_tensor_value_info("label", label, [None]),
                helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, len(self.classes)]),
            ],
            self.constants(),
        )
        opsets = [helper.make_opsetid("", opset)]
        # The oldest that knows the opset: runtimes refuse a format newer than themselves, whatever is in it.
        return helper.make_model(graph, opset_imports=opsets, ir_version=helper.find_min_ir_version_for(opsets))

    def constants(self) -> list[TensorProto]:
        numbers = {
            "linear_mean": self.mean,
            "linear_scale": self.scale,
            "linear_weights": self.weights.T,
            "linear_intercepts": self.intercepts,
        }
        if len(self.weights) == 1:
            numbers["linear_one"] = np.array(1.0)
        return [
            *(numpy_helper.from_array(np.asarray(value, dtype=np.float64), name) for name, value in numbers.items()),
            numpy_helper.from_array(self.classes, "linear_classes"),
        ]


def linear_nodes(given: str) -> list[NodeProto]:
    return [
        node("Cast", [given], "linear_features", to=TensorProto.DOUBLE),
        node("Sub", ["linear_features", "linear_mean"], "linear_distance"),
        node("Div", ["linear_distance", "linear_scale"], "linear_standardised"),
        node("MatMul", ["linear_standardised", "linear_weights"], "linear_sum"),
        node("Add", ["linear_sum", "linear_intercepts"], "linear_scores"),
    ]


def two_classes() -> list[NodeProto]:
    return [
        node("Sigmoid", ["linear_scores"], "linear_last"),
        node("Sub", ["linear_one", "linear_last"], "linear_first"),
        node("Concat", ["linear_first", "linear_last"], "linear_probabilities", axis=1),
    ]


def several_classes() -> list[NodeProto]:
    return [node("Softmax", ["linear_scores"], "linear_probabilities", axis=1)]


def answer_nodes() -> list[NodeProto]:
    return [
        node("ArgMax", ["linear_probabilities"], "linear_likeliest", axis=1, keepdims=0),
        node("Gather", ["linear_classes", "linear_likeliest"], "label"),
        node("Cast", ["linear_probabilities"], "probabilities", to=TensorProto.FLOAT),
    ]
