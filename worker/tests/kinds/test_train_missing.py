"""Training on rows in which features are missing."""

from __future__ import annotations

from typing import Any

import pytest
from fake_platform import FakePlatform
from samples import breast_cancer
from test_train import production_of
from trainings import BOOSTING, LOGISTIC, train


@pytest.mark.parametrize(("config", "nullable"), [(BOOSTING, True), (LOGISTIC, False)])
def test_missing_values_are_trained_on_where_the_model_takes_them(
    platform: FakePlatform, work_once: Any, config: dict[str, Any], nullable: bool
) -> None:
    dataset = breast_cancer()
    for row in dataset["rows"][::5]:
        row[9] = None
    job = train(platform, work_once, dataset, config)
    assert job.state == "succeeded", job.error
    [version] = platform.versions
    [tensor] = version["signature"]["inputs"]
    assert tensor["type"] == "float64"
    assert [column.get("nullable", False) for column in tensor["columns"]] == [nullable] * 30
    tests = [row for row in dataset["rows"] if row[1] == "test"]
    whole = [row for row in tests if row[9] is not None]
    assert job.result["held_out_rows"] == len(tests if nullable else whole)
    told = [message for level, message in job.logs if level == "warning" and "tumour:f4 in" in message]
    assert len(told) == (0 if nullable else 1), job.logs


def test_a_column_that_is_never_there_is_named_with_the_remedy(platform: FakePlatform, work_once: Any) -> None:
    dataset = breast_cancer()
    for row in dataset["rows"]:
        row[9] = None
    job = train(platform, work_once, dataset, LOGISTIC)
    assert job.state == "failed"
    assert (
        f"missing are tumour:f4 in {len(dataset['rows'])} rows: leave those columns out, or train gradient_boosting" in job.error
    )


def without_on(dataset: dict[str, Any], train: bool) -> dict[str, Any]:
    """A column that is null on one side of the split alone: in the train rows, or in all others."""
    for row in dataset["rows"]:
        if (row[1] == "train") is train:
            row[9] = None
    return dataset


def test_a_column_that_no_held_out_row_holds_is_named_with_the_remedy(platform: FakePlatform, work_once: Any) -> None:
    dataset = without_on(breast_cancer(), train=False)
    # Of the train rows one lacks another column, which is not to blame.
    next(row for row in dataset["rows"] if row[1] == "train")[5] = None
    job = train(platform, work_once, dataset, LOGISTIC)
    assert job.state == "failed"
    held_out = sum(row[1] == "test" for row in dataset["rows"])
    assert job.error == (
        "dataset 'cut' has no complete row in a test or validation split, so no model can be measured on it; missing are"
        f" tumour:f4 in {held_out} rows: leave those columns out, or train gradient_boosting, which takes missing values"
    )


def test_a_column_that_no_pinned_row_holds_is_named_with_the_remedy(platform: FakePlatform, work_once: Any) -> None:
    platform.datasets["cut"] = breast_cancer()
    platform.datasets["exam"] = without_on(breast_cancer(), train=False)
    job = platform.add_training("cut", LOGISTIC, evaluation="exam", kept_back=[])
    work_once()
    assert job.state == "failed"
    assert "dataset 'exam' has no complete row" in (job.error or "")
    assert "missing are tumour:f4 in" in (job.error or "")


def test_a_column_that_a_version_needs_and_no_row_of_its_exam_holds_is_named(platform: FakePlatform, work_once: Any) -> None:
    train(platform, work_once, breast_cancer(), LOGISTIC)
    [version] = platform.versions
    exam = without_on(breast_cancer(), train=False)
    platform.datasets["exam"] = exam
    payload = {"model": "tumours", "version": 1, "version_id": 9, "dataset": "exam", "options": {}}
    job = platform.add_job(
        "evaluation", payload | {name: version[name] for name in ("artifact_sha256", "signature")}, queue="checks"
    )
    work_once()
    assert job.state == "failed"
    held_out = sum(row[1] == "test" for row in exam["rows"])
    assert f"is left to measure it on: missing are tumour:f4 in {held_out} rows" in (job.error or "")


def test_a_column_that_no_train_row_holds_is_warned_of_by_name(platform: FakePlatform, work_once: Any) -> None:
    dataset = without_on(breast_cancer(), train=True)
    dataset["features"][1]["value_type"] = "string"
    for row in dataset["rows"]:
        row[6] = ["", "a" * 1001][row[0] % 2] if row[1] == "train" else "here"
        row[7] = None if row[0] % 2 else row[7]
    job = train(platform, work_once, dataset, BOOSTING)
    assert job.state == "succeeded", job.error
    assert ("warning", "no train row holds a value of tumour:f1, tumour:f4: nothing is learned from that") in job.logs


def test_a_value_that_stands_for_none_and_hides_the_others_is_told_of(platform: FakePlatform, work_once: Any) -> None:
    dataset = breast_cancer()
    for index, row in enumerate(dataset["rows"]):
        row[9] = 0.0 if index % 10 < 7 else 1.7e12 + row[9]
    job = train(platform, work_once, dataset, BOOSTING)
    assert job.state == "succeeded", job.error
    [told] = [message for level, message in job.logs if level == "warning" and message.startswith("tumour:f4: of ")]
    assert told.endswith("of the rows hold 0, far from the others; if that stands for no value, give null instead")


def test_production_is_asked_what_it_learned_of_the_side_that_measures(platform: FakePlatform, work_once: Any) -> None:
    whole = breast_cancer()
    rows = [list(row) for row in whole["rows"]]
    train(platform, work_once, {**whole, "rows": rows[:400]}, BOOSTING)
    # A source has ended: no test row, all of them newer, holds every feature, so the validation side measures.
    cut = [[row[0], "train" if at < 260 else "validation", *row[2:]] for at, row in enumerate(rows[:400])]
    cut += [[row[0], "test", *row[2:5], None, *row[6:]] for row in rows[400:]]
    learned = [row[0] for row in rows[:400] if row[1] == "train"]
    platform.trained_on["cut", 1] = learned
    job = train(platform, work_once, {**whole, "rows": cut}, LOGISTIC, production_of(platform.versions[0]))
    assert job.state == "succeeded", job.error
    known = {row[0] for row in cut if row[1] == "validation"} & set(learned)
    details = platform.latest_evidence(2)["production_accuracy"]["details"]
    assert (details["split"], details["left_out"], details["rows"]) == ("validation", len(known), 140 - len(known))
