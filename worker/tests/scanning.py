"""How the tests of the scan look at a model."""

from __future__ import annotations

from onnx import ModelProto

from aimatrix_worker.scan.findings import Limits
from aimatrix_worker.scan.model import scan_model


def codes(content: bytes, limits: Limits | None = None) -> set[str]:
    report = scan_model(content, limits)
    assert report.passed == (not report.findings)
    return {finding.code for finding in report.findings}


def scan(made: ModelProto, limits: Limits | None = None) -> set[str]:
    return codes(made.SerializeToString(), limits)
