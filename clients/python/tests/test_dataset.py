"""Datasets as typed NumPy columns, whole, by split, by column and in batches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fake_project import FakeProject
from samples import BIG, dataset, orders

from aimatrix import AnswerNotUnderstood, PlatformRefused, Project, Table
from aimatrix.pages import read_page


def read(fake: FakeProject, project: Project, stored: dict[str, Any], **options: Any) -> Table:
    fake.datasets["orders"] = stored
    return project.dataset("orders").read(**options)


def test_each_column_has_its_type_and_no_value_is_lost(fake: FakeProject, project: Project) -> None:
    table = read(fake, project, orders())
    assert (len(table), table.label, table.content_hash) == (3, "label", "c0ffee")
    dtypes = {column.name: column.values.dtype for column in table.columns}
    assert dtypes["row_id"] == dtypes["customer_id"] == dtypes["order__count"] == np.int64
    assert dtypes["order__total"] == dtypes["order__total_null"] == np.float64
    assert dtypes["order__paid"] == dtypes["label"] == np.bool_
    assert dtypes["split"] == dtypes["order__country"] == np.dtype(object)
    assert dtypes["event_time"] == np.dtype("datetime64[us]")
    assert table["order__total"].values.tolist() == [1.5, 2.0, -0.25]
    assert table["order__count"].values.tolist() == [BIG, -(2**63), 2**63 - 1]
    assert table["customer_id"].values.tolist() == [BIG, BIG + 1, BIG + 2]
    assert table["order__country"].values.tolist() == ["de", "", "日本"]
    assert table["event_time"].values[0] == np.datetime64("2026-01-01T00:00:00.500000")


def test_a_null_is_told_from_a_value_that_looks_alike(fake: FakeProject, project: Project) -> None:
    table = read(fake, project, orders())
    assert table["order__total_null"].missing.tolist() == [True, False, False]
    np.testing.assert_array_equal(table["order__total_null"].values, [np.nan, np.nan, -np.inf])
    assert table["order__count_null"].tolist() == [BIG, None, 3]
    assert table["order__count_null"].masked().sum() == BIG + 3
    assert table["order__paid_null"].tolist() == [None, True, False]
    assert table["order__country_null"].tolist() == ["de", None, ""]
    assert not table["order__country"].has_missing()


def test_a_float_is_the_same_however_json_writes_it(fake: FakeProject, project: Project) -> None:
    values = [10**22, 2**64, -(10**300), 5e-324, True, "Infinity"]
    table = read(fake, project, dataset({"x": values}, {"x": "float64"}))
    assert table["order__x"].values.tolist() == [1e22, 2.0**64, -1e300, 5e-324, 1.0, float("inf")]


def test_columns_say_what_they_are_for(fake: FakeProject, project: Project) -> None:
    table = read(fake, project, orders())
    roles = {column.name: column.role for column in table.columns}
    assert list(roles)[:6] == ["row_id", "split", "event_time", "customer_id", "label", "order__total"]
    assert [*roles.values()][:6] == ["row_id", "split", "event_time", "key", "label", "feature"]
    assert table["order__total"].ref == "order:total"
    assert [feature.value_type for feature in table.features][:3] == ["float64", "float64", "int64"]


@pytest.mark.parametrize("rows", [1, 2, 7, 10_000])
def test_batches_of_any_size_give_every_row_once_in_order(fake: FakeProject, project: Project, rows: int) -> None:
    fake.datasets["orders"] = dataset({"count": list(range(9))}, {"count": "int64"})
    batches = list(project.dataset("orders").batches(rows=rows))
    assert [row for batch in batches for row in batch["row_id"].values] == list(range(1, 10))
    assert all(0 < len(batch) <= rows for batch in batches)
    assert [batch["order__count"].values.dtype for batch in batches] == [np.int64] * len(batches)


def test_a_batch_is_asked_for_when_it_is_needed(fake: FakeProject, project: Project) -> None:
    fake.datasets["orders"] = dataset({"count": list(range(9))}, {"count": "int64"})
    batches = project.dataset("orders").batches(rows=2)
    assert len(fake.calls) == 0
    assert (len(next(batches)), len(fake.calls)) == (2, 1)
    assert (len(next(batches)), len(fake.calls)) == (2, 2)
    assert fake.calls[1][1] == {"dataset": "orders", "split": None, "after_row": 2, "max_rows": 2}


def test_a_split_and_some_columns_are_read_alone(fake: FakeProject, project: Project) -> None:
    table = read(fake, project, orders(), split="test", columns=["order__count", "label"])
    assert table.names == ("label", "order__count")
    assert (len(table), table["order__count"].tolist()) == (1, [2**63 - 1])
    with pytest.raises(KeyError, match="no column 'split' was read, only label, order__count"):
        table["split"]
    with pytest.raises(KeyError, match="'orders' has no column 'total'"):
        project.dataset("orders").read(columns=["total"])


def test_an_empty_split_is_a_table_of_no_rows_with_types(fake: FakeProject, project: Project) -> None:
    table = read(fake, project, orders(), split="validation")
    assert len(table) == 0
    assert table["order__count"].values.dtype == np.int64
    assert table["event_time"].values.dtype == np.dtype("datetime64[us]")


def test_a_type_that_this_package_does_not_know_keeps_its_json(fake: FakeProject, project: Project) -> None:
    embeddings = [[0.5, 1.0], None, [2.0, 3.0]]
    table = read(fake, project, dataset({"embedding": embeddings}, {"embedding": "vector"}))
    assert table["order__embedding"].type == "json"
    assert table["order__embedding"].tolist() == embeddings
    assert table["order__embedding"].values.shape == (3,)


def test_keys_of_text_are_text(fake: FakeProject, project: Project) -> None:
    stored = dataset({"count": [1, 2]}, {"count": "int64"})
    for row, key in zip(stored["rows"], ["a", "9007199254740993"], strict=True):
        row[3] = key
    assert read(fake, project, stored)["customer_id"].tolist() == ["a", "9007199254740993"]


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("int64", 1.5, "column 'order__x' should be of type int64: it holds 1.5"),
        ("int64", True, "should be of type int64: it holds True"),
        ("int64", 2**63, "should be of type int64"),
        ("float64", "1", "should be of type float64: it holds '1'"),
        ("bool", 1, "should be of type bool: it holds 1"),
        ("string", 1, "should be of type string: it holds 1"),
        ("string", ["a"] * 1000, r"should be of type string: it holds \['a', .{40,60}…$"),
    ],
)
def test_a_value_of_another_type_is_never_bent(fake: FakeProject, project: Project, kind: str, value: Any, reason: str) -> None:
    with pytest.raises(AnswerNotUnderstood, match=reason):
        read(fake, project, dataset({"x": [value]}, {"x": kind}))


@pytest.mark.parametrize("time", ["infinity", "2026-01-01T00:00:00+02:00", "0044-03-15T00:00:00+00:00 BC"])
def test_a_time_that_no_array_holds_is_refused_only_where_it_is_read(fake: FakeProject, project: Project, time: str) -> None:
    stored = dataset({"count": [1]}, {"count": "int64"})
    stored["rows"][0][2] = time
    with pytest.raises(AnswerNotUnderstood, match="is not a time in UTC that an array can hold"):
        read(fake, project, stored)
    assert read(fake, project, stored, columns=["order__count"])["order__count"].tolist() == [1]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"rows": None}, "rows: it must be of type list, it is missing"),
        ({"rows": [[1, "train"]]}, "rows.0 does not hold 6 values"),
        ({"columns": "all"}, "columns: it must be of type list, it is of type str"),
        ({"features": [{"ref": "a:b"}]}, "column: it must be of type str, it is missing"),
        ({"label": True}, "label: it must be of type str, it is of type bool"),
    ],
)
def test_an_answer_of_another_form_is_refused_with_the_field(
    fake: FakeProject, project: Project, change: dict[str, Any], reason: str
) -> None:
    fake.answers = [(200, {**dataset({"count": [1]}, {"count": "int64"}), "next_after": None, **change})]
    with pytest.raises(AnswerNotUnderstood, match=reason):
        project.dataset("orders").read()


def test_a_feature_whose_column_does_not_come_is_refused_by_name() -> None:
    page = read_page({**dataset({"count": [1]}, {"count": "int64"}), "features": [{"ref": "a:b", "column": "a__b"}]})
    with pytest.raises(AnswerNotUnderstood, match="names the column 'a__b' but does not return it"):
        page.column("a__b")


def test_a_platform_that_does_not_advance_is_not_followed_for_ever(fake: FakeProject, project: Project) -> None:
    page = {**dataset({"count": [1]}, {"count": "int64"}), "next_after": 1}
    fake.answers = [(200, page), (200, page)]
    with pytest.raises(AnswerNotUnderstood, match="'orders' does not advance: next_after is 1 after 1"):
        project.dataset("orders").read()


def test_a_dataset_that_is_not_there_is_refused_by_name(fake: FakeProject, project: Project) -> None:
    with pytest.raises(PlatformRefused, match="there is no dataset lost") as caught:
        project.dataset("lost").read()
    assert (caught.value.code, caught.value.detail) == ("PT404", "dataset_not_found")


@pytest.mark.parametrize("rows", [0, 10_001])
def test_a_batch_has_1_to_10000_rows(fake: FakeProject, project: Project, rows: int) -> None:
    with pytest.raises(ValueError, match=f"rows must lie between 1 and 10000, it is {rows}"):
        next(project.dataset("orders").batches(rows=rows))
    assert fake.calls == []
