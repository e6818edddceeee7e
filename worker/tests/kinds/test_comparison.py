"""`comparison` jobs against the fake platform: two registered versions, one exam."""

from __future__ import annotations

import hashlib
import pickle
from typing import Any

import numpy as np
import pytest
from aimatrix import DatasetFeature
from fake_platform import FakePlatform
from samples import breast_cancer, split_arrays, unscaled
from scipy.stats import fisher_exact
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import accuracy_score, balanced_accuracy_score, log_loss, roc_auc_score

from aimatrix_worker.data.classes import Classes
from aimatrix_worker.export.onnx_export import export_onnx
from aimatrix_worker.export.signature import build_signature
from aimatrix_worker.models.gradient_boosting import BoostingParams
from aimatrix_worker.models.model_type import FitData, Fitted
from aimatrix_worker.training.request import TrainingConfig, fit_model

FEATURES = tuple(DatasetFeature(ref=f"tumour:f{index}", column=f"tumour__f{index}", view_version=1) for index in range(30))
CLASSES = Classes((0, 1))


def boosted(platform: FakePlatform, trees: int, columns: list[int]) -> tuple[dict[str, Any], GradientBoostingClassifier]:
    """A version of so many trees over these columns, in this order, and the same model by scikit-learn alone."""
    features, labels = split_arrays(breast_cancer(), "train")
    rows = np.ascontiguousarray(features[:, columns].astype(np.float32))
    config = TrainingConfig(model_type="gradient_boosting", params=BoostingParams(n_estimators=trees).model_dump(), seed=3)
    content = export_onnx(fit(config, rows, labels), unscaled(len(columns)))
    sha256 = hashlib.sha256(content).hexdigest()
    platform.objects[sha256] = content
    signature = build_signature(tuple(FEATURES[index] for index in columns), CLASSES, nullable=False)
    reference = GradientBoostingClassifier(n_estimators=trees, random_state=3).fit(rows.astype(float), labels)
    return {"artifact_sha256": sha256, "signature": signature}, reference


def fit(config: TrainingConfig, rows: Any, labels: Any) -> Fitted:
    return fit_model(config, FitData(CLASSES, rows, labels, rows, labels), lambda _step: None)


def compare(platform: FakePlatform, candidate: dict[str, Any], production: dict[str, Any], **changes: Any) -> Any:
    platform.datasets.setdefault("cut", breast_cancer())
    payload = {"model": "tumours", "version": 2, "version_id": 9, "dataset": "cut", "options": {}, **candidate}
    return platform.add_job("comparison", payload | {"production": {"version": 5, **production}} | changes, queue="checks")


