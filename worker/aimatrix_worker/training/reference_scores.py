"""What a version's answers look like before anybody is served: monitoring compares predictions with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from aimatrix_worker.data.dataset import HELD_OUT_SPLITS, Dataset, Rows, read_dataset
from aimatrix_worker.evaluation.evidence import Evidence
from aimatrix_worker.evaluation.exam import arranged
from aimatrix_worker.evaluation.held_out import HeldOut
from aimatrix_worker.export.onnx_model import OnnxModel
from aimatrix_worker.queue.job_context import JobContext
from aimatrix_worker.training.candidate import Candidate

MOST_ROWS = 2000
# Fewer scores tell next to nothing: of a test side with one label that has come the validation side takes the place.
LEAST_ENTITIES = 20
# More than so many are not watched one by one.
WATCHED_CLASSES = 100
# Of a float32 near 1 the eighth decimal is noise already.
DECIMALS = 7
# Of 0.1234567 and the comma and blank after it. The platform writes numbers out digit by digit, so without a last decimal one of
# 1e-38 would be a line of noughts.
VALUE_BYTES = DECIMALS + 4
# What ml.record_evidence takes as details is 65,536 bytes; the rest is for what stands beside the scores.
SCORE_BYTES = 64_000


def record_reference_scores(
    context: JobContext,
    evidence: Evidence,
    candidate: Candidate,
    dataset: Dataset,
    exam: Dataset,
    held_out: HeldOut,
    complete: bool,
) -> None:
    """Of the held-out rows of the dataset that was trained on, whatever measures the model: pinned rows are an exam, chosen by
    somebody, and not what is asked about. What was kept back for the exam was not learned from either, so it is among them."""
    if exam is dataset and len(held_out.rows.newest()) >= LEAST_ENTITIES:
        split, rows, scores = held_out.split, held_out.rows, candidate.scores
    else:
        side = own_held_out(context, dataset, complete)
        if side is None:
            lacking = "its label or a feature" if complete else "its label"
            context.log(
                f"dataset {dataset.name!r} has no row in a test or validation split, or each of them lacks {lacking}, so"
                " there are no reference scores and monitoring does not watch this version's scores",
                "warning",
            )
            return
        split, rows = side
        entities = len(rows.newest())
        if entities < LEAST_ENTITIES:
            context.log(
                f"the {split} side of dataset {dataset.name!r}, the larger one, has only {entities} entities that can be used,"
                f" fewer than {LEAST_ENTITIES}: monitoring will hardly see this version's scores move",
                "warning",
            )
        served = OnnxModel(context.artifacts.download(candidate.sha256))
        scores = served.probabilities(rows.features, rows.categories).astype(np.float64)
    # As monitoring counts a window: scores of one entity are no independent observations.
    scores = scores[rows.newest()]
    details = {
        "entities": len(scores),
        "dataset": dataset.name,
        "split": split,
        "rows": len(rows),
        "incomplete": rows.incomplete,
        "skipped": rows.skipped,
        "what": "value is the mean of the last class",
    }
    evidence.record("reference_scores", float(scores[:, -1].mean()), details={**details, **describe_scores(scores)})


def own_held_out(context: JobContext, dataset: Dataset, complete: bool) -> tuple[str, Rows] | None:
    """Its test side or, where that has too few entities that can be used, its validation side, or the larger of both. The version
    is registered by now, so a dataset without either is no reason to refuse the job."""
    sides: list[tuple[str, Rows]] = []
    for split in HELD_OUT_SPLITS:
        context.report("read dataset", dataset=dataset.name, split=split)
        side = arranged(read_dataset(context.platform, dataset.name, split), dataset.features).held_out_side()
        if side is not None:
            sides.append((split, side[1].complete() if complete else side[1]))
            if len(sides[-1][1].newest()) >= LEAST_ENTITIES:
                return sides[-1]
    largest = max(sides, key=lambda side: len(side[1].newest()), default=None)
    return largest if largest is not None and len(largest[1]) else None


def describe_scores(scores: npt.NDArray[np.floating]) -> dict[str, Any]:
    """`scores` [n, classes], at even steps through the rows as many as fit: 2,000, of 100 classes 57."""
    count, classes = scores.shape
    # Of two classes the last one's score tells the other's; of more, each class has its own.
    watched = 1 if classes == 2 else min(classes, WATCHED_CLASSES)
    kept = min(count, MOST_ROWS, (SCORE_BYTES // watched - len("[], ")) // VALUE_BYTES)
    rows = np.unique(np.linspace(0, count - 1, kept).round().astype(int))
    rounded = scores[rows].astype(np.float64).round(DECIMALS)
    return {"scores": rounded[:, -1].tolist()} if classes == 2 else {"class_scores": rounded.T[:watched].tolist()}
