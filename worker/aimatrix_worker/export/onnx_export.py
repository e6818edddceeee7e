"""From a fitted model to ONNX bytes: `features` (float64) and `categories` (text) in, `probabilities` out."""

from __future__ import annotations

import onnx
from onnx import ModelProto

from aimatrix_worker.data.classes import Classes
from aimatrix_worker.data.preparation import Preparation
from aimatrix_worker.export.convert import TARGET_OPSET
from aimatrix_worker.models.model_type import Fitted


def export_onnx(fitted: Fitted, preparation: Preparation) -> bytes:
    """The same estimator gives the same bytes (fixed graph name, no time stamps), so the same SHA-256."""
    model = fitted.to_onnx("scaled", preparation.width)
    preparation.prepend_to(model.graph, "scaled")
    if preparation.encoding.categories:
        # The model names the oldest version that its own nodes need, or none, and text needs the newer LabelEncoder.
        model.opset_import.add(domain="ai.onnx.ml", version=TARGET_OPSET["ai.onnx.ml"])
    merge_opset_imports(model)
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


def merge_opset_imports(model: ModelProto) -> None:
    """The converter names a domain once per operator family; the format allows each domain once."""
    newest: dict[str, int] = {}
    for opset in model.opset_import:
        newest[opset.domain] = max(opset.version, newest.get(opset.domain, 0))
    del model.opset_import[:]
    for domain, version in sorted(newest.items()):
        model.opset_import.add(domain=domain, version=version)


def output_signature(classes: Classes) -> list[dict[str, object]]:
    return [
        {"name": "label", "type": classes.onnx_label_type, "shape": [None]},
        {"name": "probabilities", "type": "float32", "shape": [None, len(classes.values)]},
    ]
