"""Pages of `ml.read_dataset`, checked as they arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from aimatrix.columns import Column, infer_type, read_column
from aimatrix.errors import AnswerNotUnderstood

PAGE_ROWS = 5000
MOST_PAGE_ROWS = 10_000
# Columns that every dataset has, and their types.
FIXED = {"row_id": "int64", "split": "string", "event_time": "timestamp"}

# Calls a function of the platform with arguments by name.
Call = Callable[[str, dict[str, Any]], Any]
T = TypeVar("T")


@dataclass(frozen=True)
class DatasetFeature:
    """`ref` is view:feature (or view@2:feature), `column` its name in the dataset."""

    ref: str
    column: str
    view_version: int = 1
    value_type: str = "float64"

    @property
    def is_text(self) -> bool:
        return self.value_type == "string"


@dataclass(frozen=True)
class Page:
    """Some rows of a dataset, row by row as JSON gave them; `column` makes arrays of them."""

    columns: tuple[str, ...]
    rows: list[list[Any]]
    next_after: int | None
    label: str
    features: tuple[DatasetFeature, ...]
    label_type: str = ""
    content_hash: str = ""

    def column(self, name: str) -> Column:
        """One column as arrays [rows]. AnswerNotUnderstood where the platform names it and does not return it."""
        try:
            at = self.columns.index(name)
        except ValueError:
            raise AnswerNotUnderstood(f"read_dataset names the column {name!r} but does not return it") from None
        values = [row[at] for row in self.rows]
        feature = next((feature for feature in self.features if feature.column == name), None)
        if feature is not None:
            return read_column(name, feature.value_type, "feature", values, feature.ref)
        if name == self.label:
            return read_column(name, self.label_type or "json", "label", values)
        role = name if name in FIXED else "key"
        return read_column(name, FIXED.get(name) or infer_type(values), role, values)

    def join_keys(self) -> tuple[str, ...]:
        """Names of the join keys."""
        others = {*FIXED, self.label, *(feature.column for feature in self.features)}
        return tuple(name for name in self.columns if name not in others)


def read_pages(call: Call, name: str, split: str | None = None, rows: int = PAGE_ROWS) -> Iterator[Page]:
    """All rows of a dataset, or those of one split, `rows` at a time in the order of row_id. Only the first page may be empty."""
    if not 1 <= rows <= MOST_PAGE_ROWS:
        raise ValueError(f"rows must lie between 1 and {MOST_PAGE_ROWS}, it is {rows}")
    after = 0
    while True:
        page = read_page(call("read_dataset", {"dataset": name, "split": split, "after_row": after, "max_rows": rows}))
        if page.rows or after == 0:
            yield page
        if page.next_after is None:
            return
        if page.next_after <= after:
            raise AnswerNotUnderstood(f"read_dataset of {name!r} does not advance: next_after is {page.next_after} after {after}")
        after = page.next_after


def read_page(reply: Any) -> Page:
    columns = tuple(field(reply, "columns", list))
    rows = field(reply, "rows", list)
    wrong = next((number for number, row in enumerate(rows) if not isinstance(row, list) or len(row) != len(columns)), None)
    if wrong is not None:
        raise AnswerNotUnderstood(f"invalid answer of read_dataset: rows.{wrong} does not hold {len(columns)} values")
    return Page(
        columns=columns,
        rows=rows,
        next_after=field(reply, "next_after", int, None),
        label=field(reply, "label", str),
        features=tuple(read_feature(feature) for feature in field(reply, "features", list)),
        label_type=field(reply, "label_type", str, ""),
        content_hash=field(reply, "content_hash", str, ""),
    )


def read_feature(entry: Any) -> DatasetFeature:
    return DatasetFeature(
        ref=field(entry, "ref", str),
        column=field(entry, "column", str),
        view_version=field(entry, "view_version", int, 1),
        value_type=field(entry, "value_type", str, "float64"),
    )


REQUIRED: Any = object()


def field(entry: Any, name: str, kind: type[T], default: Any = REQUIRED) -> T:
    """One field of an object that the platform sent; null stands for its default, where it has one."""
    value = entry.get(name) if isinstance(entry, Mapping) else None
    if value is None and default is not REQUIRED:
        return default
    if not isinstance(value, kind) or isinstance(value, bool):
        shown = "missing" if value is None else f"of type {type(value).__name__}"
        raise AnswerNotUnderstood(f"invalid answer of read_dataset: {name}: it must be of type {kind.__name__}, it is {shown}")
    return value
