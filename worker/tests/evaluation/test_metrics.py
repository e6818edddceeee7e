"""Metrics against scikit-learn, and calibration against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, f1_score, precision_score, recall_score, roc_auc_score

from aimatrix_worker.evaluation.metrics import brier_score, measure_classifier, positive_class_ece, top_label_ece

# Bins of a tenth; each row is alone in its bin but the two of confidence .55 (top label: one right, one wrong).
# Top label: (.05 + .15 + .75 + .35 + |1.1 - 1|) / 6. Positive class: (.05 + .15 + .75 + .35 + .55 + .45) / 6.
POSITIVE = np.array([0.95, 0.85, 0.75, 0.65, 0.55, 0.45])
LABELS = np.array([1, 1, 0, 1, 0, 0])
BOTH = np.column_stack([1 - POSITIVE, POSITIVE])


def test_top_label_ece_is_the_error_of_the_confidence_in_the_predicted_class() -> None:
    assert top_label_ece(LABELS, BOTH) == pytest.approx(0.23333, abs=1e-5)


def test_positive_class_ece_is_the_error_of_the_positive_probability() -> None:
    assert positive_class_ece(LABELS, POSITIVE) == pytest.approx(0.38333, abs=1e-5)


def test_brier_score_is_the_mean_squared_error() -> None:
    assert brier_score(LABELS, BOTH) == pytest.approx(0.2025)
    assert brier_score(LABELS, BOTH) == pytest.approx(brier_score_loss(LABELS, POSITIVE))


def test_a_confidence_on_a_bins_edge_belongs_to_the_bin_above_it_despite_rounding() -> None:
    # 0.1 * 3 is 0.30000000000000004 and 0.29999999999999999 prints as 0.3: the two must share a bin, where their errors cancel.
    positive = np.array([0.3, np.nextafter(0.3, 0)])
    assert positive_class_ece(np.array([0, 0]), positive) == pytest.approx(0.3)
    assert positive_class_ece(np.array([0, 1]), positive) == pytest.approx(0.2)


def test_a_certain_classifier_falls_into_the_last_bin() -> None:
    assert top_label_ece(np.array([0, 1]), np.array([[1.0, 0.0], [0.0, 1.0]])) == 0


def test_two_classes_agree_with_scikit_learn() -> None:
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, 500)
    positive = np.clip(labels * 0.4 + random.random(500) * 0.6, 0, 1)
    values = measure_classifier(labels, np.column_stack([1 - positive, positive])).values
    predicted = (positive > 0.5).astype(int)
    assert values["precision"] == pytest.approx(precision_score(labels, predicted))
    assert values["recall"] == pytest.approx(recall_score(labels, predicted))
    assert values["f1"] == pytest.approx(f1_score(labels, predicted))
    assert values["roc_auc"] == pytest.approx(roc_auc_score(labels, positive))


def test_three_classes_agree_with_scikit_learn() -> None:
    random = np.random.default_rng(1)
    labels = random.integers(0, 3, 300)
    probabilities = random.dirichlet([1, 1, 1], 300)
    measurement = measure_classifier(labels, probabilities)
    macro = roc_auc_score(labels, probabilities, multi_class="ovr", average="macro")
    assert measurement.values["roc_auc"] == pytest.approx(macro)
    assert measurement.values["f1"] == pytest.approx(f1_score(labels, probabilities.argmax(axis=1), average="macro"))
    # An uninformed uniform forecast of three classes scores (2/3)² + 2 (1/3)² = 2/3.
    assert brier_score(labels, np.full((300, 3), 1 / 3)) == pytest.approx(2 / 3)
    assert set(measurement.unmeasured) == {"ece_positive_class"}


def test_what_cannot_be_measured_is_absent_with_its_reason_not_zero() -> None:
    measurement = measure_classifier(np.array([1, 1, 1]), np.array([[0.1, 0.9]] * 3))
    assert "roc_auc" not in measurement.values
    assert measurement.unmeasured["roc_auc"] == "not every class occurs in the held-out rows"
    assert measurement.values["accuracy"] == 1


def test_float32_probabilities_of_a_runtime_are_taken_as_they_are() -> None:
    values = measure_classifier(LABELS, BOTH.astype(np.float32)).values
    assert values["ece_top_label"] == pytest.approx(0.23333, abs=1e-5)
    assert values["log_loss"] == pytest.approx(float(-np.mean(np.log(BOTH[np.arange(6), LABELS]))), abs=1e-6)
