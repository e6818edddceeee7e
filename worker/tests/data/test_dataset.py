"""Reading a dataset page by page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from aimatrix import AnswerNotUnderstood
from aimatrix.http import HttpClient
from conftest import connection_of
from fake_platform import FakePlatform
from samples import breast_cancer, split_arrays

from aimatrix_worker.data.classes import Classes
from aimatrix_worker.data.dataset import Dataset, read_dataset
from aimatrix_worker.errors import JobRefused
from aimatrix_worker.queue.platform import Platform


def read(platform: FakePlatform, dataset: dict[str, Any], split: str | None = None) -> Dataset:
    platform.datasets["cut"] = dataset
    return read_dataset(Platform(HttpClient(connection_of(platform))), "cut", split)


@pytest.mark.parametrize("page_rows", [1, 100, 569, 5000])
def test_pages_of_any_size_give_every_row_once_in_order(platform: FakePlatform, page_rows: int) -> None:
    platform.page_rows = page_rows if page_rows > 1 else 7
    dataset = breast_cancer(shares={"train": 0.6, "validation": 0.2, "test": 0.2})
    result = read(platform, dataset)
    for split in ("train", "validation", "test"):
        features, labels = split_arrays(dataset, split)
        np.testing.assert_array_equal(result.splits[split].features, features)
        assert result.splits[split].labels == tuple(labels)
    assert result.held_out()[0] == "test"
    assert result.watched()[0] == "validation"


def test_one_split_is_read_alone(platform: FakePlatform) -> None:
    assert list(read(platform, breast_cancer(), "test").splits) == ["test"]


def test_without_validation_the_held_out_split_is_watched(platform: FakePlatform) -> None:
    assert read(platform, breast_cancer()).watched()[0] == "test"


def test_true_and_false_features_are_one_and_zero(platform: FakePlatform) -> None:
    dataset = breast_cancer()
    first = next(row for row in dataset["rows"] if row[1] == "train")
    first[5], first[6] = True, False
    assert list(read(platform, dataset).splits["train"].features[0][:2]) == [1.0, 0.0]


@pytest.mark.parametrize("value", [None, "NaN", "Infinity", "-Infinity"])
def test_what_is_not_finite_is_missing_and_its_row_incomplete(platform: FakePlatform, value: Any) -> None:
    dataset = breast_cancer()
    next(row for row in dataset["rows"] if row[1] == "test")[7] = value
    result = read(platform, dataset)
    rows, count = result.splits["test"], sum(row[1] == "test" for row in dataset["rows"])
    assert (len(rows), rows.skipped, int(np.isnan(rows.features).sum())) == (count, 0, 1)
    assert result.missing() == {"tumour:f2": 1}
    assert (len(rows.complete()), rows.complete().skipped) == (count - 1, 1)


def test_a_row_without_a_label_is_left_out(platform: FakePlatform) -> None:
    dataset = breast_cancer()
    next(row for row in dataset["rows"] if row[1] == "test")[4] = None
    rows = read(platform, dataset).splits["test"]
    assert (len(rows), rows.skipped) == (sum(row[1] == "test" for row in dataset["rows"]) - 1, 1)


def test_a_platform_that_does_not_advance_is_not_followed_for_ever(platform: FakePlatform) -> None:
    platform.datasets["cut"] = breast_cancer()
    page = platform.rpc_read_dataset
    platform.rpc_read_dataset = lambda **arguments: {**page(**arguments), "next_after": 3}
    with pytest.raises(AnswerNotUnderstood, match="does not advance"):
        read_dataset(Platform(HttpClient(connection_of(platform))), "cut")


def test_an_answer_of_another_form_is_refused_with_the_field(platform: FakePlatform) -> None:
    platform.rpc_read_dataset = lambda **_arguments: {"columns": []}
    with pytest.raises(AnswerNotUnderstood, match="invalid answer of read_dataset: rows: "):
        read_dataset(Platform(HttpClient(connection_of(platform))), "cut")


@pytest.mark.parametrize(
    ("labels", "values"),
    [
        ([1, 0, 1.0], (0, 1)),
        (["b", "a"], ("a", "b")),
        ([True, False], (False, True)),
        ([3, -1, 2], (-1, 2, 3)),
        ([2**53 - 1, 1 - 2**53], (1 - 2**53, 2**53 - 1)),
        (["b", "🐧" * 1000], ("b", "🐧" * 1000)),
    ],
)
def test_classes_are_sorted_and_keep_their_type(labels: list[Any], values: tuple[Any, ...]) -> None:
    assert Classes.of(labels).values == values
    assert [type(value) for value in Classes.of(labels).values] == [type(value) for value in values]


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ([1, 1], "holds 1 class"),
        ([1, "a"], "mixes types"),
        ([1, True], "mixes types"),
        ([0.5, 1], "0.5 cannot be a class"),
        ([[1], [2]], "cannot be a class"),
        (range(1001), "1001 classes"),
        (
            [0, 2**53],
            f"{2**53} cannot be a class: beyond {2**53 - 1} JSON does not tell whole numbers apart; make the label a text",
        ),
        ([0, -(2**63)], f"{-(2**63)} cannot be a class"),
        ([0, 1e16], "10000000000000000 cannot be a class"),
        (["a", "🐧" * 1001], "a text of 1001 characters, .* cannot be a class: shorten labels to 1000 at most"),
    ],
)
def test_labels_that_are_no_classes_are_refused(labels: Any, reason: str) -> None:
    with pytest.raises(JobRefused, match=reason):
        Classes.of(labels)
