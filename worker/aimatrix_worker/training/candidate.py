"""A freshly trained model on its way into the registry: exported, held against its original, stored, fetched back, measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from aimatrix import DatasetFeature

from aimatrix_worker.data.preparation import Preparation
from aimatrix_worker.evaluation.held_out import HeldOut
from aimatrix_worker.evaluation.metrics import Measurement, measure_classifier
from aimatrix_worker.export.onnx_export import export_onnx
from aimatrix_worker.export.onnx_model import OnnxModel, largest_difference
from aimatrix_worker.export.parity import check_parity
from aimatrix_worker.models.model_type import Fitted
from aimatrix_worker.queue.job_context import JobContext


@dataclass(frozen=True)
class Candidate:
    """Figures are those of the ONNX model as it came back from Storage: what will be served, not what was fitted.

    `scores` are its probabilities of each class [n, classes] for the held-out rows, in their order.
    """

    sha256: str
    size: int
    parity: float
    round_trip: float
    inference_ms: float
    measurement: Measurement
    scores: npt.NDArray[np.float64]


def prepare_candidate(
    context: JobContext, fitted: Fitted, preparation: Preparation, features: Sequence[DatasetFeature], held_out: HeldOut
) -> Candidate:
    rows = held_out.rows
    context.report("export")
    content = export_onnx(fitted, preparation)
    local = OnnxModel(content).probabilities(rows.features, rows.categories)
    original = fitted.predict(preparation.apply(rows))
    parity = check_parity(fitted, preparation.columns(features), local, original, held_out.split)
    context.report("upload", bytes=len(content))
    sha256 = context.artifacts.upload(content)
    served = OnnxModel(context.artifacts.download(sha256))
    probabilities = served.probabilities(rows.features, rows.categories)
    context.report("measure", rows=len(held_out.rows))
    return Candidate(
        sha256=sha256,
        size=len(content),
        parity=parity,
        round_trip=largest_difference(probabilities, local),
        inference_ms=served.single_row_latency_ms(rows.features, rows.categories),
        measurement=measure_classifier(held_out.label_positions, probabilities),
        scores=probabilities.astype(np.float64),
    )
