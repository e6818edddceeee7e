"""One column of a dataset: JSON values of one type as a NumPy array, with a mask of what is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from aimatrix.errors import AnswerNotUnderstood

NUMERIC = ("float64", "int64", "bool")
# JSON has no such numbers, so they travel as text.
SPECIAL_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})
UTC_SUFFIX = "+00:00"


@dataclass(frozen=True)
class Column:
    """`values` [n] and `missing` [n] of one column.

    | `type` | dtype of `values` | where one is missing |
    |---|---|---|
    | `float64` | float64 | NaN |
    | `int64` | int64 | 0 |
    | `bool` | bool | False |
    | `string` | object, of str | "" |
    | `timestamp` | datetime64[us], in UTC | NaT |
    | `json` | object, of what JSON held | None |

    `missing` tells a null from a value that looks alike. `role` is row_id, split, event_time, key, label or feature; `ref` names
    the feature as `view:feature`, else it is empty.
    """

    name: str
    type: str
    role: str
    values: npt.NDArray[Any]
    missing: npt.NDArray[np.bool_]
    ref: str = ""

    def __len__(self) -> int:
        return len(self.values)

    def masked(self) -> np.ma.MaskedArray:
        """`values` as a masked array: sums and means leave out what is missing."""
        return np.ma.MaskedArray(self.values, self.missing)

    def tolist(self) -> list[Any]:
        """Python values, None where one is missing."""
        values = self.values.tolist()
        return [None if missing else value for value, missing in zip(values, self.missing.tolist(), strict=True)]

    def has_missing(self) -> bool:
        return bool(self.missing.any())


def read_column(name: str, kind: str, role: str, values: Sequence[Any], ref: str = "") -> Column:
    """Values as JSON gave them, null as None. AnswerNotUnderstood where one is not of the type; a type unknown here is `json`."""
    kind = kind if kind in READERS else "json"
    missing = np.array([value is None for value in values], dtype=bool)
    try:
        return Column(name, kind, role, READERS[kind](values), missing, ref)
    except (TypeError, ValueError, OverflowError) as error:
        raise AnswerNotUnderstood(f"column {name!r} should be of type {kind}: {error}") from error


def infer_type(values: Sequence[Any]) -> str:
    """Of a column whose type the platform does not name: whole numbers, text, or whatever it is."""
    kinds = {type(value) for value in values} - {type(None)}
    return "int64" if kinds == {int} else "string" if kinds == {str} else "json"


def join_columns(parts: Sequence[Column]) -> Column:
    """One column of those of several pages."""
    first = parts[0]
    missing = np.concatenate([part.missing for part in parts])
    if len({part.type for part in parts}) > 1:
        # Inferred from other values on another page.
        return read_column(first.name, "json", first.role, [value for part in parts for value in part.tolist()], first.ref)
    return Column(first.name, first.type, first.role, np.concatenate([part.values for part in parts]), missing, first.ref)


def require_types(values: Sequence[Any], *allowed: type) -> None:
    """Exactly these: to Python, True is a number."""
    kinds = set(map(type, values)) - {*allowed, type(None)}
    if kinds:
        wrong = next(value for value in values if type(value) in kinds)
        raise ValueError(f"it holds {shorten(wrong)}")


def shorten(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def filled(values: Sequence[Any], fill: Any) -> list[Any]:
    return [fill if value is None else value for value in values]


def read_floats(values: Sequence[Any]) -> npt.NDArray[np.float64]:
    if str in set(map(type, values)):
        values = [float(value) if isinstance(value, str) and value in SPECIAL_NUMBERS else value for value in values]
    require_types(values, float, int, bool)
    return np.array(filled(values, float("nan")), dtype=np.float64)


def read_integers(values: Sequence[Any]) -> npt.NDArray[np.int64]:
    require_types(values, int)
    return np.array(filled(values, 0), dtype=np.int64)


def read_booleans(values: Sequence[Any]) -> npt.NDArray[np.bool_]:
    require_types(values, bool)
    return np.array(filled(values, False), dtype=bool)


def read_texts(values: Sequence[Any]) -> npt.NDArray[np.object_]:
    require_types(values, str)
    return as_objects(filled(values, ""))


def read_times(values: Sequence[Any]) -> npt.NDArray[np.datetime64]:
    require_types(values, str)
    foreign = next((value for value in values if value is not None and not value.endswith(UTC_SUFFIX)), None)
    if foreign is not None:
        raise ValueError(f"{shorten(foreign)} is not a time in UTC that an array can hold")
    return np.array(["NaT" if value is None else value[: -len(UTC_SUFFIX)] for value in values], dtype="datetime64[us]")


def read_json(values: Sequence[Any]) -> npt.NDArray[np.object_]:
    return as_objects(values)


def as_objects(values: Sequence[Any]) -> npt.NDArray[np.object_]:
    """One object a value, where np.array would make lists of equal length a second dimension."""
    objects = np.empty(len(values), dtype=object)
    for index, value in enumerate(values):
        objects[index] = value
    return objects


READERS: dict[str, Callable[[Sequence[Any]], npt.NDArray[Any]]] = {
    "float64": read_floats,
    "int64": read_integers,
    "bool": read_booleans,
    "string": read_texts,
    "timestamp": read_times,
    "json": read_json,
}
