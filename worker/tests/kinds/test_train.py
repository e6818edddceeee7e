"""A `train` job against the fake platform, from the claim to the evidence."""

from __future__ import annotations

import hashlib
import math
import pickle
from typing import Any

import numpy as np
import pytest
from fake_platform import FakePlatform
from samples import breast_cancer, iris, split_arrays
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss, roc_auc_score
from trainings import BOOSTING, LOGISTIC, reference_model, train

from aimatrix_worker.data.scaling import Scaling
from aimatrix_worker.export.onnx_model import OnnxModel


@pytest.mark.parametrize("config", [BOOSTING, LOGISTIC], ids=["gradient_boosting", "logistic_regression"])
def test_a_trained_model_is_registered_with_the_figures_that_scikit_learn_gives(
    platform: FakePlatform, work_once: Any, config: dict[str, Any]
) -> None:
    dataset = breast_cancer()
    job = train(platform, work_once, dataset, config)
    assert job.state == "succeeded", job.error
    features, labels = split_arrays(dataset, "train")
    held_features, held_labels = split_arrays(dataset, "test")
    scaling = Scaling.of(features)
    reference = reference_model(config).fit(scaling.apply(features).astype(float), labels)
    expected = reference.predict_proba(scaling.apply(held_features).astype(float))
    [version] = platform.versions
    served = OnnxModel(platform.objects[version["artifact_sha256"]]).probabilities(held_features)
    np.testing.assert_allclose(served, expected, atol=2e-4 if config is LOGISTIC else 1e-5)
    evidence = platform.latest_evidence(1)
    assert evidence["accuracy"]["value"] == pytest.approx(accuracy_score(held_labels, expected.argmax(axis=1)))
    assert evidence["roc_auc"]["value"] == pytest.approx(roc_auc_score(held_labels, expected[:, 1]), abs=1e-4)
    assert evidence["log_loss"]["value"] == pytest.approx(log_loss(held_labels, expected), abs=1e-4)
    assert evidence["brier"]["value"] == pytest.approx(brier_score_loss(held_labels, expected[:, 1]), abs=1e-4)
    assert evidence["accuracy"]["details"] == {"dataset": "cut", "split": "test", "rows": len(held_labels), "incomplete": 0}
    assert {"precision", "recall", "f1", "ece_positive_class", "ece_top_label"} <= set(evidence)
    assert evidence["onnx_parity"]["value"] <= 1e-5
    assert evidence["onnx_parity"]["passed"] is True
    assert evidence["integration_test"]["passed"] is True
    assert 0 < evidence["inference_ms"]["value"] < 50
    assert job.result["version"] == 1
    assert job.result["metrics"]["accuracy"] == evidence["accuracy"]["value"]
    assert platform.run_status[version["run_id"]] == "finished"


def test_the_signature_names_the_feature_behind_each_column(platform: FakePlatform, work_once: Any) -> None:
    train(platform, work_once, breast_cancer(), LOGISTIC)
    signature = platform.versions[0]["signature"]
    [tensor] = signature["inputs"]
    assert tensor["name"] == "features"
    assert tensor["shape"] == [None, 30]
    assert tensor["columns"][4] == {"feature": "tumour:f4", "view_version": 1}
    assert [output["name"] for output in signature["outputs"]] == ["label", "probabilities"]
    assert signature["classes"] == [0, 1]
    assert signature["task"] == "classification"


@pytest.mark.parametrize("config", [BOOSTING, LOGISTIC], ids=["gradient_boosting", "logistic_regression"])
def test_losses_are_logged_for_every_iteration_in_batches(platform: FakePlatform, work_once: Any, config: dict[str, Any]) -> None:
    job = train(platform, work_once, breast_cancer(), config)
    [run_id] = platform.metrics
    steps = [metric["step"] for metric in platform.metrics[run_id] if metric["key"] == "train_loss"]
    assert steps == list(range(1, job.result["iterations"] + 1))
    losses = [metric["value"] for metric in platform.metrics[run_id] if metric["key"] == "train_loss"]
    if config is BOOSTING:
        assert losses == sorted(losses, reverse=True)
    # What is minimised includes the penalty, so the loss alone may rise a little on the way.
    assert losses[-1] < losses[0]
    watched = [metric["value"] for metric in platform.metrics[run_id] if metric["key"] == "validation_loss"]
    assert watched[-1] == pytest.approx(platform.latest_evidence(1)["log_loss"]["value"], abs=1e-5)
    assert len(platform.calls_of("log_batch")) < 8
    assert platform.params[run_id]["model_type"] == config["model_type"]
    assert platform.params[run_id]["held_out_split"] == "test"


