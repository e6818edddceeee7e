"""Datasets as ml.read_dataset returns them."""

from __future__ import annotations

from typing import Any

# Beyond 2^53, where a float64 no longer tells neighbours apart.
BIG = 2**53 + 1


def feature(column: str, value_type: str) -> dict[str, Any]:
    return {"ref": f"order:{column}", "column": f"order__{column}", "view_version": 1, "view_id": 1, "value_type": value_type}


def dataset(
    features: dict[str, list[Any]], types: dict[str, str], label: list[Any] | None = None, **changes: Any
) -> dict[str, Any]:
    """Rows with these features; every third row is of the test split, the others of train."""
    count = len(next(iter(features.values())))
    fixed = [
        [index + 1, "test" if index % 3 == 2 else "train", f"2026-01-{index + 1:02}T00:00:00.5+00:00", BIG + index]
        for index in range(count)
    ]
    rows = [[*fixed[at], at % 2 == 0, *(values[at] for values in features.values())] for at in range(count)]
    return {
        "dataset": "orders",
        "content_hash": "c0ffee",
        "columns": ["row_id", "split", "event_time", "customer_id", "label", *(f"order__{name}" for name in features)],
        "label": "label",
        "label_type": "bool",
        "features": [feature(name, types[name]) for name in features],
        "rows": rows,
    }


def orders() -> dict[str, Any]:
    """One column of each type whole, and one with nulls."""
    values: dict[str, list[Any]] = {
        "total": [1.5, 2, -0.25],
        "total_null": [None, "NaN", "-Infinity"],
        "count": [BIG, -(2**63), 2**63 - 1],
        "count_null": [BIG, None, 3],
        "paid": [True, False, True],
        "paid_null": [None, True, False],
        "country": ["de", "", "日本"],
        "country_null": ["de", None, ""],
    }
    kinds = {"total": "float64", "count": "int64", "paid": "bool", "country": "string"}
    return dataset(values, {name: kinds[name.removesuffix("_null")] for name in values})
