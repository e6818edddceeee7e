"""`comparison`: a version and the one in production, both measured on the held-out rows of the version's own dataset."""

from __future__ import annotations

from typing import Any

from aimatrix_worker.candidate import HeldOut
from aimatrix_worker.checks import CheckPayload
from aimatrix_worker.classes import Classes
from aimatrix_worker.dataset import Dataset, read_dataset
from aimatrix_worker.errors import JobRefused
from aimatrix_worker.evidence import Evidence
from aimatrix_worker.job_context import JobContext
from aimatrix_worker.production import record_production
from aimatrix_worker.registered import NotMeasurable, RegisteredVersion, measure_version


class ComparisonPayload(CheckPayload):
    """`production` is the version that was there when the check was asked for; the evidence names it."""

    production: RegisteredVersion


def run(context: JobContext) -> dict[str, Any]:
    payload = context.payload(ComparisonPayload)
    if payload.options:
        raise JobRefused(f"a comparison has no options, but it was given {', '.join(sorted(payload.options))}")
    if payload.dataset is None:
        raise JobRefused(f"version {payload.version} names no dataset, so there are no rows to measure it on")
    if len(payload.signature.classes) < 2:
        raise JobRefused(f"the signature of version {payload.version} names no classes, so its answers cannot be compared")
    context.report("read dataset")
    dataset = read_dataset(context.platform, payload.dataset)
    classes = Classes.of(payload.signature.classes)
    held_out = HeldOut.of(*dataset.held_out(), classes)
    candidate = RegisteredVersion(version=payload.version, artifact_sha256=payload.artifact_sha256, signature=payload.signature)
    own = measure(context, candidate, dataset, classes, held_out)
    production = measure(context, payload.production, dataset, classes, held_out)
    # Nothing is recorded of one that was not recorded of the other: they count side by side.
    context.confirm()
    evidence = Evidence(context, payload.model, payload.version)
    where = {"split": held_out.split, "rows": len(held_out.rows), "dataset": dataset.name}
    for name, value in own.items():
        evidence.record(name, value, details=where)
    record_production(evidence, payload.production, production, dataset, held_out)
    return {
        "model": payload.model,
        "version": payload.version,
        "metrics": own,
        "production_version": payload.production.version,
        "production_metrics": production,
        **where,
    }


def measure(
    context: JobContext, registered: RegisteredVersion, dataset: Dataset, classes: Classes, held_out: HeldOut
) -> dict[str, float]:
    context.report("measure", version=registered.version)
    try:
        return measure_version(context, registered, dataset, classes, held_out)
    except NotMeasurable as reason:
        raise JobRefused(f"version {registered.version} cannot be measured: {reason}") from reason
