"""`comparison` jobs against the fake platform: two registered versions, one exam."""

from __future__ import annotations

import hashlib
import pickle
from typing import Any

import numpy as np
import pytest
from fake_platform import FakePlatform
from samples import breast_cancer, split_arrays, unscaled
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score

from aimatrix_worker.classes import Classes
from aimatrix_worker.dataset import DatasetFeature
from aimatrix_worker.fit import FitData, Fitted
from aimatrix_worker.gradient_boosting import BoostingParams
from aimatrix_worker.onnx_export import export_onnx
from aimatrix_worker.signature import build_signature
from aimatrix_worker.training import TrainingConfig, fit_model

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
    where = {"split": "test", "rows": len(labels), "dataset": "cut"}
    assert evidence["accuracy"]["details"] == where
    assert evidence["production_accuracy"]["details"] == {**where, "production_version": 5}
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


def test_a_version_that_takes_no_missing_values_is_not_measured_on_rows_that_have_some(
    platform: FakePlatform, work_once: Any
) -> None:
    version, _reference = boosted(platform, 3, [0, 1])
    platform.datasets["cut"] = breast_cancer()
    next(row for row in platform.datasets["cut"]["rows"] if row[1] == "test")[5] = None
    job = compare(platform, version, version)
    work_once()
    assert job.state == "failed"
    assert "it takes no missing values, and 1 of the" in job.error
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
