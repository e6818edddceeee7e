"""The rows that versions are measured on, and what each of them reaches there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from aimatrix import DatasetFeature
from pydantic import RootModel

from aimatrix_worker.data.classes import Classes
from aimatrix_worker.data.dataset import HELD_OUT_SPLITS, Dataset, Rows, name_missing, read_dataset
from aimatrix_worker.errors import JobRefused
from aimatrix_worker.evaluation.held_out import HeldOut
from aimatrix_worker.evaluation.metrics import Measurement
from aimatrix_worker.evaluation.registered import NotMeasurable, RegisteredVersion, measure_version
from aimatrix_worker.export.signature import column_key, matching_positions
from aimatrix_worker.messages import parse
from aimatrix_worker.queue.job_context import JobContext


class RowIds(RootModel[list[int]]):
    """row_ids of a dataset."""


def read_exam(
    context: JobContext, name: str, left_out: frozenset[int] = frozenset(), splits: Sequence[str] = HELD_OUT_SPLITS
) -> Dataset:
    """The held-out rows of a dataset alone: its test side or, where it has none, its validation side."""
    for split in splits:
        context.report("read dataset", dataset=name, split=split)
        seen = [0]
        exam = read_dataset(context.platform, name, split, seen.append, left_out)
        # A side of which every row is left out is still the side that measures.
        if seen[-1]:
            return exam
    raise JobRefused(f"dataset {name!r} has no row in a test or validation split, so no model can be measured on it")


def arranged(exam: Dataset, features: tuple[DatasetFeature, ...]) -> Dataset:
    """The columns that a model is trained on, in its order, out of evaluation data that may hold more."""
    position = {column_key(feature): index for index, feature in enumerate(exam.features)}
    missing = [feature.ref for feature in features if column_key(feature) not in position]
    if missing:
        raise JobRefused(
            f"the evaluation data {exam.name!r} lacks {', '.join(missing[:10])}: an admin has to pin a dataset that holds every"
            " feature of the training"
        )
    positions = [position[column_key(feature)] for feature in features]
    splits = {name: rows.take(positions) for name, rows in exam.splits.items()}
    return replace(exam, features=features, splits=splits)


def rows_trained_on(context: JobContext, exam: Dataset, model: str, version: int) -> frozenset[int]:
    """Of the side that measures, which the platform cannot know where a model has no use for any test row."""
    split = next(iter(exam.splits), None)
    reply = context.platform.call("rows_trained_on", dataset=exam.name, model=model, version=version, split=split)
    return frozenset(parse(RowIds, reply, "answer of rows_trained_on").root)


def where(exam: Dataset, held_out: HeldOut) -> dict[str, Any]:
    """What evidence says of the rows that it was measured on."""
    return {"dataset": exam.name, "split": held_out.split, "rows": len(held_out.rows), "incomplete": held_out.rows.incomplete}


def measure_on(
    context: JobContext, exam: Dataset, classes: Classes, measured: RegisteredVersion, *others: RegisteredVersion
) -> tuple[Measurement, HeldOut]:
    """One version on the rows that it and the others can answer, or NotMeasurable."""
    split, rows = next(iter(exam.splits.items()), ("test", None))
    needed = needed_columns(exam, (measured, *others))
    rows = None if rows is None else answerable(rows, needed)
    if rows is None or not len(rows):
        names = [exam.features[position].ref for position in needed]
        lacking = {name: count for name, count in exam.missing().items() if name in names}
        told = f": missing are {name_missing(lacking)}" if lacking else ""
        raise NotMeasurable(f"no held-out row of dataset {exam.name!r} is left to measure it on{told}")
    held_out = HeldOut.of(split, rows, classes, exam.name)
    context.report("measure", version=measured.version, rows=len(rows))
    try:
        return measure_version(context, measured, exam, classes, held_out), held_out
    except NotMeasurable as reason:
        raise NotMeasurable(f"version {measured.version} cannot be measured: {reason}") from reason


def needed_columns(exam: Dataset, versions: tuple[RegisteredVersion, ...]) -> list[int]:
    """Positions in the exam of what some version cannot do without."""
    needed: set[int] = set()
    for version in versions:
        positions = matching_positions(version.signature, exam.features) or []
        needed.update(
            position for position, column in zip(positions, version.signature.columns, strict=False) if not column.nullable
        )
    return sorted(needed)


def answerable(rows: Rows, needed: list[int]) -> Rows:
    """The rows that hold what each version needs; what none of them takes may be missing."""
    lacking = np.flatnonzero(rows.missing()[:, needed].any(axis=1))
    return rows.keep(np.setdiff1d(np.arange(len(rows)), lacking))
