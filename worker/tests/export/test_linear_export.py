"""The linear graph against scikit-learn in float64 and against plain NumPy, where float32 would be far off."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from fake_platform import FakePlatform
from samples import as_dataset, unscaled
from trainings import LOGISTIC, train

from aimatrix_worker.data.classes import Classes
from aimatrix_worker.data.dataset import Rows
from aimatrix_worker.data.preparation import Preparation
from aimatrix_worker.export.onnx_export import export_onnx
from aimatrix_worker.export.onnx_model import OnnxModel, largest_difference
from aimatrix_worker.models.logistic_regression import LogisticParams, fit_logistic_regression
from aimatrix_worker.models.model_type import FitData, Fitted
from aimatrix_worker.scan.model import scan_model

CLASSES: dict[str, list[Any]] = {
    "two numbers": [3, 2**40],
    "two texts": ["../no", "ja"],
    "true and false": [False, True],
    "three numbers": [-1, 0, 7],
    "four texts": ["a", "b", "日本", ""],
}
PENALTIES = np.logspace(-2, 6, 8)
# Of a probability to float32, twice over.
ROUNDING = 1e-7


def two_sensors(seed: int, rows: int = 2000, apart: float = 1e-3) -> tuple[np.ndarray, np.ndarray]:
    """Two columns that measure one thing; what they differ by, noise but for the label, decides."""
    random = np.random.default_rng(seed)
    shared, own = random.standard_normal((2, rows))
    features = np.column_stack([100 + 10 * shared, 100 + 10 * (shared + apart * own)])
    return features, own + 0.7 * random.standard_normal(rows)


def fit(preparation: Preparation, rows: Rows, C: float) -> Fitted:
    classes = Classes.of(rows.labels)
    seen, labels = preparation.apply(rows), classes.indices(rows.labels, "train")
    return fit_logistic_regression(
        FitData(classes, seen, labels, seen, labels), LogisticParams(C=C, max_iter=3000), 0, lambda _step: None
    )


def by_numpy(fitted: Fitted, train: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Nothing of scikit-learn but the coefficients, in the longest floats there are."""
    mean, deviation = train.mean(axis=0, dtype=np.longdouble), train.std(axis=0, dtype=np.longdouble)
    model = fitted.estimator.named_steps["model"]
    standardised = (seen - mean) / np.where(deviation == 0, 1, deviation)
    scores = (standardised[:, None, :] * model.coef_).sum(axis=2) + model.intercept_
    if scores.shape[1] == 1:
        scores = np.hstack([np.zeros_like(scores), scores])
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (shares / shares.sum(axis=1, keepdims=True)).astype(np.float64)


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("seed", range(len(PENALTIES)))
def test_features_that_nearly_repeat_each_other_keep_parity_whatever_the_penalty(kind: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    values = CLASSES[kind]
    features, score = two_sensors(seed, 600, apart=10 ** random.uniform(-4, -1))
    # A third that repeats both, a constant, and on every other seed text.
    features = np.column_stack([features, features.sum(axis=1) + random.standard_normal(600) * 1e-3, np.full(600, 1e6)])
    texts = random.choice(np.array(["", "Île", "../x"], dtype=object), (600, seed % 2))
    bounds = np.quantile(score, np.arange(1, len(values)) / len(values))
    rows = Rows(features, texts, tuple(values[at] for at in np.digitize(score, bounds)), 0)
    preparation = Preparation.of(rows)
    fitted = fit(preparation, rows, C=PENALTIES[seed])
    served = OnnxModel(export_onnx(fitted, preparation)).probabilities(rows.features, rows.categories)
    seen = preparation.apply(rows).astype(np.float64)
    assert largest_difference(served, fitted.estimator.predict_proba(seen)) <= ROUNDING
    assert largest_difference(served, by_numpy(fitted, seen, seen)) <= ROUNDING


def test_coefficients_in_the_thousands_cancel_each_other_as_in_float64() -> None:
    features, score = two_sensors(0, apart=1e-3)
    rows = Rows(features, np.empty((len(score), 0), dtype=object), tuple((score > 0).tolist()), 0)
    preparation = Preparation.of(rows)
    fitted = fit(preparation, rows, C=1e4)
    left, right = fitted.estimator.named_steps["model"].coef_[0]
    assert left < -1000
    assert right > 1000
    served = OnnxModel(export_onnx(fitted, preparation)).probabilities(features)
    seen = preparation.apply(rows).astype(np.float64)
    # skl2onnx's own graph is off by 1.7e-4 here.
    assert largest_difference(served, fitted.estimator.predict_proba(seen)) <= ROUNDING
    assert ((served[:, 1] > 0.5) == (score > 0)).mean() == ((by_numpy(fitted, seen, seen)[:, 1] > 0.5) == (score > 0)).mean()


@pytest.mark.parametrize("kind", CLASSES)
def test_the_graph_names_its_classes_passes_the_scan_and_is_the_same_bytes_each_time(kind: str) -> None:
    values = CLASSES[kind]
    features = np.random.default_rng(1).standard_normal((300, 2))
    at = np.digitize(features[:, 0], np.linspace(-0.8, 0.8, len(values) - 1))
    rows = Rows(features, np.empty((300, 0), dtype=object), tuple(values[position] for position in at), 0)
    fitted = fit(unscaled(2), rows, C=1.0)
    content = export_onnx(fitted, unscaled(2))
    assert content == export_onnx(fit(unscaled(2), rows, C=1.0), unscaled(2))
    report = scan_model(content)
    assert report.findings == []
    assert report.facts["opsets"] == {"ai.onnx": 17}
    answers: Any = onnxruntime.InferenceSession(content).run(None, {"features": features})
    label, probabilities = answers
    assert label.tolist() == fitted.estimator.predict(unscaled(2).apply(rows).astype(np.float64)).tolist()
    assert label.tolist() == [Classes.of(values).onnx_values[position] for position in probabilities.argmax(axis=1)]
    graph = onnx.load_from_string(content).graph
    assert {tensor.name for tensor in graph.initializer} <= {name for node in graph.node for name in node.input}
    label_type = onnx.TensorProto.STRING if isinstance(values[0], str) else onnx.TensorProto.INT64
    assert [(output.name, output.type.tensor_type.elem_type) for output in graph.output] == [
        ("label", label_type),
        ("probabilities", onnx.TensorProto.FLOAT),
    ]


def test_values_beyond_all_that_was_trained_on_are_answered_with_a_number() -> None:
    features, score = two_sensors(0)
    rows = Rows(features, np.empty((len(score), 0), dtype=object), tuple((score > 0).tolist()), 0)
    preparation = Preparation.of(rows)
    content = export_onnx(fit(preparation, rows, C=1e6), preparation)
    far = np.array([[1e300, 1e300], [-1e300, 1e300], [1e300, -1e300]])
    np.testing.assert_allclose(OnnxModel(content).probabilities(far)[1:], [[0, 1], [1, 0]])
    assert np.isfinite(OnnxModel(content).probabilities(far)).all()


def test_a_training_job_on_such_features_succeeds(platform: FakePlatform, work_once: Any) -> None:
    features, score = two_sensors(2)
    dataset = as_dataset(features, (score > 0).tolist(), {"train": 0.7, "test": 0.3})
    job = train(platform, work_once, dataset, {**LOGISTIC, "params": {"C": 1e4, "max_iter": 3000}})
    assert job.state == "succeeded", job.error
    assert platform.latest_evidence(1)["onnx_parity"]["value"] <= ROUNDING
    assert job.result["metrics"]["accuracy"] > 0.75
