"""`evaluation`: a version measured on the held-out rows of a dataset, the pinned one or its own."""

from __future__ import annotations

from typing import Any

from aimatrix_worker.data.classes import Classes
from aimatrix_worker.data.dataset import Dataset
from aimatrix_worker.errors import JobRefused
from aimatrix_worker.evaluation.checks import CheckPayload
from aimatrix_worker.evaluation.evidence import Evidence
from aimatrix_worker.evaluation.exam import measure_on, read_exam, rows_trained_on, where
from aimatrix_worker.evaluation.registered import NotMeasurable, RegisteredVersion
from aimatrix_worker.queue.job_context import JobContext


def run(context: JobContext) -> dict[str, Any]:
    payload = context.payload(CheckPayload)
    exam, classes = prepare(context, payload, "an evaluation")
    return measure_own(context, payload, exam, classes)


def prepare(context: JobContext, payload: CheckPayload, what: str) -> tuple[Dataset, Classes]:
    if payload.options:
        raise JobRefused(f"{what} has no options, but it was given {', '.join(sorted(payload.options))}")
    if payload.dataset is None:
        raise JobRefused(f"version {payload.version} names no dataset, so there are no rows to measure it on")
    if len(payload.signature.classes) < 2:
        raise JobRefused(f"the signature of version {payload.version} names no classes, so its answers cannot be judged")
    exam = read_exam(context, payload.dataset)
    learned = rows_trained_on(context, exam, payload.model, payload.version)
    if learned:
        raise JobRefused(
            f"version {payload.version} was trained on {len(learned)} of the held-out rows of {payload.dataset!r}, so they do not"
            " measure it: train a version from which they are kept back"
        )
    return exam, Classes.of(payload.signature.classes)


def own_version(payload: CheckPayload) -> RegisteredVersion:
    return RegisteredVersion(version=payload.version, artifact_sha256=payload.artifact_sha256, signature=payload.signature)


def measure_own(context: JobContext, payload: CheckPayload, exam: Dataset, classes: Classes) -> dict[str, Any]:
    try:
        measurement, held_out = measure_on(context, exam, classes, own_version(payload))
    except NotMeasurable as reason:
        raise JobRefused(str(reason)) from reason
    context.confirm()
    rows = where(exam, held_out)
    Evidence(context, payload.model, payload.version).record_measurement(measurement, rows)
    return {"model": payload.model, "version": payload.version, "metrics": measurement.values, **rows}
