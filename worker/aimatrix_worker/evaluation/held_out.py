"""The rows of one split that measure a model, with the position of each label among its classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aimatrix_worker.data.classes import Classes
from aimatrix_worker.data.dataset import Rows


@dataclass(frozen=True)
class HeldOut:
    split: str
    rows: Rows
    label_positions: npt.NDArray[np.int64]

    @classmethod
    def of(cls, split: str, rows: Rows, classes: Classes, dataset: str) -> HeldOut:
        return cls(split, rows, classes.indices(rows.labels, f"{split} split of dataset {dataset!r}"))
