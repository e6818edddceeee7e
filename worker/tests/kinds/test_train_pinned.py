"""A `train` job under pinned evaluation data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fake_platform import FakePlatform
from samples import breast_cancer
from sklearn.metrics import log_loss
from trainings import BOOSTING, LOGISTIC, reference_model

from aimatrix_worker.data.scaling import Scaling
from aimatrix_worker.export.onnx_model import OnnxModel


def test_pinned_evaluation_data_measures_the_model_and_is_not_learned_from(platform: FakePlatform, work_once: Any) -> None:
    whole = breast_cancer()
    # The pinned rows stand in the training data too, mostly on its train side, and name the columns in another order.
    pinned = {**whole, "rows": [[*row[:1], "test", *row[2:]] for row in whole["rows"][:150]]}
    pinned["features"] = list(reversed(whole["features"]))
    platform.datasets["exam"] = pinned
    platform.datasets["cut"] = whole
    job = platform.add_training("cut", BOOSTING, evaluation="exam", kept_back=[row[0] for row in pinned["rows"]])
    work_once()
    assert job.state == "succeeded", job.error
    train_rows = [row for row in whole["rows"][150:] if row[1] == "train"]
    features = np.array([row[5:] for row in train_rows], dtype=float)
    labels = np.array([row[4] for row in train_rows])
    scaling = Scaling.of(features)
    reference = reference_model(BOOSTING).fit(scaling.apply(features).astype(float), labels)
    exam = np.array([row[5:] for row in pinned["rows"]], dtype=float)
    answers = np.array([row[4] for row in pinned["rows"]])
    expected = reference.predict_proba(scaling.apply(exam).astype(float))
    evidence = platform.latest_evidence(1)
    assert evidence["log_loss"]["value"] == pytest.approx(log_loss(answers, expected), abs=1e-4)
    assert evidence["log_loss"]["details"] == {"dataset": "exam", "split": "test", "rows": 150, "incomplete": 0}
    assert evidence["baseline_accuracy"]["details"]["dataset"] == "exam"
    assert platform.params[platform.trainings[1]["run_id"]]["train_rows"] == str(len(train_rows))


def test_evaluation_data_without_a_feature_of_the_training_is_refused_by_name(platform: FakePlatform, work_once: Any) -> None:
    whole = breast_cancer()
    platform.datasets["exam"] = {**whole, "features": whole["features"][1:]}
    platform.datasets["cut"] = whole
    job = platform.add_training("cut", BOOSTING, evaluation="exam", kept_back=[])
    work_once()
    assert job.state == "failed"
    assert "the evaluation data 'exam' lacks tumour:f0" in (job.error or "")
    assert platform.versions == []


def pinned_training(
    platform: FakePlatform, work_once: Any, whole: dict[str, Any], config: dict[str, Any]
) -> tuple[Any, list[int]]:
    """Under an exam of which 60 rows stand on the test side of the training data."""
    kept_back = [row[0] for row in whole["rows"] if row[1] == "test"][:60]
    platform.datasets["exam"] = {**whole, "rows": [[*row[:1], "test", *row[2:]] for row in whole["rows"] if row[0] in kept_back]}
    platform.datasets["cut"] = whole
    job = platform.add_training("cut", config, evaluation="exam", kept_back=kept_back)
    work_once()
    assert job.state == "succeeded", job.error
    return job, kept_back


@pytest.mark.parametrize("config", [BOOSTING, LOGISTIC], ids=["gradient_boosting", "logistic_regression"])
def test_reference_scores_are_of_the_training_data_and_not_of_the_exam(
    platform: FakePlatform, work_once: Any, config: dict[str, Any]
) -> None:
    whole = breast_cancer()
    pinned_training(platform, work_once, whole, config)
    # Those that were kept back for the exam among them: nothing was learned from them either.
    own = [row for row in whole["rows"] if row[1] == "test"]
    model = OnnxModel(platform.objects[platform.versions[0]["artifact_sha256"]])
    expected = model.probabilities(np.array([row[5:] for row in own], dtype=float))[:, 1]
    evidence = platform.latest_evidence(1)
    details = evidence["reference_scores"]["details"]
    assert details["scores"] == pytest.approx(expected.tolist(), abs=1e-7)
    assert evidence["reference_scores"]["value"] == pytest.approx(float(expected.mean()))
    assert (details["dataset"], details["split"], details["rows"]) == ("cut", "test", len(own))
    assert evidence["accuracy"]["details"] == {"dataset": "exam", "split": "test", "rows": 60, "incomplete": 0}


def test_where_every_held_out_row_is_pinned_the_scores_are_of_those(platform: FakePlatform, work_once: Any) -> None:
    whole = breast_cancer()
    tests = [row for row in whole["rows"] if row[1] == "test"]
    whole["rows"] = [row for row in whole["rows"] if row[1] == "train"] + tests[:60]
    pinned_training(platform, work_once, whole, BOOSTING)
    evidence = platform.latest_evidence(1)
    assert evidence["accuracy"]["details"]["rows"] == 60
    details = evidence["reference_scores"]["details"]
    assert (details["dataset"], details["split"], details["rows"], details["entities"]) == ("cut", "test", 60, 60)


@pytest.mark.parametrize("lacking", [4, 5], ids=["label", "feature"])
@pytest.mark.parametrize("validation", [40, 0])
def test_where_no_test_row_can_be_used_the_scores_are_of_the_validation_side(
    platform: FakePlatform, work_once: Any, validation: int, lacking: int
) -> None:
    whole = breast_cancer()
    tests = [row for row in whole["rows"] if row[1] == "test"]
    platform.datasets["exam"] = {**whole, "rows": tests[:60]}
    # As a cut by time has them while the newest rows wait for their labels.
    unusable = [[*row[:lacking], None, *row[lacking + 1 :]] for row in tests[60:]]
    train = [row for row in whole["rows"] if row[1] == "train"]
    own = [[row[0], "validation", *row[2:]] for row in train[:validation]]
    platform.datasets["cut"] = {**whole, "rows": [*train[validation:], *own, *unusable]}
    job = platform.add_training("cut", LOGISTIC, evaluation="exam", kept_back=[])
    work_once()
    assert job.state == "succeeded", job.error
    evidence = platform.latest_evidence(1)
    assert evidence["accuracy"]["details"]["rows"] == 60
    told = [message for level, message in job.logs if level == "warning" and "no reference scores" in message]
    assert (len(told), "reference_scores" in evidence) == ((0, True) if validation else (1, False))
    if validation:
        details = evidence["reference_scores"]["details"]
        assert (details["dataset"], details["split"], details["rows"]) == ("cut", "validation", validation)


@pytest.mark.parametrize(("validation", "split", "told"), [(40, "validation", 0), (3, "test", 1)])
@pytest.mark.parametrize("pinned", [True, False])
def test_a_few_usable_test_rows_are_no_reference(
    platform: FakePlatform, work_once: Any, validation: int, split: str, told: int, pinned: bool
) -> None:
    whole = breast_cancer()
    tests = [row for row in whole["rows"] if row[1] == "test"]
    platform.datasets["exam"] = {**whole, "rows": tests[:60]}
    # Of a cut by time whose newest labels trickle in, five have come.
    newest = [*tests[60:65], *([*row[:4], None, *row[5:]] for row in tests[65:])]
    train = [row for row in whole["rows"] if row[1] == "train"]
    own = [[row[0], "validation", *row[2:]] for row in train[:validation]]
    platform.datasets["cut"] = {**whole, "rows": [*train[validation:], *own, *newest]}
    job = platform.add_training("cut", LOGISTIC, **({"evaluation": "exam", "kept_back": []} if pinned else {}))
    work_once()
    assert job.state == "succeeded", job.error
    details = platform.latest_evidence(1)["reference_scores"]["details"]
    assert (details["split"], details["rows"]) == (split, validation if split == "validation" else 5)
    warned = [message for level, message in job.logs if level == "warning" and "only 5 entities" in message]
    assert len(warned) == told, job.logs


def test_a_dataset_without_a_held_out_side_has_no_reference_scores(platform: FakePlatform, work_once: Any) -> None:
    whole = breast_cancer()
    platform.datasets["exam"] = {**whole, "rows": [row for row in whole["rows"] if row[1] == "test"]}
    platform.datasets["cut"] = {**whole, "rows": [row for row in whole["rows"] if row[1] == "train"]}
    job = platform.add_training("cut", BOOSTING, evaluation="exam", kept_back=[])
    work_once()
    assert job.state == "succeeded", job.error
    assert "reference_scores" not in platform.latest_evidence(1)


def test_of_each_entity_the_newest_row_gives_its_score(platform: FakePlatform, work_once: Any) -> None:
    whole = breast_cancer()
    tests = [row for row in whole["rows"] if row[1] == "test"]
    for row in tests[::2]:
        row[3] = tests[1][3]
    platform.datasets["cut"] = whole
    job = platform.add_training("cut", BOOSTING)
    work_once()
    assert job.state == "succeeded", job.error
    details = platform.latest_evidence(1)["reference_scores"]["details"]
    assert (details["rows"], details["entities"]) == (len(tests), len({row[3] for row in tests}))
    model = OnnxModel(platform.objects[platform.versions[0]["artifact_sha256"]])
    newest = {row[3]: row for row in tests}
    kept = [row for row in tests if newest[row[3]] is row]
    expected = model.probabilities(np.array([row[5:] for row in kept], dtype=float))[:, 1]
    assert details["scores"] == pytest.approx(expected.tolist(), abs=1e-7)