def test_three_classes_with_text_labels_keep_their_names(platform: FakePlatform, work_once: Any) -> None:
    config = {"model": "irises", "model_type": "gradient_boosting", "params": {"n_estimators": 10}}
    job = train(platform, work_once, iris(), config)
    assert job.state == "succeeded", job.error
    signature = platform.versions[0]["signature"]
    assert signature["classes"] == ["setosa", "versicolor", "virginica"]
    assert signature["outputs"][0]["type"] == "string"
    evidence = platform.latest_evidence(1)
    assert "ece_positive_class" not in evidence
    assert evidence["accuracy"]["value"] > 0.85
    assert platform.params[platform.versions[0]["run_id"]]["validation_loss_split"] == "validation"
    assert ("warning", "ece_positive_class was not measured: there is a positive class only where there are two") in job.logs


def test_true_and_false_are_classes(platform: FakePlatform, work_once: Any) -> None:
    dataset = breast_cancer()
    for row in dataset["rows"]:
        row[4] = row[4] == 1
    job = train(platform, work_once, dataset, LOGISTIC)
    assert job.state == "succeeded", job.error
    assert platform.versions[0]["signature"]["classes"] == [False, True]
    assert platform.versions[0]["signature"]["outputs"][0]["type"] == "int64"


def test_incomplete_rows_are_left_out_and_counted(platform: FakePlatform, work_once: Any) -> None:
    dataset = breast_cancer()
    train_rows = [row for row in dataset["rows"] if row[1] == "train"]
    train_rows[0][5] = None
    train_rows[1][6] = "NaN"
    train_rows[2][4] = None
    job = train(platform, work_once, dataset, LOGISTIC)
    assert job.state == "succeeded", job.error
    assert any("3 of train" in message for _level, message in job.logs)
    assert platform.params[platform.versions[0]["run_id"]]["train_rows"] == str(len(train_rows) - 3)


def production_of(version: dict[str, Any]) -> dict[str, Any]:
    return {name: version[name] for name in ("version", "artifact_sha256", "signature")} | {"artifact_path": "unused"}


def test_the_model_in_production_is_measured_on_the_same_rows(platform: FakePlatform, work_once: Any) -> None:
    dataset = breast_cancer()
    train(platform, work_once, dataset, {**BOOSTING, "params": {"n_estimators": 1, "max_depth": 1}})
    production = production_of(platform.versions[0])
    # The candidate's dataset lists its columns in another order: they are matched by the signature, not by position.
    turned = {**dataset, "features": dataset["features"][::-1]}
    job = train(platform, work_once, turned, LOGISTIC, production)
    assert job.state == "succeeded", job.error
    held_features, held_labels = split_arrays(dataset, "test")
    chosen = OnnxModel(platform.objects[production["artifact_sha256"]]).probabilities(held_features).argmax(axis=1)
    recorded = platform.latest_evidence(2)["production_accuracy"]
    assert recorded["value"] == pytest.approx(float(np.mean(chosen == held_labels)))
    assert recorded["details"]["production_version"] == 1
    assert recorded["value"] < platform.latest_evidence(2)["accuracy"]["value"]
    assert job.result["production_metrics"]["accuracy"] == recorded["value"]
    assert {"production_roc_auc", "production_f1", "production_log_loss"} <= set(platform.latest_evidence(2))


def test_production_with_other_columns_is_not_measured_and_that_is_said(platform: FakePlatform, work_once: Any) -> None:
    train(platform, work_once, breast_cancer(), LOGISTIC)
    production = production_of(platform.versions[0])
    production["signature"] = {
        **production["signature"],
        "inputs": [{"name": "features", "shape": [None, 1], "columns": [{"feature": "tumour:f0", "view_version": 2}]}],
    }
    job = train(platform, work_once, breast_cancer(), BOOSTING, production)
    assert job.state == "succeeded", job.error
    assert "production_accuracy" not in platform.latest_evidence(2)
    assert job.result["production_metrics"] is None
    assert any("lacks some of its columns" in message for level, message in job.logs if level == "warning")


def test_production_with_other_classes_is_not_measured_and_that_is_said(platform: FakePlatform, work_once: Any) -> None:
    train(platform, work_once, breast_cancer(), LOGISTIC)
    dataset = breast_cancer()
    for row in dataset["rows"]:
        row[4] = row[4] == 1
    job = train(platform, work_once, dataset, LOGISTIC, production_of(platform.versions[0]))
    assert job.state == "succeeded", job.error
    assert "production_accuracy" not in platform.latest_evidence(2)
    assert any("its classes are [0, 1], those of the data [False, True]" in message for _level, message in job.logs)


