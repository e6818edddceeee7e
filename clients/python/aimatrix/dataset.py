"""A training dataset by its name, and the tables that reading it gives."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aimatrix import frames
from aimatrix.columns import Column, join_columns
from aimatrix.pages import PAGE_ROWS, Call, DatasetFeature, Page, read_pages

if TYPE_CHECKING:
    import pandas
    import pyarrow


@dataclass(frozen=True)
class Table:
    """Rows of a dataset by column: row_id, split, event_time, the join keys, the label and the features, in the order stored.

    `features` describe the feature columns, `label` is the label's name, `content_hash` names the content of the whole dataset.
    """

    dataset: str
    columns: tuple[Column, ...]
    label: str
    features: tuple[DatasetFeature, ...]
    content_hash: str = ""

    def __len__(self) -> int:
        """How many rows it has."""
        return len(self.columns[0]) if self.columns else 0

    def __getitem__(self, name: str) -> Column:
        """A column by its name. KeyError names those that there are."""
        found = next((column for column in self.columns if column.name == name), None)
        if found is None:
            raise KeyError(f"no column {name!r} was read, only {', '.join(self.names)}")
        return found

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def to_pandas(self) -> pandas.DataFrame:
        """A DataFrame: float64, int64 and bool, or Float64, Int64 and boolean where a value is missing; text as string, times as
        datetime64[us, UTC]. MissingExtra where pandas is not installed."""
        return frames.to_pandas(self.columns)

    def to_arrow(self) -> pyarrow.Table:
        """A pyarrow.Table: double, int64, bool, string and timestamp[us, tz=UTC], null where a value is missing; the same types
        for every batch. MissingExtra where pyarrow is not installed."""
        return frames.to_arrow(self.columns)

    def __repr__(self) -> str:
        return f"Table({self.dataset!r}, {len(self)} rows, {len(self.columns)} columns)"


class Dataset:
    """What `Project.dataset` gives. Each reading asks the platform anew."""

    def __init__(self, call: Call, name: str) -> None:
        self.call = call
        self.name = name

    def read(self, split: str | None = None, columns: Collection[str] | None = None) -> Table:
        """All rows in the order of row_id, or those of the split `train`, `validation` or `test`; all columns, or those named.

        Raises PlatformRefused with detail `dataset_not_found` where there is no such dataset, KeyError for a column that it does
        not have.
        """
        parts = list(self.batches(split, columns))
        joined = tuple(join_columns(pieces) for pieces in zip(*(part.columns for part in parts), strict=True))
        return replace(parts[0], columns=joined)

    def batches(self, split: str | None = None, columns: Collection[str] | None = None, rows: int = PAGE_ROWS) -> Iterator[Table]:
        """The same, `rows` (1 to 10,000) at a time, one batch in memory at once. Only the first batch may be empty."""
        for page in read_pages(self.call, self.name, split, rows):
            yield make_table(self.name, page, columns)

    def __repr__(self) -> str:
        return f"Dataset({self.name!r})"


def make_table(name: str, page: Page, columns: Collection[str] | None = None) -> Table:
    unknown = sorted(set(columns or ()) - set(page.columns))
    if unknown:
        raise KeyError(f"dataset {name!r} has no column {unknown[0]!r}, only {', '.join(page.columns)}")
    wanted = page.columns if columns is None else tuple(column for column in page.columns if column in set(columns))
    return Table(name, tuple(page.column(column) for column in wanted), page.label, page.features, page.content_hash)
