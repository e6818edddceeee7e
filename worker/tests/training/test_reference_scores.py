"""The scores that monitoring compares predictions with: how many are kept, and whether the platform takes them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_limits import EVIDENCE_DETAILS, LOG_FIELDS, PROGRESS, SIGNATURE, check_json, jsonb_text
from fake_platform import FakePlatform
from samples import as_dataset
from trainings import train

from aimatrix_worker.training.reference_scores import describe_scores

SQL = Path(__file__).resolve().parents[3] / "sql"
# Beside the scores, at its longest: names have 128 characters.
BESIDE = {"dataset": "d" * 128, "split": "validation", "rows": 10**9, "incomplete": 10**9, "skipped": 10**9, "what": "w" * 100}


def softmax(rows: int, classes: int, spread: float) -> np.ndarray:
    powers = np.exp(spread * np.random.default_rng(classes).standard_normal((rows, classes)))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("spread", [0.0, 1.0, 40.0], ids=["even", "usual", "as good as certain"])
@pytest.mark.parametrize(
    ("classes", "watched", "rows"), [(2, 1, 2000), (3, 3, 1939), (20, 20, 290), (101, 100, 57), (1000, 100, 57)]
)
def test_scores_of_any_number_of_classes_fit_into_evidence(spread: float, classes: int, watched: int, rows: int) -> None:
    scores = softmax(2000, classes, spread)
    details = describe_scores(scores)
    check_json({**BESIDE, **details}, "details", EVIDENCE_DETAILS)
    kept = np.array([details["scores"]] if classes == 2 else details["class_scores"])
    assert kept.shape == (watched, rows)
    of_class = -1 if classes == 2 else 0
    for at, expected in ((0, scores[0]), (-1, scores[-1])):
        assert kept[0, at] == pytest.approx(expected[of_class], abs=6e-8), "from the first row to the last"


def test_few_rows_are_all_kept() -> None:
    scores = softmax(40, 5, 1.0)
    np.testing.assert_allclose(np.array(describe_scores(scores)["class_scores"]), scores.T, atol=6e-8)


def test_a_training_of_three_classes_and_many_held_out_rows_is_taken(platform: FakePlatform, work_once: Any) -> None:
    numbers = np.random.default_rng(0).standard_normal((4500, 2))
    labels = (np.digitize(numbers[:, 0], [-0.5, 0.5])).tolist()
    dataset = as_dataset(numbers, labels, {"train": 0.5, "test": 0.5})
    platform.page_rows = 5000
    job = train(platform, work_once, dataset, {"model": "m", "model_type": "logistic_regression", "params": {}})
    assert job.state == "succeeded", job.error
    assert len(platform.latest_evidence(1)["reference_scores"]["details"]["class_scores"]) == 3


def test_numbers_are_measured_as_the_platform_writes_them() -> None:
    # What `select $1::jsonb` shows of the JSON that json.dumps makes of it.
    value = {"a": [1e-5, 1e20, 0.25, 1.0, True, None, "é\n"]}
    assert jsonb_text(value) == '{"a": [0.00001, 100000000000000000000, 0.25, 1.0, true, null, "é\\n"]}'


def test_the_stand_in_has_the_limits_of_the_platform() -> None:
    source = "\n".join(path.read_text() for path in sorted(SQL.rglob("*.sql")))
    limits = {
        "record_evidence.details, 'details'": EVIDENCE_DETAILS,
        "check_signature.signature, 'signature'": SIGNATURE,
        "heartbeat_job.progress, 'progress'": PROGRESS,
        "log_job.fields, 'fields'": LOG_FIELDS,
    }
    found = {call: int(number) for call, number in re.findall(r"check_(?:json|job_object)\(([\w.]+, '\w+'), (\d+)\)", source)}
    assert {call: found.get(call) for call in limits} == limits
