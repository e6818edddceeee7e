"""`security_scan` and `load_test` jobs against the fake platform."""

from __future__ import annotations

import hashlib
import pickle
import threading
import time
from typing import Any

import numpy as np
import onnx_samples as samples
import pytest
from aimatrix import DatasetFeature
from fake_platform import FakePlatform
from samples import as_dataset

from aimatrix_worker.data.classes import Classes
from aimatrix_worker.export.signature import Signature, build_signature, matching_positions

FEATURES = [{"feature": f"tumour:f{index}", "view_version": 1} for index in range(samples.WIDTH)]


def arrange(platform: FakePlatform, kind: str, content: bytes, options: dict[str, Any] | None = None, **changes: Any) -> Any:
    """A registered version with this artifact, and a check of it."""
    sha256 = hashlib.sha256(content).hexdigest()
    platform.objects[sha256] = content
    signature = {
        "inputs": [{"name": "features", "type": "float32", "shape": [None, samples.WIDTH], "columns": FEATURES}],
        "classes": [0, 1],
    }
    platform.versions.append({"model": "tumours", "version": 1, "run_id": "r", "artifact_sha256": sha256, "signature": signature})
    payload = {
        "model": "tumours",
        "version": 1,
        "version_id": 9,
        "artifact_sha256": sha256,
        "artifact_path": f"ml-artifacts/{sha256}",
    }
    payload |= {"signature": signature, "dataset": None, "options": options or {}, **changes}
    return platform.add_job(kind, payload, queue="checks")


def held_out() -> dict[str, Any]:
    random = np.random.default_rng(0)
    return as_dataset(
        random.standard_normal((50, samples.WIDTH)), [int(x) for x in random.integers(0, 2, 50)], {"train": 0.6, "test": 0.4}
    )


def test_a_clean_model_passes_the_scan(platform: FakePlatform, work_once: Any) -> None:
    job = arrange(platform, "security_scan", samples.trained())
    work_once()
    assert job.state == "succeeded", job.error
    evidence = platform.latest_evidence(1)["security_scan"]
    assert evidence["passed"] is True
    assert evidence["details"]["findings"] == []
    assert evidence["job_id"] == job.id


def test_a_pickle_fails_the_scan_and_the_job_still_succeeds(platform: FakePlatform, work_once: Any) -> None:
    job = arrange(platform, "security_scan", pickle.dumps({"weights": [1.0]}))
    work_once()
    assert job.state == "succeeded"
    assert job.result["passed"] is False
    evidence = platform.latest_evidence(1)["security_scan"]
    assert evidence["passed"] is False
    assert evidence["details"]["findings"][0]["code"] == "pickle"
    assert any("pickle" in message for level, message in job.logs if level == "warning")


def test_a_file_over_the_size_bound_fails_the_scan_without_being_read_whole(platform: FakePlatform, work_once: Any) -> None:
    arrange(platform, "security_scan", samples.trained(), {"max_bytes": 100})
    work_once()
    evidence = platform.latest_evidence(1)["security_scan"]
    assert evidence["passed"] is False
    assert [finding["code"] for finding in evidence["details"]["findings"]] == ["too_large"]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("security_scan", {"depth": 1}),
        ("security_scan", {"max_bytes": 0}),
        ("load_test", {"requests": 0}),
        ("load_test", {"concurrency": 65}),
        ("load_test", {"speed": 1}),
    ],
)
def test_options_that_are_unknown_or_out_of_range_fail_the_job_at_once(
    platform: FakePlatform, work_once: Any, kind: str, options: dict[str, Any]
) -> None:
    job = arrange(platform, kind, samples.trained(), options)
    work_once()
    assert job.state == "failed"
    assert next(iter(options)) in job.error
    assert platform.evidence == []


def test_a_load_test_sends_the_held_out_rows_and_compares_every_answer(platform: FakePlatform, work_once: Any) -> None:
    platform.datasets["cut"] = held_out()
    sent: list[list[float]] = []
    answer = platform.answer_prediction

    def predict(body: dict[str, Any]) -> tuple[int, Any]:
        assert (body["model"], body["version"]) == ("tumours", 1)
        sent.extend(body["inputs"])
        return answer(body)

    platform.predict = predict
    job = arrange(platform, "load_test", samples.trained(), {"requests": 60, "concurrency": 3, "max_p95_ms": 5000}, dataset="cut")
    work_once()
    assert job.state == "succeeded", job.error
    evidence = platform.latest_evidence(1)["load_test"]
    details = evidence["details"]
    assert evidence["passed"] is True, details
    assert evidence["value"] == details["p95_ms"]
    assert 0 < details["p50_ms"] <= details["p95_ms"] <= details["p99_ms"]
    assert details["requests_per_second"] > 0
    assert details["error_rate"] == 0
    assert details["mismatches"] == 0
    assert details["inputs"] == "test rows of dataset cut"
    rows = {tuple(np.float32(value) for value in row[5:]) for row in platform.datasets["cut"]["rows"] if row[1] == "test"}
    assert len(sent) == 61, "one to warm up, then as many as asked for"
    assert {tuple(np.float32(value) for value in row) for row in sent} == rows


def test_without_a_dataset_inputs_of_the_signatures_width_are_made_up(platform: FakePlatform, work_once: Any) -> None:
    arrange(platform, "load_test", samples.trained(), {"requests": 10, "max_p95_ms": 5000})
    work_once()
    evidence = platform.latest_evidence(1)["load_test"]
    assert evidence["passed"] is True
    assert evidence["details"]["inputs"] == "generated, standard normal"


