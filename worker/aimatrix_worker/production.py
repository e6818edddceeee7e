"""The model in production, measured on the candidate's held-out rows, so that both are judged by the same exam."""

from __future__ import annotations

import numpy as np

from aimatrix_worker.dataset import Dataset, Rows
from aimatrix_worker.evidence import Evidence
from aimatrix_worker.job_context import JobContext
from aimatrix_worker.onnx_model import OnnxModel
from aimatrix_worker.signature import matching_positions
from aimatrix_worker.training import Production


def measure_production(
    context: JobContext, production: Production, dataset: Dataset, rows: Rows, evidence: Evidence
) -> float | None:
    """Record `production_accuracy`, or record nothing and say why: a guess would decide a promotion."""
    positions = matching_positions(production.signature, dataset.features)
    if positions is None:
        context.log(
            f"version {production.version} in production was not measured: dataset {dataset.name!r} lacks some of its columns",
            "warning",
            production_version=production.version,
        )
        return None
    context.report("measure production", version=production.version)
    model = OnnxModel(context.artifacts.download(production.artifact_sha256))
    chosen = model.probabilities(np.ascontiguousarray(rows.features[:, positions])).argmax(axis=1)
    classes = production.signature.classes
    accuracy = float(np.mean([same_class(classes[index], label) for index, label in zip(chosen, rows.labels, strict=True)]))
    evidence.record(
        "production_accuracy",
        accuracy,
        details={"production_version": production.version, "rows": len(rows), "dataset": dataset.name},
    )
    return accuracy


def same_class(left: object, right: object) -> bool:
    """1 and 1.0 are one class in JSON; true and 1 are not."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)
