"""The model in production, measured beside another version on rows that it did not learn from."""

from __future__ import annotations

from typing import Any

from aimatrix_worker.data.classes import Classes
from aimatrix_worker.data.dataset import HELD_OUT_SPLITS, Dataset
from aimatrix_worker.evaluation.evidence import Evidence
from aimatrix_worker.evaluation.exam import measure_on, read_exam, rows_trained_on, where
from aimatrix_worker.evaluation.registered import RegisteredVersion
from aimatrix_worker.queue.job_context import JobContext


def measure_beside(
    context: JobContext,
    exam: Dataset,
    classes: Classes,
    own: RegisteredVersion,
    production: RegisteredVersion,
    evidence: Evidence,
) -> dict[str, float]:
    """Record `production_<metric>`, with what the version itself reaches on those rows as `candidate`, or raise NotMeasurable."""
    trained_on = rows_trained_on(context, exam, evidence.model, production.version)
    if trained_on:
        exam = read_exam(context, exam.name, trained_on, list(exam.splits) or HELD_OUT_SPLITS)
    beside, _rows = measure_on(context, exam, classes, own, production)
    measurement, held_out = measure_on(context, exam, classes, production, own)
    context.confirm()
    details: dict[str, Any] = {**where(exam, held_out), "production_version": production.version, "left_out": len(trained_on)}
    for name, value in measurement.values.items():
        evidence.record(f"production_{name}", value, details={**details, "candidate": beside.values.get(name)})
    return measurement.values
