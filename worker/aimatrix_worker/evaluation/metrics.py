"""How good a classifier is on rows it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    f1_score,
    log_loss,
    precision_score,
    recall_score,
    roc_auc_score,
)

from aimatrix_worker.evaluation.baseline import Baseline, measure_baselines

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]

CALIBRATION_BINS = 10


@dataclass(frozen=True)
class Measurement:
    """`unmeasured` says why a figure is absent; an absent figure is never a zero."""

    values: dict[str, float]
    baselines: dict[str, Baseline]
    unmeasured: dict[str, str]


def measure_classifier(labels: Integers, probabilities: Floats) -> Measurement:
    """`labels` are class positions, `probabilities` [n, classes]. With two classes precision, recall and F1 are the positive
    (last) class's, otherwise the unweighted mean over classes."""
    wide = probabilities.astype(np.float64)
    wide = wide / wide.sum(axis=1, keepdims=True)
    count = wide.shape[1]
    predicted = wide.argmax(axis=1)
    averaging: Any = {"average": "binary" if count == 2 else "macro", "zero_division": 0}
    values = {
        "accuracy": float(accuracy_score(labels, predicted)),
        "balanced_accuracy": balanced_accuracy(labels, predicted),
        "precision": float(precision_score(labels, predicted, **averaging)),
        "recall": float(recall_score(labels, predicted, **averaging)),
        "f1": float(f1_score(labels, predicted, **averaging)),
        "log_loss": float(log_loss(labels, wide, labels=np.arange(count))),
        "brier": brier_score(labels, wide),
        "ece_top_label": top_label_ece(labels, wide),
    }
    unmeasured: dict[str, str] = {}
    if count == 2:
        values["ece_positive_class"] = positive_class_ece(labels, wide[:, 1])
    else:
        unmeasured["ece_positive_class"] = "there is a positive class only where there are two"
    if len(np.unique(labels)) == count:
        values["roc_auc"] = roc_auc(labels, wide)
        values["pr_auc"] = pr_auc(labels, wide)
    else:
        unmeasured["roc_auc"] = unmeasured["pr_auc"] = "not every class occurs in the held-out rows"
    return Measurement(values, measure_baselines(labels, predicted, wide), unmeasured)


def balanced_accuracy(labels: Integers, predicted: Integers) -> float:
    """The mean recall of the classes that occur."""
    hits = np.bincount(labels, weights=(labels == predicted).astype(np.float64))
    rows = np.bincount(labels)
    return float(np.mean(hits[rows > 0] / rows[rows > 0]))


def pr_auc(labels: Integers, probabilities: Floats) -> float:
    """Average precision, of the positive class where there are two, else the unweighted mean over the classes."""
    if probabilities.shape[1] == 2:
        return float(average_precision_score(labels, probabilities[:, 1]))
    return float(average_precision_score(np.eye(probabilities.shape[1])[labels], probabilities, average="macro"))


def roc_auc(labels: Integers, probabilities: Floats) -> float:
    if probabilities.shape[1] == 2:
        return float(roc_auc_score(labels, probabilities[:, 1]))
    return float(roc_auc_score(labels, probabilities, multi_class="ovr", average="macro"))


def brier_score(labels: Integers, probabilities: Floats) -> float:
    """Two classes: mean (p - y)², between 0 and 1. More: the sum over classes, between 0 and 2."""
    if probabilities.shape[1] == 2:
        return float(np.mean((probabilities[:, 1] - labels) ** 2))
    return float(np.mean(((probabilities - np.eye(probabilities.shape[1])[labels]) ** 2).sum(axis=1)))


def positive_class_ece(labels: Integers, positive: Floats, bins: int = CALIBRATION_BINS) -> float:
    """Expected calibration error of P(positive): in each bin |mean probability - share of positives|, weighted by rows."""
    return expected_calibration_error(positive, (labels == 1).astype(np.float64), bins)


def top_label_ece(labels: Integers, probabilities: Floats, bins: int = CALIBRATION_BINS) -> float:
    """Expected calibration error of the predicted class: in each bin |mean confidence - accuracy|, weighted by rows."""
    correct = (probabilities.argmax(axis=1) == labels).astype(np.float64)
    return expected_calibration_error(probabilities.max(axis=1), correct, bins)


def expected_calibration_error(confidence: Floats, outcome: Floats, bins: int) -> float:
    # The epsilon keeps a confidence that is a bin's edge but for rounding (0.3 = 0.1 * 3) in the bin that it names.
    which = np.clip(np.floor(confidence * bins + 1e-9).astype(int), 0, bins - 1)
    gap = np.bincount(which, confidence - outcome, minlength=bins)
    return float(np.abs(gap).sum() / len(confidence))
