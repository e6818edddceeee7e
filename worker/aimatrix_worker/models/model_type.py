"""What a model type is: its params, how it is fitted, how what was fitted predicts and becomes ONNX."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt
from onnx import ModelProto

from aimatrix_worker.data.classes import Classes
from aimatrix_worker.messages import Options

P = TypeVar("P", bound=Options)


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
class Fitted(ABC):
    """What came out of a fit; `estimator` is the library's own object. Each model type has its own kind of it."""

    estimator: Any
    iterations: int
    converged: bool

    @abstractmethod
    def predict(self, features: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Probabilities [n, classes] in the order of `FitData.classes`, of features [n, width] as the model sees them."""

    @abstractmethod
    def to_onnx(self, given: str, width: int) -> ModelProto:
        """A graph of one float32 input, `given` [None, width], with the outputs `label` and `probabilities`."""

    @abstractmethod
    def remedy(self, columns: Sequence[str]) -> str:
        """What to change in the training where the export is too far off; `columns` name what the model sees."""


@dataclass(frozen=True)
class ModelType(Generic[P]):
    """What a file of this package declares.

    `fit(data, params, seed, observe)` calls `observe` after every iteration. The same data, params and seed give the same model,
    so that a second attempt makes the same bytes. `takes_missing` says whether a missing value is one like others to it.
    `framework` is the package that does the work, by its name on PyPI.
    """

    params: type[P]
    fit: Callable[[FitData, P, int, Observe], Fitted]
    takes_missing: bool
    framework: str = "scikit-learn"


def mean_log_loss(scores: npt.NDArray[np.float64], labels: npt.NDArray[np.int64]) -> float:
    """From raw scores [n, classes], without ever forming a probability that could round to 0."""
    highest = scores.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(scores - highest).sum(axis=1)) + highest[:, 0]
    return float(np.mean(log_total - scores[np.arange(len(labels)), labels]))
