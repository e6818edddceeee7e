"""`comparison`: a version and the one in production, both measured on held-out rows that neither has learned from."""

from __future__ import annotations

from typing import Any

from aimatrix_worker.errors import JobRefused
from aimatrix_worker.evaluation.checks import CheckPayload
from aimatrix_worker.evaluation.evidence import Evidence
from aimatrix_worker.evaluation.production import measure_beside
from aimatrix_worker.evaluation.registered import NotMeasurable, RegisteredVersion
from aimatrix_worker.kinds.evaluation import measure_own, own_version, prepare
from aimatrix_worker.queue.job_context import JobContext


class ComparisonPayload(CheckPayload):
    """`production` is the version that was there when the check was asked for; the evidence names it."""

    production: RegisteredVersion


def run(context: JobContext) -> dict[str, Any]:
    payload = context.payload(ComparisonPayload)
    exam, classes = prepare(context, payload, "a comparison")
    evidence = Evidence(context, payload.model, payload.version)
    try:
        # The one in production first: nothing is recorded of the version where that one cannot be measured.
        production = measure_beside(context, exam, classes, own_version(payload), payload.production, evidence)
    except NotMeasurable as reason:
        raise JobRefused(str(reason)) from reason
    return {
        **measure_own(context, payload, exam, classes),
        "production_version": payload.production.version,
        "production_metrics": production,
    }
