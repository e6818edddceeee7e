"""The model in production, measured beside a candidate on the candidate's held-out rows."""

from __future__ import annotations

from aimatrix_worker.candidate import HeldOut
from aimatrix_worker.classes import Classes
from aimatrix_worker.dataset import Dataset
from aimatrix_worker.evidence import Evidence
from aimatrix_worker.job_context import JobContext
from aimatrix_worker.registered import NotMeasurable, RegisteredVersion, measure_version


def measure_production(
    context: JobContext,
    production: RegisteredVersion,
    dataset: Dataset,
    classes: Classes,
    held_out: HeldOut,
    evidence: Evidence,
) -> dict[str, float] | None:
    """Record `production_<metric>` for each metric, or record nothing and say why in the job's log."""
    context.report("measure production", version=production.version)
    try:
        values = measure_version(context, production, dataset, classes, held_out)
    except NotMeasurable as reason:
        message = f"version {production.version} in production was not measured: {reason}"
        context.log(message, "warning", production_version=production.version)
        return None
    record_production(evidence, production, values, dataset, held_out)
    return values


def record_production(
    evidence: Evidence, production: RegisteredVersion, values: dict[str, float], dataset: Dataset, held_out: HeldOut
) -> None:
    details = {
        "production_version": production.version,
        "split": held_out.split,
        "rows": len(held_out.rows),
        "dataset": dataset.name,
    }
    for name, value in values.items():
        evidence.record(f"production_{name}", value, details=details)
