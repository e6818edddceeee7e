"""Parity of training and export whatever the size of a feature, and with values missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import pytest
from samples import numeric
from scipy.stats import iqr

from aimatrix_worker.data.classes import Classes
from aimatrix_worker.data.scaling import LARGEST, MISSING, Scaling
from aimatrix_worker.export.onnx_export import export_onnx
from aimatrix_worker.export.onnx_model import TOLERANCE, OnnxModel, largest_difference
from aimatrix_worker.models.gradient_boosting import BoostingParams, fit_gradient_boosting
from aimatrix_worker.models.logistic_regression import LogisticParams, fit_logistic_regression
from aimatrix_worker.models.model_type import FitData

FITS = {
    "boosting": (fit_gradient_boosting, BoostingParams(n_estimators=20)),
    "logistic": (fit_logistic_regression, LogisticParams(max_iter=500)),
}


def parity(name: str, features: np.ndarray, labels: np.ndarray, beside: bool = True) -> tuple[float, float]:
    """Largest difference between original and export, on the rows and on values one step beside them; accuracy on the rows."""
    fit, params = FITS[name]
    scaling = Scaling.of(features)
    seen = scaling.apply(features)
    fitted = fit(FitData(Classes.of([0, 1]), seen, labels, seen, labels), params, 0, lambda _step: None)
    model = OnnxModel(export_onnx(fitted, numeric(scaling)))
    rows = [features, *(np.nextafter(features, to) for to in (-np.inf, np.inf))] if beside else [features]
    worst = max(
        largest_difference(model.probabilities(part), fitted.estimator.predict_proba(scaling.apply(part))) for part in rows
    )
    right = fitted.estimator.predict_proba(seen).argmax(axis=1) == labels
    return worst, float(right.mean())


@pytest.mark.parametrize("name", FITS)
def test_seconds_since_1970_are_learned_and_exported(name: str) -> None:
    seconds = 1767225600 + 7.0 * np.arange(2000)[:, None]
    labels = (seconds[:, 0] > 1767225600 + 7 * 1200).astype(np.int64)
    worst, accuracy = parity(name, seconds, labels)
    assert worst <= TOLERANCE
    assert accuracy > 0.97


@pytest.mark.parametrize("name", FITS)
@pytest.mark.parametrize("seed", range(12))
def test_any_offset_up_to_a_trillion_and_any_spread_down_to_a_billionth_of_it_keeps_parity(name: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    width = 4
    offsets = random.choice([-1, 1], width) * 10 ** random.uniform(-3, 12, width)
    spreads = np.abs(offsets) * 10 ** random.uniform(-9, 1, width)
    features = offsets + spreads * random.standard_normal((400, width))
    labels = (features[:, 0] > offsets[0]).astype(np.int64)
    worst, accuracy = parity(name, features, labels)
    assert worst <= TOLERANCE
    assert accuracy > 0.95, "what float64 tells apart is learned"


@pytest.mark.parametrize("name", FITS)
def test_an_outlier_of_any_size_neither_breaks_parity_nor_hides_the_others(name: str) -> None:
    random = np.random.default_rng(3)
    features = random.standard_normal((500, 2))
    labels = (features[:, 0] > 0).astype(np.int64)
    features[0], features[1] = (1e300, -1e300), (1e12, 0)
    worst, _ = parity(name, features, labels, beside=False)
    assert worst <= TOLERANCE
    assert parity("boosting", features, labels, beside=False)[1] > 0.98


def test_trees_tell_missing_values_from_all_others() -> None:
    random = np.random.default_rng(4)
    features = 1e9 + random.standard_normal((600, 3))
    missing = random.random((600, 3)) < 0.3
    features[missing] = np.nan
    worst, accuracy = parity("boosting", features, missing[:, 1].astype(np.int64))
    assert worst <= TOLERANCE
    assert accuracy == 1.0, "that the value is missing is all there is to learn"


def test_a_column_without_a_single_value_is_no_hindrance() -> None:
    features = np.column_stack([np.arange(100.0), np.full(100, np.nan), np.full(100, 7.0)])
    assert parity("boosting", features, (features[:, 0] > 50).astype(np.int64)) == (pytest.approx(0, abs=TOLERANCE), 1.0)


def test_centre_and_scale_are_median_and_interquartile_range() -> None:
    column = np.random.default_rng(5).lognormal(size=1001)
    scaling = Scaling.of(np.append(column, np.nan)[:, None])
    assert scaling.centre[0] == np.median(column)
    assert scaling.scale[0] == pytest.approx(iqr(column), rel=1e-2)
    assert scaling.apply(np.array([[np.median(column)], [np.nan], [1e308]])).ravel().tolist() == [
        0.0,
        np.float32(MISSING),
        pytest.approx(min(1e308 / scaling.scale[0], LARGEST), rel=1e-6),
    ]


def test_where_half_of_a_column_is_one_value_the_others_still_spread() -> None:
    column = np.where(np.arange(100) < 90, 5.0, 5.0 + np.arange(100))
    scaling = Scaling.of(column[:, None])
    assert scaling.centre[0] == 5.0
    assert 0 < scaling.scale[0] < 100


def test_the_graph_takes_float64() -> None:
    features = np.random.default_rng(0).standard_normal((50, 2))
    labels = (features[:, 0] > 0).astype(np.int64)
    scaling = Scaling.of(features)
    seen = scaling.apply(features)
    data: Any = FitData(Classes.of([0, 1]), seen, labels, seen, labels)
    content = export_onnx(fit_logistic_regression(data, LogisticParams(), 0, lambda _step: None), numeric(scaling))
    (given,) = onnx.load_from_string(content).graph.input
    assert (given.name, given.type.tensor_type.elem_type) == ("features", onnx.TensorProto.DOUBLE)


def test_values_that_a_common_one_far_away_makes_equal_are_counted() -> None:
    random = np.random.default_rng(3)
    seconds = 1.7e12 + 1e3 * random.standard_normal(1000)
    beside_zeros = np.where(random.random(1000) < 0.7, 0.0, seconds)
    features = np.column_stack([seconds, beside_zeros, np.where(beside_zeros == 0, np.nan, beside_zeros)])
    [(position, before, after)] = Scaling.of(features).collapsed(features)
    assert (position, before) == (1, len(np.unique(beside_zeros)))
    assert after == len(np.unique(Scaling.of(features).apply(features)[:, 1])) < 10
