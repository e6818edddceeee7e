"""What reaches a worker from outside is taken whole or refused in one line."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import Field, RootModel

from aimatrix_worker.errors import InvalidData, WorkerError
from aimatrix_worker.messages import Heartbeat, Options, parse


class ScoreOptions(Options):
    rows: int = Field(default=10, ge=1)
    share: float = 0.5


def test_what_fits_becomes_the_model_with_defaults_filled_in() -> None:
    assert parse(ScoreOptions, {"rows": 3}, "options of this test") == ScoreOptions(rows=3, share=0.5)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"rows": 0}, "invalid options of this test: rows: Input should be greater than or equal to 1, it is 0"),
        ({"share": float("nan")}, "invalid options of this test: share: Input should be a finite number, it is nan"),
        ({"row": 1}, "invalid options of this test: row: Extra inputs are not permitted, it is 1"),
        ([1], "invalid options of this test: Input should be a valid dictionary or instance of ScoreOptions"),
        (None, "invalid options of this test: Input should be a valid dictionary or instance of ScoreOptions, it is None"),
    ],
)
def test_a_refusal_names_the_data_the_field_and_the_value(data: Any, message: str) -> None:
    with pytest.raises(InvalidData) as refused:
        parse(ScoreOptions, data, "options of this test")
    assert str(refused.value) == message


def test_a_missing_field_is_named_without_the_data_around_it() -> None:
    with pytest.raises(InvalidData) as refused:
        parse(Heartbeat, {"token": "secret"}, "answer of heartbeat_job")
    assert str(refused.value) == "invalid answer of heartbeat_job: cancel_requested: Field required"


def test_a_refusal_is_one_short_line_whatever_is_sent_and_no_retry_mends_it() -> None:
    with pytest.raises(WorkerError) as refused:
        parse(RootModel[list[int]], [1, "a\nb" * 10_000], "answer of rows_trained_on")
    assert str(refused.value).startswith("invalid answer of rows_trained_on: 1: ")
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) <= 500
    assert refused.value.retryable is False
