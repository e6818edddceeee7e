"""Tables as pandas and Arrow hold them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from fake_project import FakeProject
from pyarrow import parquet
from samples import BIG, dataset, orders

from aimatrix import MissingExtra, Project, Table


@pytest.fixture
def table(fake: FakeProject, project: Project) -> Table:
    fake.datasets["orders"] = orders()
    return project.dataset("orders").read()


def test_a_dataframe_has_numpys_types_and_nullable_ones_where_a_value_is_missing(table: Table) -> None:
    frame = table.to_pandas()
    assert {name: str(frame[name].dtype) for name in frame.columns} == {
        "row_id": "int64",
        "split": "string",
        "event_time": "datetime64[us, UTC]",
        "customer_id": "int64",
        "label": "bool",
        "order__total": "float64",
        "order__total_null": "Float64",
        "order__count": "int64",
        "order__count_null": "Int64",
        "order__paid": "bool",
        "order__paid_null": "boolean",
        "order__country": "string",
        "order__country_null": "string",
    }


def test_a_dataframe_holds_every_value_and_null_as_it_was(table: Table) -> None:
    frame = table.to_pandas()
    assert frame["order__count"].tolist() == [BIG, -(2**63), 2**63 - 1]
    assert frame["order__count_null"].tolist() == [BIG, pd.NA, 3]
    assert frame["order__paid_null"].tolist() == [pd.NA, True, False]
    assert frame["order__country_null"].isna().tolist() == [False, True, False]
    assert frame["order__country_null"].tolist()[2] == ""
    assert frame["event_time"][0] == pd.Timestamp("2026-01-01T00:00:00.5Z")
    assert frame["order__total_null"].tolist()[2] == -np.inf


def test_a_dataframe_leaves_the_tables_arrays_alone(table: Table) -> None:
    frame = table.to_pandas()
    frame.loc[1, "order__count_null"] = 5
    assert table["order__count_null"].tolist() == [BIG, None, 3]


def test_an_arrow_table_has_the_types_with_nulls_and_names_the_features(table: Table) -> None:
    arrow = table.to_arrow()
    types = {field.name: field.type for field in arrow.schema}
    assert types["event_time"] == pa.timestamp("us", tz="UTC")
    assert types["order__total"] == types["order__total_null"] == pa.float64()
    assert types["order__count"] == types["order__count_null"] == types["row_id"] == pa.int64()
    assert types["order__paid"] == types["order__paid_null"] == types["label"] == pa.bool_()
    assert types["order__country"] == types["order__country_null"] == types["split"] == pa.string()
    assert arrow.column("order__count_null").to_pylist() == [BIG, None, 3]
    assert arrow.column("order__paid_null").to_pylist() == [None, True, False]
    assert arrow.column("order__country_null").to_pylist() == ["de", None, ""]
    floats = arrow.column("order__total_null").to_pylist()
    assert (floats[0], np.isnan(floats[1]), floats[2]) == (None, True, -np.inf)
    assert arrow.schema.field("order__total").metadata == {b"ref": b"order:total"}


def test_batches_of_arrow_have_one_schema_so_a_file_can_be_written_piece_by_piece(
    fake: FakeProject, project: Project, tmp_path: Path
) -> None:
    fake.datasets["orders"] = dataset(
        {"count": [None, None, 1, 2], "country": ["a", "b", None, None]}, {"count": "int64", "country": "string"}
    )
    file = tmp_path / "orders.parquet"
    batches = (batch.to_arrow() for batch in project.dataset("orders").batches(rows=2))
    first = next(batches)
    with parquet.ParquetWriter(file, first.schema) as writer:
        for arrow in (first, *batches):
            writer.write_table(arrow)
    written = parquet.read_table(file)
    assert written.column("order__count").to_pylist() == [None, None, 1, 2]
    assert written.column("order__country").to_pylist() == ["a", "b", None, None]


def test_lists_become_lists_and_what_has_no_one_type_its_text(fake: FakeProject, project: Project) -> None:
    values: dict[str, list[Any]] = {"embedding": [[0.5, 1.0], None], "mixed": [{"a": 1}, 2]}
    fake.datasets["orders"] = dataset(values, {"embedding": "vector", "mixed": "anything"})
    table = project.dataset("orders").read()
    arrow = table.to_arrow()
    assert arrow.schema.field("order__embedding").type == pa.list_(pa.float64())
    assert arrow.column("order__embedding").to_pylist() == [[0.5, 1.0], None]
    assert arrow.column("order__mixed").to_pylist() == ['{"a": 1}', "2"]
    assert table.to_pandas()["order__embedding"].tolist() == [[0.5, 1.0], None]


@pytest.mark.parametrize(("method", "package"), [("to_pandas", "pandas"), ("to_arrow", "pyarrow")])
def test_without_the_extra_the_error_says_what_to_install(
    table: Table, monkeypatch: pytest.MonkeyPatch, method: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtra) as caught:
        getattr(table, method)()
    assert str(caught.value) == f"{method} needs {package}, which is not installed: pip install 'aimatrix[{package}]'"
