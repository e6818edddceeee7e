"""`security_scan`: look into a version's file without loading it, and record whether it is harmless."""

from __future__ import annotations

from typing import Any

from aimatrix import DownloadTooLarge
from pydantic import Field

from aimatrix_worker.evaluation.checks import CheckPayload
from aimatrix_worker.evaluation.evidence import Evidence
from aimatrix_worker.messages import Options, parse
from aimatrix_worker.queue.job_context import JobContext
from aimatrix_worker.scan.findings import Limits, Report
from aimatrix_worker.scan.process import scan_in_process


class ScanOptions(Options):
    max_bytes: int = Field(default=Limits().max_bytes, ge=1, le=1024**3)


def run(context: JobContext) -> dict[str, Any]:
    payload = context.payload(CheckPayload)
    options = parse(ScanOptions, payload.options, "options of this security scan")
    context.report("scan")
    report = {**scan(context, payload, options), "sha256": payload.artifact_sha256}
    context.confirm()
    Evidence(context, payload.model, payload.version).record("security_scan", None, report["passed"], report)
    for finding in report["findings"]:
        context.log(f"{finding['code']}: {finding['message']}", "warning", where=finding["where"])
    return {"model": payload.model, "version": payload.version, **report}


def scan(context: JobContext, payload: CheckPayload, options: ScanOptions) -> dict[str, Any]:
    try:
        content = context.artifacts.download(payload.artifact_sha256, options.max_bytes)
    except DownloadTooLarge as error:
        report = Report()
        report.add("too_large", str(error))
        return report.to_json()
    return scan_in_process(content, options.max_bytes, context.check)
