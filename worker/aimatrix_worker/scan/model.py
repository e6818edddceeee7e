"""All checks of one model file, cheapest and safest first: what a later check reads, an earlier one has bounded."""

from __future__ import annotations

import onnx
from google.protobuf.message import DecodeError
from google.protobuf.unknown_fields import UnknownFieldSet
from onnx import ModelProto

from aimatrix_worker.scan.content import check_content
from aimatrix_worker.scan.findings import Limits, Report
from aimatrix_worker.scan.operators import check_operators
from aimatrix_worker.scan.sizes import check_constants, infer_sizes
from aimatrix_worker.scan.strings import check_strings
from aimatrix_worker.scan.tensors import check_tensors
from aimatrix_worker.scan.trees import check_trees
from aimatrix_worker.scan.walk import graphs


def scan_model(content: bytes, limits: Limits | None = None) -> Report:
    limits = limits or Limits()
    report = Report(facts={"bytes": len(content)})
    if len(content) > limits.max_bytes:
        report.add("too_large", f"the file has {len(content)} bytes, more than {limits.max_bytes}")
        return report
    check_content(content, report)
    if not report.passed:
        return report
    model = parse(content, report)
    if model is None:
        return report
    if not check_strings(model, report):
        return report
    places = list(graphs(model, limits.max_depth))
    check_operators(model, places, limits, report)
    check_tensors(places, limits, report)
    if report.passed:
        check_constants(places, limits, report)
    if report.passed:
        check_trees(places, infer_sizes(model, limits, report), report)
    if report.passed:
        run_checker(model, report)
    return report


def parse(content: bytes, report: Report) -> ModelProto | None:
    """Protocol buffers only: no session, no external data, at most 100 levels of nesting."""
    model = ModelProto()
    try:
        model.ParseFromString(content)
    except DecodeError:
        report.add("not_onnx", "the file is no ONNX model: it cannot be read as a protocol buffer")
        return None
    if not model.ir_version or not model.opset_import or not model.graph.node:
        report.add("not_onnx", "the file is no ONNX model: it names no IR version, no operator set or no node")
        return None
    if model.ir_version > onnx.IR_VERSION:
        report.add("unknown_ir_version", f"IR version {model.ir_version} is newer than {onnx.IR_VERSION}")
    if len(UnknownFieldSet(model)):
        report.add("foreign_data", "the file carries data that is no part of the ONNX format")
    report.facts["ir_version"] = model.ir_version
    report.facts["producer"] = f"{model.producer_name} {model.producer_version}".strip()[:100]
    return model


def run_checker(model: ModelProto, report: Report) -> None:
    try:
        onnx.checker.check_model(model, full_check=True)
    except Exception as error:  # ValidationError, InferenceError and plain RuntimeError from C++: each is a refusal
        report.add("checker", f"onnx.checker refuses the model: {error}")
