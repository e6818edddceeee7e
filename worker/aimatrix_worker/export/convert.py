"""scikit-learn's estimators as ONNX graphs, by its own converter."""

from __future__ import annotations

from typing import Any

from onnx import ModelProto
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType

from aimatrix_worker.errors import JobRefused

# Old enough for every runtime in use, new enough for every operator needed here.
TARGET_OPSET = {"": 17, "ai.onnx.ml": 3}


def convert_estimator(estimator: Any, given: str, width: int) -> ModelProto:
    """A graph of one float32 input, `given` [None, width]; `label` and `probabilities` come out."""
    model = convert_sklearn(
        estimator,
        name="model",
        initial_types=[(given, FloatTensorType([None, width]))],
        options={id(estimator): {"zipmap": False}},
        target_opset=TARGET_OPSET,
    )
    if not isinstance(model, ModelProto):
        raise JobRefused(f"the converter made a {type(model).__name__} instead of a model")
    return model
