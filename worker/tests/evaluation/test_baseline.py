"""Baselines and their significance, against SciPy, scikit-learn and permutations counted one by one."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom, fisher_exact, hypergeom, permutation_test
from sklearn.dummy import DummyClassifier
from sklearn.metrics import average_precision_score, balanced_accuracy_score

from aimatrix_worker.evaluation import baseline
from aimatrix_worker.evaluation.baseline import (
    accuracy_baseline,
    auc_p_value,
    balanced_accuracy_baseline,
    measure_baselines,
    permutation_p_value,
)
from aimatrix_worker.evaluation.metrics import measure_classifier


def test_a_model_without_signal_on_one_percent_positives_is_no_better_than_a_constant_answer() -> None:
    random = np.random.default_rng(3)
    labels = (random.random(5000) < 0.01).astype(int)
    positive = random.random(5000) * 0.02
    measurement = measure_classifier(labels, np.column_stack([1 - positive, positive]))
    assert measurement.values["accuracy"] > 0.98
    assert measurement.values["accuracy"] == measurement.baselines["accuracy"].value
    assert measurement.values["balanced_accuracy"] == measurement.baselines["balanced_accuracy"].value == 0.5
    for name in ("accuracy", "balanced_accuracy", "roc_auc"):
        assert (measurement.baselines[name].p_value or 0) > 0.05, name
    assert measurement.values["pr_auc"] == pytest.approx(average_precision_score(labels, positive))
    assert measurement.baselines["pr_auc"].value == pytest.approx(labels.mean())


def test_accuracy_is_held_against_the_most_frequent_class_by_mcnemars_exact_test() -> None:
    labels = np.array([0] * 12 + [1] * 8)
    predicted = np.array([0] * 9 + [1] * 3 + [1] * 7 + [0])
    found = accuracy_baseline(labels, predicted)
    assert found.value == DummyClassifier().fit(labels, labels).score(labels, labels) == 0.6
    # 7 rows only the model has right, 3 only the constant answer.
    assert found.p_value == pytest.approx(binom.sf(6, 10, 0.5))


def test_answers_like_the_constant_one_are_not_better_than_it() -> None:
    assert accuracy_baseline(np.array([0, 0, 1]), np.array([0, 0, 0])).p_value == 1


@pytest.mark.parametrize("seed", range(20))
def test_two_classes_are_tested_as_fishers_exact_test_does(seed: int) -> None:
    random = np.random.default_rng(seed)
    labels = random.integers(0, 2, 60)
    predicted = np.where(random.random(60) < 0.4, labels, random.integers(0, 2, 60))
    table = [[int(((labels == a) & (predicted == b)).sum()) for b in (0, 1)] for a in (0, 1)]
    expected: Any = fisher_exact(table, alternative="greater")
    assert balanced_accuracy_baseline(labels, predicted).p_value == pytest.approx(expected.pvalue)


def test_more_classes_are_tested_over_permutations(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = np.array([0, 0, 1, 1, 2, 2, 2])
    predicted = np.array([0, 0, 1, 2, 2, 1, 2])
    observed = balanced_accuracy_score(labels, predicted)
    every = [balanced_accuracy_score(np.array(order), predicted) >= observed - 1e-12 for order in permutations(labels.tolist())]
    monkeypatch.setattr(baseline, "PERMUTATIONS", 40_000)
    assert permutation_p_value(labels, predicted) == pytest.approx(np.mean(every), abs=0.006)


def test_tables_and_labels_are_permuted_alike() -> None:
    random = np.random.default_rng(5)
    labels = random.integers(0, 4, 40)
    # Class 7 is predicted and never occurs.
    predicted = np.where(random.random(40) < 0.25, labels, random.choice([0, 1, 2, 3, 7], 40))
    by_table = permutation_p_value(labels, predicted)
    reference = permutation_test(
        (labels,),
        lambda order: balanced_accuracy_score(order, predicted),
        permutation_type="pairings",
        alternative="greater",
        n_resamples=4000,
        rng=random,
    )
    assert by_table == pytest.approx(reference.pvalue, abs=0.04)
    classes = np.unique(labels)
    weight = 1 / np.bincount(labels)
    known = np.where(np.isin(predicted, classes), predicted, 4)
    observed = float(weight[labels[labels == known]].sum())
    dealt = np.concatenate(list(baseline.permuted_labels(labels, known, weight)))
    assert (1 + (dealt >= observed - 1e-9).sum()) / 2000 == pytest.approx(by_table, abs=0.04)


def test_the_p_value_holds_its_rate_where_there_is_no_signal() -> None:
    random = np.random.default_rng(11)
    low = [
        (balanced_accuracy_baseline(random.integers(0, 3, 50), random.integers(0, 3, 50)).p_value or 0) <= 0.05
        for _trial in range(400)
    ]
    # At most 5 % by construction; 400 trials leave it three standard errors.
    assert np.mean(low) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


def test_rows_of_one_class_tell_nothing() -> None:
    found = measure_baselines(np.array([1, 1]), np.array([1, 1]), np.array([[0.1, 0.9]] * 2))
    assert found["balanced_accuracy"].value == 1
    assert found["balanced_accuracy"].p_value == 1
    assert set(found) == {"accuracy", "balanced_accuracy"}


@pytest.mark.parametrize(("rows", "positives", "high"), [(100, 2, 5), (1000, 5, 10), (300, 200, 30)])
def test_scores_that_tie_keep_the_level(rows: int, positives: int, high: int) -> None:
    """Of two scores only the number of positives among the high ones varies: Fisher's exact test."""
    scores = np.zeros(rows)
    scores[:high] = 1
    for hits in range(max(0, high + positives - rows), min(high, positives) + 1):
        positive = np.zeros(rows, dtype=bool)
        positive[:hits] = True
        positive[high : high + positives - hits] = True
        exact = float(hypergeom.sf(hits - 1, rows, high, positives))
        p_value = auc_p_value(scores[positive], scores[~positive])
        assert abs(p_value - exact) <= 5 * np.sqrt(exact * (1 - exact) / 2000) + 2 / 2000
