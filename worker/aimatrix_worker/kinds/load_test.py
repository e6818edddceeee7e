"""`load_test`: drive the platform's own inference function with one version and hold every answer against the model run here."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

import numpy as np
from pydantic import Field

from aimatrix_worker.data.dataset import HELD_OUT_SPLITS, Rows, read_dataset
from aimatrix_worker.errors import JobRefused
from aimatrix_worker.evaluation.checks import CheckPayload
from aimatrix_worker.evaluation.evidence import Evidence
from aimatrix_worker.evaluation.load_driver import LoadDriver, LoadResult
from aimatrix_worker.export.onnx_model import TOLERANCE, OnnxModel
from aimatrix_worker.export.signature import matching_positions
from aimatrix_worker.messages import Options, parse
from aimatrix_worker.queue.job_context import JobContext
from aimatrix_worker.scan.findings import Limits
from aimatrix_worker.scan.process import scan_in_process

GENERATED_ROWS = 256


class LoadOptions(Options):
    """`max_p95_ms` bounds a whole request as the worker sees it: network, database and model."""

    requests: int = Field(default=200, ge=1, le=100_000)
    concurrency: int = Field(default=4, ge=1, le=64)
    max_p95_ms: float = Field(default=500.0, gt=0)
    max_error_rate: float = Field(default=0.0, ge=0, le=1)


def run(context: JobContext) -> dict[str, Any]:
    payload = context.payload(CheckPayload)
    options = parse(LoadOptions, payload.options, "options of this load test")
    context.report("prepare")
    content = context.artifacts.download(payload.artifact_sha256)
    # The model is about to run in this process: nobody else need have looked into it before.
    scan = scan_in_process(content, Limits().max_bytes, context.check)
    if not scan["passed"]:
        context.confirm()
        details = {"failures": ["the file did not pass the security scan"], "scan": scan}
        Evidence(context, payload.model, payload.version).record("load_test", None, False, details)
        return {"passed": False, "model": payload.model, "version": payload.version, **details}
    model = OnnxModel(content)
    rows, source = choose_rows(context, payload)
    expected = model.probabilities(rows.features, rows.categories)
    sent = [[*row, *texts] for row, texts in zip(rows.features.tolist(), rows.categories.tolist(), strict=True)]
    driver = LoadDriver(context.connection, payload.model, payload.version, sent, expected, options.concurrency)
    with driver:
        result = driver.run(
            options.requests,
            context.check,
            lambda done: context.report("load", done=done, requests=options.requests),
        )
    failures = judge(result, options)
    details = {**asdict(result), "inputs": source, "limits": options.model_dump(), "failures": failures}
    context.confirm()
    Evidence(context, payload.model, payload.version).record("load_test", result.p95_ms, not failures, details)
    return {"passed": not failures, "model": payload.model, "version": payload.version, **details}


def choose_rows(context: JobContext, payload: CheckPayload) -> tuple[Rows, str]:
    """Held-out rows of the training dataset; without them, rows drawn from a normal distribution, the same ones each time."""
    for split in HELD_OUT_SPLITS if payload.dataset else ():
        dataset = read_dataset(context.platform, str(payload.dataset), split).complete()
        positions = matching_positions(payload.signature, dataset.features) if dataset.features else None
        if positions is not None and split in dataset.splits and len(dataset.splits[split]):
            return dataset.splits[split].take(positions), f"{split} rows of dataset {payload.dataset}"
    width, text_width = payload.signature.width(text=False), payload.signature.width(text=True)
    if width + text_width < 1:
        raise JobRefused("the signature tells no width of the input, so no request can be made up")
    seed = int.from_bytes(hashlib.sha256(payload.artifact_sha256.encode()).digest()[:8], "big")
    numbers = np.random.default_rng(seed).standard_normal((GENERATED_ROWS, width)).astype(np.float32).astype(np.float64)
    texts = np.full((GENERATED_ROWS, text_width), "generated", dtype=object)
    return Rows(numbers, texts, (None,) * GENERATED_ROWS, 0), "generated, standard normal"


def judge(result: LoadResult, options: LoadOptions) -> list[str]:
    failures = []
    if result.error_rate > options.max_error_rate:
        failures.append(f"error rate {result.error_rate:.4f} is above {options.max_error_rate}")
    if result.p95_ms is None or result.p95_ms > options.max_p95_ms:
        shown = "not measured" if result.p95_ms is None else f"{result.p95_ms:.1f} ms"
        failures.append(f"p95 is {shown}, allowed are {options.max_p95_ms} ms")
    if result.mismatches:
        failures.append(f"{result.mismatches} answers differ from the model run directly by more than {TOLERANCE:g}")
    return failures
