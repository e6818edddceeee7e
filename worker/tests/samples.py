"""Data sets in the form of ml.read_dataset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.datasets import load_breast_cancer, load_iris

from aimatrix_worker.data.encoding import Encoding
from aimatrix_worker.data.preparation import Preparation
from aimatrix_worker.data.scaling import Scaling


def as_dataset(features: np.ndarray, labels: Sequence[Any], shares: dict[str, float], view: str = "tumour") -> dict[str, Any]:
    """Rows shuffled by a fixed seed; the first share of them is the first split, and so on."""
    order = np.random.default_rng(7).permutation(len(labels))
    bounds = np.cumsum([round(share * len(labels)) for share in shares.values()])
    columns = [f"{view}__f{index}" for index in range(features.shape[1])]
    rows = []
    for position, row in enumerate(order):
        split = list(shares)[min(int(np.searchsorted(bounds, position, side="right")), len(shares) - 1)]
        values = [float(value) for value in features[row]]
        rows.append([position + 1, split, "2026-01-01T00:00:00+00:00", int(row), labels[row], *values])
    refs = [
        {"ref": f"{view}:f{index}", "column": column, "view_id": 1, "view_version": 1, "feature_id": index + 1}
        for index, column in enumerate(columns)
    ]
    names = ["row_id", "split", "event_time", "patient_id", "diagnosis", *columns]
    return {"columns": names, "rows": rows, "label": "diagnosis", "features": refs}


def breast_cancer(**changes: Any) -> dict[str, Any]:
    data: Any = load_breast_cancer()
    shares = changes.pop("shares", {"train": 0.7, "test": 0.3})
    return as_dataset(data.data, [int(label) for label in data.target], shares)


def iris() -> dict[str, Any]:
    data: Any = load_iris()
    labels = [str(data.target_names[label]) for label in data.target]
    return as_dataset(data.data, labels, {"train": 0.6, "validation": 0.2, "test": 0.2}, view="flower")


def split_arrays(dataset: dict[str, Any], split: str) -> tuple[np.ndarray, np.ndarray]:
    rows = [row for row in dataset["rows"] if row[1] == split]
    return np.array([row[5:] for row in rows], dtype=np.float64), np.array([row[4] for row in rows])


def numeric(scaling: Scaling) -> Preparation:
    """Of a model without text."""
    return Preparation(scaling, Encoding(()))


def unscaled(width: int) -> Preparation:
    """Features reach the model as they are."""
    return numeric(Scaling(np.zeros(width), np.ones(width)))