def test_a_file_in_production_that_fails_the_scan_is_never_loaded(platform: FakePlatform, work_once: Any) -> None:
    train(platform, work_once, breast_cancer(), LOGISTIC)
    content = pickle.dumps({"weights": [1, 2]})
    production = {**production_of(platform.versions[0]), "artifact_sha256": hashlib.sha256(content).hexdigest()}
    platform.objects[production["artifact_sha256"]] = content
    job = train(platform, work_once, breast_cancer(), BOOSTING, production)
    assert job.state == "succeeded", job.error
    assert "production_accuracy" not in platform.latest_evidence(2)
    assert any("does not pass the security scan (pickle)" in message for _level, message in job.logs)


def test_training_twice_gives_the_same_bytes(platform: FakePlatform, work_once: Any) -> None:
    train(platform, work_once, breast_cancer(), {**BOOSTING, "params": {"n_estimators": 10, "subsample": 0.5}})
    train(platform, work_once, breast_cancer(), {**BOOSTING, "params": {"n_estimators": 10, "subsample": 0.5}})
    assert platform.versions[0]["artifact_sha256"] == platform.versions[1]["artifact_sha256"]
    train(platform, work_once, breast_cancer(), {**BOOSTING, "seed": 4, "params": {"n_estimators": 10, "subsample": 0.5}})
    assert platform.versions[0]["artifact_sha256"] != platform.versions[2]["artifact_sha256"]


def spoil_label(dataset: dict[str, Any]) -> None:
    for row in dataset["rows"]:
        row[4] = 1


def spoil_split(dataset: dict[str, Any]) -> None:
    for row in dataset["rows"]:
        row[1] = "train"


def spoil_feature(dataset: dict[str, Any]) -> None:
    dataset["rows"][0][5] = "large"


def spoil_held_out(dataset: dict[str, Any]) -> None:
    next(row for row in dataset["rows"] if row[1] == "test")[4] = 7


def spoil_fraction(dataset: dict[str, Any]) -> None:
    dataset["rows"][0][4] = 0.5


def spoil_size(dataset: dict[str, Any]) -> None:
    for row in dataset["rows"]:
        row[4] += 2**53 - 1


def spoil_length(dataset: dict[str, Any]) -> None:
    for row in dataset["rows"]:
        row[4] = str(row[4]) * 1001


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (spoil_label, "holds 1 class"),
        (spoil_split, "no complete row in a test or validation split"),
        (spoil_feature, "column 'tumour__f0' should be of type float64: it holds 'large'"),
        (spoil_held_out, "the test split of dataset 'cut' holds the class(es) 7 that the training rows do not hold"),
        (spoil_fraction, "0.5 cannot be a class"),
        (spoil_size, "9007199254740992 cannot be a class"),
        (spoil_length, "shorten labels"),
    ],
)
def test_data_that_cannot_be_trained_on_fails_at_once_with_the_reason(
    platform: FakePlatform, work_once: Any, spoil: Any, reason: str
) -> None:
    dataset = breast_cancer()
    spoil(dataset)
    job = train(platform, work_once, dataset, LOGISTIC)
    assert job.state == "failed"
    assert reason in job.error
    assert platform.versions == []
    assert platform.evidence == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"model_type": "perceptron"}, "cannot train 'perceptron'"),
        ({"params": {"n_estimators": 0}}, "n_estimators"),
        ({"params": {"depth": 3}}, "depth: Extra inputs are not permitted"),
        ({"params": {"learning_rate": "fast"}}, "learning_rate"),
    ],
)
def test_a_wrong_configuration_fails_at_once_with_the_reason(
    platform: FakePlatform, work_once: Any, change: dict[str, Any], reason: str
) -> None:
    job = train(platform, work_once, breast_cancer(), {**BOOSTING, **change})
    assert job.state == "failed"
    assert reason in job.error


def test_an_unknown_dataset_fails_at_once_in_the_platforms_words(platform: FakePlatform, work_once: Any) -> None:
    job = platform.add_training("nowhere", BOOSTING)
    work_once()
    assert job.state == "failed"
    assert job.error == "read_dataset was refused (404 dataset_not_found): no dataset is named 'nowhere'"


def test_progress_reaches_the_platform_while_training(platform: FakePlatform, work_once: Any) -> None:
    job = train(platform, work_once, breast_cancer(), {**BOOSTING, "params": {"n_estimators": 400}})
    fits = [progress for progress in job.progress if progress["stage"] == "fit"]
    assert fits
    assert all(0 < math.exp(-progress["train_loss"]) <= 1 for progress in fits)
    assert fits[-1]["iterations"] == 400