def test_a_wrong_answer_fails_the_load_test(platform: FakePlatform, work_once: Any) -> None:
    answer, count = platform.answer_prediction, iter(range(1000))

    def predict(body: dict[str, Any]) -> tuple[int, Any]:
        status, reply = answer(body)
        if next(count) == 5:
            reply["predictions"][0]["probabilities"][0] += 1e-3
        return status, reply

    platform.predict = predict
    arrange(platform, "load_test", samples.trained(), {"requests": 20, "concurrency": 1, "max_p95_ms": 5000})
    work_once()
    evidence = platform.latest_evidence(1)["load_test"]
    assert evidence["passed"] is False
    assert evidence["details"]["mismatches"] == 1
    assert evidence["details"]["largest_difference"] == pytest.approx(1e-3, rel=1e-3)
    assert evidence["details"]["failures"] == ["1 answers differ from the model run directly by more than 1e-05"]


def test_errors_are_counted_against_the_allowed_rate(platform: FakePlatform, work_once: Any) -> None:
    answer, count = platform.answer_prediction, iter(range(1000))
    platform.predict = lambda body: answer(body) if next(count) % 5 else (503, {"message": "busy"})
    count.__next__()
    options = {"requests": 20, "concurrency": 1, "max_p95_ms": 5000}
    arrange(platform, "load_test", samples.trained(), options)
    work_once()
    evidence = platform.latest_evidence(1)["load_test"]
    assert evidence["details"]["error_rate"] == pytest.approx(0.2)
    assert evidence["details"]["errors"] == {"HTTP 503: busy": 4}
    assert evidence["passed"] is False
    platform.versions.clear()
    count.__next__()
    arrange(platform, "load_test", samples.trained(), {**options, "max_error_rate": 0.25})
    work_once()
    assert platform.latest_evidence(1)["load_test"]["passed"] is True


def test_a_file_that_fails_the_scan_is_never_loaded_for_a_load_test(platform: FakePlatform, work_once: Any) -> None:
    platform.predict = lambda _body: pytest.fail("a request was sent")
    job = arrange(platform, "load_test", pickle.dumps({"weights": [1, 2]}))
    work_once()
    assert job.state == "succeeded"
    evidence = platform.latest_evidence(1)["load_test"]
    assert evidence["passed"] is False
    assert evidence["details"]["failures"] == ["the file did not pass the security scan"]


def test_slow_answers_fail_the_load_test(platform: FakePlatform, work_once: Any) -> None:
    answer = platform.answer_prediction

    def predict(body: dict[str, Any]) -> tuple[int, Any]:
        time.sleep(0.05)
        return answer(body)

    platform.predict = predict
    arrange(platform, "load_test", samples.trained(), {"requests": 8, "concurrency": 4, "max_p95_ms": 20})
    work_once()
    evidence = platform.latest_evidence(1)["load_test"]
    assert evidence["passed"] is False
    assert evidence["value"] > 50
    assert "allowed are 20.0 ms" in evidence["details"]["failures"][0]


def test_requests_run_at_the_concurrency_asked_for(platform: FakePlatform, work_once: Any) -> None:
    answer, lock = platform.answer_prediction, threading.Lock()
    running = most = 0

    def predict(body: dict[str, Any]) -> tuple[int, Any]:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.03)
        with lock:
            running -= 1
        return answer(body)

    platform.predict = predict
    arrange(platform, "load_test", samples.trained(), {"requests": 40, "concurrency": 5, "max_p95_ms": 5000})
    work_once()
    assert most == 5


def test_a_function_that_refuses_the_first_request_fails_the_job_with_its_reason(platform: FakePlatform, work_once: Any) -> None:
    platform.predict = lambda _body: (404, {"code": "PT404", "message": "no model is named tumours"})
    job = arrange(platform, "load_test", samples.trained())
    work_once()
    assert job.state == "failed"
    assert job.error == "the inference function refused the first request: HTTP 404: no model is named tumours"
    assert platform.evidence == []


def test_a_cancelled_load_test_stops_and_records_nothing(platform: FakePlatform, work_once: Any) -> None:
    job = arrange(platform, "load_test", samples.trained(), {"requests": 100_000, "concurrency": 2})
    answer, count = platform.answer_prediction, iter(range(10**6))

    def predict(body: dict[str, Any]) -> tuple[int, Any]:
        if next(count) == 30:
            job.cancel_requested = True
        return answer(body)

    platform.predict = predict
    started = time.monotonic()
    work_once(lease_seconds=3)
    assert time.monotonic() - started < 10
    assert job.state == "cancelled"
    assert platform.evidence == []


def test_columns_are_matched_by_feature_and_view_version() -> None:
    features = (
        DatasetFeature(ref="a:x", column="a__x", view_version=1),
        DatasetFeature(ref="a@2:x", column="a2__x", view_version=2),
        DatasetFeature(ref="b:y", column="b__y", view_version=1),
    )
    signature = Signature.model_validate(build_signature(features, Classes.of([0, 1]), nullable=False))
    assert matching_positions(signature, features) == [0, 1, 2]
    assert matching_positions(signature, features[::-1]) == [2, 1, 0]
    assert matching_positions(signature, features[:2]) is None
