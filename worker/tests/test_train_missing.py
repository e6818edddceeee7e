"""Training on rows in which features are missing."""

from __future__ import annotations

from typing import Any

import pytest
from fake_platform import FakePlatform
from samples import breast_cancer
from test_train import BOOSTING, LOGISTIC, train


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
