"""The model in production, measured on the candidate's held-out rows, so that both are judged by the same exam."""

from __future__ import annotations

import numpy as np

from aimatrix_worker.candidate import HeldOut
from aimatrix_worker.classes import Classes
from aimatrix_worker.dataset import Dataset
from aimatrix_worker.evidence import Evidence
from aimatrix_worker.job_context import JobContext
from aimatrix_worker.metrics import measure_classifier
from aimatrix_worker.onnx_model import OnnxModel
from aimatrix_worker.scan.findings import Limits
from aimatrix_worker.scan_process import scan_in_process
from aimatrix_worker.signature import matching_positions
from aimatrix_worker.training import Production


def measure_production(
    context: JobContext, production: Production, dataset: Dataset, classes: Classes, held_out: HeldOut, evidence: Evidence
) -> dict[str, float] | None:
    """Record `production_<metric>` for each metric, or record nothing and say why: a guess would decide a promotion."""
    positions = matching_positions(production.signature, dataset.features)
    if positions is None:
        return skip(context, production, f"dataset {dataset.name!r} lacks some of its columns")
    if not same_classes(production.signature.classes, classes):
        return skip(
            context, production, f"its classes are {production.signature.classes}, those of the data {list(classes.values)}"
        )
    context.report("measure production", version=production.version)
    content = context.artifacts.download(production.artifact_sha256)
    # It is about to run in this process, and a project's policy may have let it into production without a scan.
    scan = scan_in_process(content, Limits().max_bytes, context.check)
    if not scan["passed"]:
        return skip(context, production, f"its file does not pass the security scan ({scan['findings'][0]['code']})")
    model = OnnxModel(content)
    probabilities = model.probabilities(np.ascontiguousarray(held_out.rows.features[:, positions]))
    values = measure_classifier(held_out.label_positions, probabilities).values
    details = {
        "production_version": production.version,
        "split": held_out.split,
        "rows": len(held_out.rows),
        "dataset": dataset.name,
    }
    for name, value in values.items():
        evidence.record(f"production_{name}", value, details=details)
    return values


def skip(context: JobContext, production: Production, reason: str) -> None:
    message = f"version {production.version} in production was not measured: {reason}"
    context.log(message, "warning", production_version=production.version)


def same_classes(signature: list[object], classes: Classes) -> bool:
    """1 and 1.0 are one class in JSON; true and 1 are not."""
    described = [(isinstance(value, bool), value) for value in signature]
    return described == [(isinstance(value, bool), value) for value in classes.values]
