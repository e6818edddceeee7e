"""What every model type shares: the rows it sees, what it reports at each iteration, what comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from aimatrix_worker.data.classes import Classes


@dataclass(frozen=True)
class FitData:
    """Features as the model sees them (scaling.py), labels as positions in `classes`.

    `watched` rows are measured at each iteration and never learned from.
    """

    classes: Classes
    features: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]
    watched_features: npt.NDArray[np.float32]
    watched_labels: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Iteration:
    """Mean log loss in nats after iteration `number` (from 1) of at most `total`."""

    number: int
    total: int
    train_loss: float
    validation_loss: float


# Raises to stop the fit: cancelled, lease lost, worker ending.
Observe = Callable[[Iteration], None]


@dataclass(frozen=True)
class Fitted:
    """`estimator` speaks scikit-learn: predict_proba over classes.onnx_values, of features as it sees them."""

    estimator: Any
    iterations: int
    converged: bool


def mean_log_loss(scores: npt.NDArray[np.float64], labels: npt.NDArray[np.int64]) -> float:
    """From raw scores [n, classes], without ever forming a probability that could round to 0."""
    highest = scores.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(scores - highest).sum(axis=1)) + highest[:, 0]
    return float(np.mean(log_total - scores[np.arange(len(labels)), labels]))
