"""Versions that are in the registry already, measured on held-out rows: one exam for all of them."""

from __future__ import annotations

from aimatrix_worker.data.classes import Classes
from aimatrix_worker.data.dataset import Dataset
from aimatrix_worker.errors import WorkerError
from aimatrix_worker.evaluation.held_out import HeldOut
from aimatrix_worker.evaluation.metrics import Measurement, measure_classifier
from aimatrix_worker.export.onnx_model import OnnxModel
from aimatrix_worker.export.signature import Signature, matching_positions
from aimatrix_worker.messages import Message
from aimatrix_worker.queue.job_context import JobContext
from aimatrix_worker.scan.findings import Limits
from aimatrix_worker.scan.process import scan_in_process


class RegisteredVersion(Message):
    version: int
    artifact_sha256: str
    signature: Signature


class NotMeasurable(WorkerError):
    """Why a version cannot sit this exam."""

    retryable = False


def measure_version(
    context: JobContext, registered: RegisteredVersion, dataset: Dataset, classes: Classes, held_out: HeldOut
) -> Measurement:
    """Its figures on these rows, which hold all that it needs, or NotMeasurable: a guess would decide a promotion."""
    positions = matching_positions(registered.signature, dataset.features)
    if positions is None:
        raise NotMeasurable(f"dataset {dataset.name!r} lacks some of its columns")
    if not same_classes(registered.signature.classes, classes):
        raise NotMeasurable(f"its classes are {registered.signature.classes}, those of the data {list(classes.values)}")
    rows = held_out.rows.take(positions)
    content = context.artifacts.download(registered.artifact_sha256)
    # It is about to run in this process, and a project's policy may have let it into production without a scan.
    scan = scan_in_process(content, Limits().max_bytes, context.check)
    if not scan["passed"]:
        raise NotMeasurable(f"its file does not pass the security scan ({scan['findings'][0]['code']})")
    probabilities = OnnxModel(content).probabilities(rows.features, rows.categories)
    return measure_classifier(held_out.label_positions, probabilities)


def same_classes(signature: list[object], classes: Classes) -> bool:
    """1 and 1.0 are one class in JSON; true and 1 are not."""
    described = [(isinstance(value, bool), value) for value in signature]
    return described == [(isinstance(value, bool), value) for value in classes.values]
