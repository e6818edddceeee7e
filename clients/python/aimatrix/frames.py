"""Columns as a pandas DataFrame or an Arrow table. Both packages are imported when first asked for."""

from __future__ import annotations

import importlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from aimatrix.columns import Column
from aimatrix.errors import MissingExtra

if TYPE_CHECKING:
    import pandas
    import pyarrow


def need(package: str, method: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise MissingExtra(f"{method} needs {package}, which is not installed: pip install 'aimatrix[{package}]'") from error


def to_pandas(columns: Sequence[Column]) -> pandas.DataFrame:
    pd = need("pandas", "to_pandas")
    return pd.DataFrame({column.name: pandas_values(pd, column) for column in columns})


def pandas_values(pd: Any, column: Column) -> Any:
    """Text is always `string`; numbers and booleans are nullable where a value is missing, and NumPy's own else."""
    if column.type == "timestamp":
        return pd.DatetimeIndex(column.values).tz_localize("UTC")
    if column.type == "string":
        return pd.array(column.tolist(), dtype="string")
    nullable = {"float64": "FloatingArray", "int64": "IntegerArray", "bool": "BooleanArray"}.get(column.type)
    if nullable is None or not column.has_missing():
        return column.values
    return getattr(pd.arrays, nullable)(column.values.copy(), column.missing.copy())


def to_arrow(columns: Sequence[Column]) -> pyarrow.Table:
    pa = need("pyarrow", "to_arrow")
    arrays = [arrow_array(pa, column) for column in columns]
    fields = [
        pa.field(column.name, array.type, metadata={"ref": column.ref} if column.ref else None)
        for column, array in zip(columns, arrays, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def arrow_array(pa: Any, column: Column) -> Any:
    types = {
        "float64": pa.float64(),
        "int64": pa.int64(),
        "bool": pa.bool_(),
        "string": pa.string(),
        "timestamp": pa.timestamp("us", tz="UTC"),
    }
    if column.type in types:
        return pa.array(column.values, type=types[column.type], mask=column.missing, from_pandas=False)
    try:
        return pa.array(column.tolist())
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # Values of several types have no type in Arrow but their text.
        return pa.array([None if value is None else json.dumps(value) for value in column.tolist()], type=pa.string())
