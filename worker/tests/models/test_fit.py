"""The fits against scikit-learn's own, iteration by iteration where it tells them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from samples import numeric
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.preprocessing import StandardScaler

from aimatrix_worker.data.classes import Classes
from aimatrix_worker.data.scaling import Scaling
from aimatrix_worker.errors import JobCancelled
from aimatrix_worker.export.onnx_export import export_onnx
from aimatrix_worker.export.onnx_model import OnnxModel, largest_difference
from aimatrix_worker.models.gradient_boosting import BoostingParams, fit_gradient_boosting
from aimatrix_worker.models.logistic_regression import LogisticParams, Objective, fit_logistic_regression
from aimatrix_worker.models.model_type import FitData, Iteration

LOADERS = {"two classes": load_breast_cancer, "three classes": load_iris}


def fit_data(name: str) -> FitData:
    data: Any = LOADERS[name]()
    order = np.random.default_rng(1).permutation(len(data.target))
    features, labels = data.data[order].astype(np.float32), data.target[order].astype(np.int64)
    half = len(labels) // 2
    classes = Classes.of([int(label) for label in labels])
    return FitData(classes, features[:half], labels[:half], features[half:], labels[half:])


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("subsample", [1.0, 0.6])
def test_boosting_reports_the_losses_of_scikit_learns_staged_predictions(name: str, subsample: float) -> None:
    data = fit_data(name)
    seen: list[Iteration] = []
    fit_gradient_boosting(data, BoostingParams(n_estimators=15, subsample=subsample, max_depth=2), 5, seen.append)
    reference = GradientBoostingClassifier(n_estimators=15, subsample=subsample, max_depth=2, random_state=5)
    reference.fit(data.features, data.labels)
    train = [log_loss(data.labels, p) for p in reference.staged_predict_proba(data.features)]
    watched = [log_loss(data.watched_labels, p) for p in reference.staged_predict_proba(data.watched_features)]
    assert [step.number for step in seen] == list(range(1, 16))
    np.testing.assert_allclose([step.train_loss for step in seen], train, rtol=1e-9)
    np.testing.assert_allclose([step.validation_loss for step in seen], watched, rtol=1e-9)


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
def test_logistic_regression_finds_scikit_learns_optimum(name: str, C: float) -> None:
    data = fit_data(name)
    seen: list[Iteration] = []
    fitted = fit_logistic_regression(data, LogisticParams(C=C, max_iter=2000), 0, seen.append)
    scaled = StandardScaler().fit_transform(data.features.astype(float))
    ours, theirs = fitted.estimator.named_steps["model"], LogisticRegression(C=C, max_iter=2000).fit(scaled, data.labels)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-3, atol=1e-4)
    assert fitted.iterations == theirs.n_iter_[0]
    assert fitted.converged
    assert seen[-1].number == fitted.iterations
    expected = log_loss(data.watched_labels, fitted.estimator.predict_proba(data.watched_features.astype(float)))
    assert seen[-1].validation_loss == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("name", LOADERS)
def test_the_gradient_is_the_slope_of_the_objective(name: str) -> None:
    data = fit_data(name)
    scaled = np.asarray(StandardScaler().fit_transform(data.features.astype(float)))
    objective = Objective(scaled, data.labels, len(data.classes.values), 0.7)
    at = np.random.default_rng(0).standard_normal(objective.vectors * (scaled.shape[1] + 1)) * 0.1
    _, gradient = objective.value_and_gradient(at)
    for index in range(0, len(at), 7):
        step = np.zeros_like(at)
        step[index] = 1e-6
        slope = (objective.value_and_gradient(at + step)[0] - objective.value_and_gradient(at - step)[0]) / 2e-6
        assert gradient[index] == pytest.approx(slope, abs=1e-7)


def test_an_optimiser_cut_short_says_so() -> None:
    fitted = fit_logistic_regression(fit_data("two classes"), LogisticParams(max_iter=3), 0, lambda _step: None)
    assert fitted.iterations == 3
    assert not fitted.converged


@pytest.mark.parametrize("fit", [fit_gradient_boosting, fit_logistic_regression])
def test_an_observer_that_raises_stops_the_fit(fit: Any) -> None:
    steps: list[int] = []

    def observe(step: Iteration) -> None:
        steps.append(step.number)
        if step.number == 3:
            raise JobCancelled("enough")

    params = BoostingParams() if fit is fit_gradient_boosting else LogisticParams()
    with pytest.raises(JobCancelled):
        fit(fit_data("two classes"), params, 0, observe)
    assert steps == [1, 2, 3]


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("fit", [fit_gradient_boosting, fit_logistic_regression])
def test_the_export_agrees_with_its_original_on_every_row_and_on_thresholds(name: str, fit: Any) -> None:
    data = fit_data(name)
    params = BoostingParams(n_estimators=60) if fit is fit_gradient_boosting else LogisticParams()
    raw = np.vstack([data.features, data.watched_features]).astype(np.float64)
    scaling = Scaling.of(raw)
    data = replace(data, features=scaling.apply(data.features), watched_features=scaling.apply(data.watched_features))
    fitted = fit(data, params, 0, lambda _step: None)
    model = OnnxModel(export_onnx(fitted, numeric(scaling)))
    # Also with values one rounding step beside the ones that trees split at.
    for rows in (raw, *(np.nextafter(raw.astype(np.float32), np.float32(to)).astype(np.float64) for to in (-np.inf, np.inf))):
        assert largest_difference(model.probabilities(rows), fitted.estimator.predict_proba(scaling.apply(rows))) <= 1e-5


def test_a_difference_that_is_not_a_number_counts_as_infinite() -> None:
    assert largest_difference(np.array([0.5]), np.array([np.nan])) == float("inf")
    assert largest_difference(np.array([0.5]), np.array([0.5, 0.5])) == float("inf")
    assert largest_difference(np.array([0.5, 0.1]), np.array([0.5, 0.3])) == pytest.approx(0.2)
