"""What every model type keeps, whichever it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples import unscaled

from aimatrix_worker import models
from aimatrix_worker.data.classes import Classes
from aimatrix_worker.errors import JobRefused
from aimatrix_worker.export.onnx_export import export_onnx
from aimatrix_worker.export.onnx_model import OnnxModel, largest_difference
from aimatrix_worker.models import find_model_type, known_model_types
from aimatrix_worker.models.model_type import FitData, Fitted, Iteration

CLASSES = {"two classes": ("no", "yes"), "three classes": (1, 2, 3)}


def data_of(classes: tuple[Any, ...]) -> FitData:
    random = np.random.default_rng(7)
    features = random.standard_normal((120, 3)).astype(np.float32)
    edges = np.quantile(features[:, 0], np.linspace(0, 1, len(classes) + 1)[1:-1])
    labels = np.digitize(features[:, 0], edges).astype(np.int64)
    return FitData(Classes.of(classes), features[:80], labels[:80], features[80:], labels[80:])


def fitted_of(name: str, data: FitData, seen: list[Iteration]) -> Fitted:
    declared = find_model_type(name)
    return declared.fit(data, declared.params(), 3, seen.append)


def test_each_file_is_a_model_type_of_its_name() -> None:
    files = {path.stem for path in Path(models.__file__).parent.glob("*.py")}
    assert set(known_model_types()) == files - {"__init__", "model_type"}
    assert known_model_types() == ["gradient_boosting", "logistic_regression"]


@pytest.mark.parametrize("name", ["perceptron", "model_type", "os", "../models", ""])
def test_a_name_that_is_no_model_type_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(JobRefused, match="only gradient_boosting, logistic_regression"):
        find_model_type(name)


@pytest.mark.parametrize("classes", CLASSES.values(), ids=CLASSES)
@pytest.mark.parametrize("name", known_model_types())
def test_what_is_fitted_predicts_probabilities_and_its_export_answers_alike(name: str, classes: tuple[Any, ...]) -> None:
    data = data_of(classes)
    seen: list[Iteration] = []
    fitted = fitted_of(name, data, seen)
    probabilities = fitted.predict(data.watched_features)
    assert probabilities.shape == (40, len(classes))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    assert (probabilities.argmax(axis=1) == data.watched_labels).mean() > 0.85, "the first feature tells the class"
    exported = OnnxModel(export_onnx(fitted, unscaled(3)))
    assert largest_difference(exported.probabilities(data.watched_features), probabilities) <= 1e-5
    assert [step.number for step in seen] == list(range(1, fitted.iterations + 1))


@pytest.mark.parametrize("name", known_model_types())
def test_the_same_data_params_and_seed_make_the_same_bytes(name: str) -> None:
    first, second = (export_onnx(fitted_of(name, data_of((0, 1)), []), unscaled(3)) for _ in range(2))
    assert first == second