def test_both_are_measured_on_the_same_rows_as_scikit_learn_measures_them(platform: FakePlatform, work_once: Any) -> None:
    straight, shuffled = list(range(30)), [7, 3, 20, 11, 28]
    candidate, own = boosted(platform, 40, straight)
    production, other = boosted(platform, 3, shuffled)
    job = compare(platform, candidate, production)
    work_once()
    assert job.state == "succeeded", job.error
    features, labels = split_arrays(breast_cancer(), "test")
    evidence = platform.latest_evidence(2)
    for prefix, model, columns in (("", own, straight), ("production_", other, shuffled)):
        expected = model.predict_proba(features[:, columns].astype(float))
        assert evidence[f"{prefix}accuracy"]["value"] == pytest.approx(accuracy_score(labels, expected.argmax(axis=1)))
        assert evidence[f"{prefix}log_loss"]["value"] == pytest.approx(log_loss(labels, expected), abs=1e-4)
        assert evidence[f"{prefix}roc_auc"]["value"] == pytest.approx(roc_auc_score(labels, expected[:, 1]), abs=1e-4)
    assert evidence["log_loss"]["value"] < evidence["production_log_loss"]["value"]
    where = {"split": "test", "rows": len(labels), "incomplete": 0, "dataset": "cut"}
    assert evidence["accuracy"]["details"] == where
    candidate_accuracy = evidence["accuracy"]["value"]
    beside = {**where, "production_version": 5, "left_out": 0, "candidate": candidate_accuracy}
    assert evidence["production_accuracy"]["details"] == beside
    assert evidence["production_accuracy"]["job_id"] == job.id
    assert job.result["metrics"]["accuracy"] == evidence["accuracy"]["value"]
    assert job.result["production_version"] == 5


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"options": {"rows": 5}}, "a comparison has no options, but it was given rows"),
        ({"dataset": None}, "version 2 names no dataset"),
        ({"dataset": "gone"}, "no dataset is named 'gone'"),
        (
            {"signature": build_signature(FEATURES[:2], CLASSES, nullable=False) | {"classes": []}},
            "the signature of version 2 names no classes",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_at_once(
    platform: FakePlatform, work_once: Any, changes: dict[str, Any], reason: str
) -> None:
    version, _reference = boosted(platform, 3, [0, 1])
    job = compare(platform, version, version, **changes)
    work_once()
    assert job.state == "failed"
    assert reason in job.error
    assert platform.evidence == []


def test_nothing_is_recorded_when_production_cannot_be_measured(platform: FakePlatform, work_once: Any) -> None:
    candidate, _reference = boosted(platform, 3, [0, 1])
    lacking = build_signature((DatasetFeature(ref="other:x", column="x", view_version=1),), CLASSES, nullable=False)
    unsafe = pickle.dumps({"weights": [1.0]})
    platform.objects[hashlib.sha256(unsafe).hexdigest()] = unsafe
    for production, reason in (
        ({**candidate, "signature": lacking}, "version 5 cannot be measured: dataset 'cut' lacks some of its columns"),
        ({**candidate, "signature": {**candidate["signature"], "classes": ["no", "yes"]}}, "its classes are ['no', 'yes']"),
        ({**candidate, "artifact_sha256": hashlib.sha256(unsafe).hexdigest()}, "does not pass the security scan (pickle)"),
    ):
        job = compare(platform, candidate, production)
        work_once()
        assert job.state == "failed"
        assert reason in job.error
        assert platform.evidence == []


def test_rows_that_one_of_them_cannot_answer_are_left_out_for_both(platform: FakePlatform, work_once: Any) -> None:
    version, _reference = boosted(platform, 3, [0, 1])
    platform.datasets["cut"] = breast_cancer()
    held_out = [row for row in platform.datasets["cut"]["rows"] if row[1] == "test"]
    held_out[0][5] = None
    for row in held_out[1:50]:
        row[5 + 20] = None  # a column that neither takes
    job = compare(platform, version, version)
    work_once()
    assert job.state == "succeeded", job.error
    rows = len(split_arrays(breast_cancer(), "test")[1]) - 1
    evidence = platform.latest_evidence(2)
    assert evidence["accuracy"]["details"]["rows"] == rows, "what neither takes may be missing"
    assert evidence["accuracy"]["details"]["incomplete"] == 1
    assert evidence["production_accuracy"]["details"]["rows"] == rows


def test_rows_that_production_has_learned_from_are_left_out_for_both(platform: FakePlatform, work_once: Any) -> None:
    candidate, own = boosted(platform, 3, [0, 1])
    production, other = boosted(platform, 40, list(range(30)))
    held_out = [row for row in breast_cancer()["rows"] if row[1] == "test"]
    platform.trained_on["cut", 5] = [row[0] for row in held_out[:100]]
    job = compare(platform, candidate, production)
    work_once()
    assert job.state == "succeeded", job.error
    features, labels = split_arrays(breast_cancer(), "test")
    evidence = platform.latest_evidence(2)
    beside = evidence["production_accuracy"]
    assert beside["details"]["left_out"] == 100
    assert beside["details"]["rows"] == len(labels) - 100
    expected = {
        "production": accuracy_score(labels[100:], other.predict(features[100:].astype(np.float32).astype(float))),
        "candidate": accuracy_score(labels[100:], own.predict(features[100:, :2].astype(np.float32).astype(float))),
    }
    assert beside["value"] == pytest.approx(expected["production"])
    assert beside["details"]["candidate"] == pytest.approx(expected["candidate"])
    assert evidence["accuracy"]["details"]["rows"] == len(labels), "alone it is measured on all of them"


def test_production_that_has_learned_from_every_row_is_not_measured(platform: FakePlatform, work_once: Any) -> None:
    version, _reference = boosted(platform, 3, [0, 1])
    dataset = breast_cancer(shares={"train": 0.7, "test": 0.2, "validation": 0.1})
    platform.datasets["cut"] = dataset
    platform.trained_on["cut", 5] = [row[0] for row in dataset["rows"] if row[1] == "test"]
    job = compare(platform, version, version)
    work_once()
    assert job.state == "failed"
    assert "no held-out row of dataset 'cut' is left" in job.error, "the validation rows do not step in"
    assert platform.evidence == []


def evaluate(platform: FakePlatform, work_once: Any, version: dict[str, Any]) -> Any:
    platform.datasets.setdefault("cut", breast_cancer())
    payload = {"model": "tumours", "version": 2, "version_id": 9, "dataset": "cut", "options": {}, **version}
    job = platform.add_job("evaluation", payload, queue="checks")
    work_once()
    return job


def test_an_evaluation_measures_a_version_beside_a_constant_answer(platform: FakePlatform, work_once: Any) -> None:
    version, own = boosted(platform, 40, list(range(30)))
    job = evaluate(platform, work_once, version)
    assert job.state == "succeeded", job.error
    features, labels = split_arrays(breast_cancer(), "test")
    predicted = own.predict(features.astype(np.float32).astype(float))
    evidence = platform.latest_evidence(2)
    assert evidence["balanced_accuracy"]["value"] == pytest.approx(balanced_accuracy_score(labels, predicted))
    baseline = evidence["baseline_balanced_accuracy"]
    assert baseline["value"] == 0.5
    table = [[int(((labels == a) & (predicted == b)).sum()) for b in (0, 1)] for a in (0, 1)]
    expected: Any = fisher_exact(table, alternative="greater")
    assert baseline["details"]["p_value"] == pytest.approx(expected.pvalue, rel=1e-6)
    assert baseline["details"]["dataset"] == "cut"
    assert baseline["job_id"] == evidence["balanced_accuracy"]["job_id"] == job.id
    assert "production_accuracy" not in evidence


def test_a_version_is_not_evaluated_on_rows_that_it_has_learned_from(platform: FakePlatform, work_once: Any) -> None:
    version, _reference = boosted(platform, 3, [0, 1])
    platform.datasets["cut"] = breast_cancer()
    platform.trained_on["cut", 2] = [next(row[0] for row in breast_cancer()["rows"] if row[1] == "test")]
    job = evaluate(platform, work_once, version)
    assert job.state == "failed"
    assert "version 2 was trained on 1 of the held-out rows of 'cut'" in job.error
    assert platform.evidence == []


def test_a_comparison_that_lost_its_lease_records_nothing(platform: FakePlatform, work_once: Any) -> None:
    version, _reference = boosted(platform, 3, [0, 1])
    job = compare(platform, version, version)

    def lose(name: str, _arguments: dict[str, Any], _count: int) -> None:
        if name == "read_dataset":
            platform.expire_leases()

    platform.after = lose
    work_once()
    assert job.state == "queued", "it is for the next worker to take"
    assert platform.evidence == []
