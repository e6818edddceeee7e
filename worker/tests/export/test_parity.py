"""An export that is off its original: the refusal says by how much, and what to change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from aimatrix import DatasetFeature
from fake_platform import FakePlatform
from samples import iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from trainings import BOOSTING, train

from aimatrix_worker.data.dataset import Rows
from aimatrix_worker.data.preparation import Preparation
from aimatrix_worker.errors import JobRefused
from aimatrix_worker.export.parity import check_parity
from aimatrix_worker.models.logistic_regression import FittedLogistic
from aimatrix_worker.models.model_type import Fitted

ORIGINAL = np.array([[0.5, 0.5], [0.2, 0.8]])


def linear(*coefficients: list[float]) -> Fitted:
    model = LogisticRegression()
    model.coef_ = np.array(coefficients)
    return FittedLogistic(Pipeline([("model", model)]), 1, converged=True)


def refusal(fitted: Fitted, columns: list[str]) -> str:
    with pytest.raises(JobRefused) as refused:
        check_parity(fitted, columns, (ORIGINAL + 2.4e-5).astype(np.float32), ORIGINAL, "test")
    return str(refused.value)


def test_what_is_off_by_rounding_passes_with_its_difference() -> None:
    exported = (ORIGINAL + np.array([[0, 0], [0, 5e-6]])).astype(np.float32)
    assert check_parity(linear([1.0]), ["a"], exported, ORIGINAL, "test") == pytest.approx(5e-6, abs=1e-7)


@pytest.mark.parametrize(
    ("coefficients", "advice"),
    [
        ([[3.0, -2e12, 2.1e12]], "coefficients reach 2.1e+12; lower C, or drop one of c and b, which nearly repeat each other"),
        ([[9.0, 1.0, 8.0], [1.0, -7.0, 1.0]], "coefficients reach 9; lower C, or drop one of a, c and b, which nearly repeat"),
        ([[0.1, 5.0, 0.2]], "the coefficients of b reach 5; lower C, or drop it"),
    ],
)
def test_of_a_linear_model_the_columns_of_the_largest_coefficients_are_named(
    coefficients: list[list[float]], advice: str
) -> None:
    message = refusal(linear(*coefficients), ["a", "b", "c"])
    assert message.startswith("the ONNX export is off the trained model by 2.4e-05 on the test rows, more than 1e-05: ")
    assert advice in message


def test_columns_of_text_are_named_by_their_feature_once() -> None:
    texts = np.array([["x", "p"], ["x", "q"], ["y", "p"], ["y", "q"]], dtype=object)
    preparation = Preparation.of(Rows(np.zeros((4, 1)), texts, (0, 1, 0, 1), 0))
    features = [DatasetFeature(ref=ref, column=ref) for ref in ("v:number", "v:left", "v:right")]
    columns = preparation.columns(features)
    assert columns == ["v:number", "v:left", "v:left", "v:right", "v:right"]
    advice = "drop one of v:right and v:left, which"
    assert advice in refusal(linear([0.0, 7.0, -7.0, 8.0, -8.0]), columns)


@pytest.mark.parametrize(
    ("params", "advice", "remedy"),
    [
        ({"learning_rate": 10}, "lower learning_rate, which is 10", {"learning_rate": 0.1}),
        (
            {"learning_rate": 1, "subsample": 0.3},
            "lower learning_rate, which is 1, or raise subsample, which is 0.3",
            {"subsample": 1},
        ),
    ],
)
def test_boosting_that_diverges_is_told_what_keeps_it_together(
    platform: FakePlatform, work_once: Any, params: dict[str, float], advice: str, remedy: dict[str, float]
) -> None:
    dataset = iris()
    for row in dataset["rows"][::3]:
        row[4] = "setosa"
    config = {**BOOSTING, "seed": 0, "params": {"n_estimators": 100, "max_depth": 2, **params}}
    job = train(platform, work_once, dataset, config)
    assert job.state == "failed"
    assert "rows, more than 1e-05: the values of its leaves reach" in job.error
    assert job.error.endswith(advice)
    assert platform.versions == []
    mended = train(platform, work_once, dataset, {**config, "params": {**config["params"], **remedy}})
    assert mended.state == "succeeded", mended.error
