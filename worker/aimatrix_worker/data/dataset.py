"""A training dataset, read page by page into arrays."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from aimatrix_worker.errors import AnswerNotUnderstood, JobRefused
from aimatrix_worker.messages import Message, parse
from aimatrix_worker.queue.platform import Platform

PAGE_ROWS = 5000
HELD_OUT_SPLITS = ("test", "validation")
# In Unicode characters. Serving refuses longer texts (longestText in inference/rows.ts): the worker takes them for missing.
LONGEST_TEXT = 1000


class DatasetFeature(Message):
    """`ref` is view:feature (or view@2:feature), `column` its name in the dataset."""

    ref: str
    column: str
    view_version: int = 1
    value_type: str = "float64"

    @property
    def is_text(self) -> bool:
        return self.value_type == "string"


class DatasetPage(Message):
    columns: list[str]
    rows: list[list[Any]]
    next_after: int | None
    label: str
    features: list[DatasetFeature] = Field(min_length=1)


@dataclass(frozen=True)
class Rows:
    """Rows of one split with a label; `skipped` had none.

    `features` are the numeric columns, NaN where one is missing, `categories` those of text, empty where one is missing or too
    long; labels are as JSON gave them.
    """

    features: npt.NDArray[np.float64]
    categories: npt.NDArray[np.object_]
    labels: tuple[Any, ...]
    skipped: int
    # Of those skipped, the ones that lack a feature.
    incomplete: int = 0
    # The join keys of each row as text; empty where they are not known, as of generated rows.
    entities: tuple[str, ...] = ()

    def newest(self) -> npt.NDArray[np.int64]:
        """Of each entity the last row, which is the newest: rows come in the order of their times.

        All rows, where entities are not known."""
        if not self.entities:
            return np.arange(len(self))
        return np.sort(np.array(list({entity: index for index, entity in enumerate(self.entities)}.values()), dtype=np.int64))

    def complete(self) -> Rows:
        """The rows that lack nothing."""
        return self.keep(np.flatnonzero(~self.missing().any(axis=1)))

    def keep(self, wanted: npt.NDArray[np.int64]) -> Rows:
        """Some of the rows; the others count as skipped."""
        kept = tuple(self.labels[index] for index in wanted)
        left_out = len(self) - len(kept)
        return Rows(
            self.features[wanted],
            self.categories[wanted],
            kept,
            self.skipped + left_out,
            self.incomplete + left_out,
            tuple(self.entities[index] for index in wanted) if self.entities else (),
        )

    def missing(self) -> npt.NDArray[np.bool_]:
        """[n, columns], the numeric ones first."""
        return np.hstack([np.isnan(self.features), (self.categories == "").astype(bool)])

    def take(self, positions: Sequence[int]) -> Rows:
        """These columns, counted over all, in this order."""
        width = self.features.shape[1]
        numeric = [position for position in positions if position < width]
        text = [position - width for position in positions if position >= width]
        return replace(self, features=self.features[:, numeric], categories=self.categories[:, text])

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Dataset:
    """`features` stand in the order of a model's input columns: numeric ones, then text."""

    name: str
    features: tuple[DatasetFeature, ...]
    splits: dict[str, Rows]
    # Where incomplete rows were left out: how many of the held-out rows lacked each column.
    lacking: Mapping[str, int] = field(default_factory=dict)

    def complete(self) -> Dataset:
        complete = {name: rows.complete() for name, rows in self.splits.items()}
        return replace(self, splits=complete, lacking=self.missing(HELD_OUT_SPLITS))

    def missing(self, splits: Collection[str] | None = None) -> dict[str, int]:
        """How many rows, or those of some splits, lack each column, most first; columns that none lacks are left out."""
        counts = np.zeros(len(self.features), dtype=np.int64)
        for name, rows in self.splits.items():
            if splits is None or name in splits:
                counts += rows.missing().sum(axis=0)
        found = {feature.ref: int(count) for feature, count in zip(self.features, counts, strict=True) if count}
        return dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))

    def held_out_side(self) -> tuple[str, Rows] | None:
        """`test`, else `validation`, or None where neither has a row."""
        return next(
            ((name, self.splits[name]) for name in HELD_OUT_SPLITS if name in self.splits and len(self.splits[name])), None
        )

    def held_out(self) -> tuple[str, Rows]:
        """The split that measures a model."""
        side = self.held_out_side()
        if side is None:
            raise JobRefused(
                f"dataset {self.name!r} has no complete row in a test or validation split, so no model can be measured on it"
                + missing_and_remedy(self.lacking)
            )
        return side

    def watched(self, exam: tuple[str, Rows] | None = None) -> tuple[str, Rows]:
        """The split whose loss is shown while training, never used to choose: `validation`, else `held_out`, else `exam`."""
        rows = self.splits.get("validation")
        return ("validation", rows) if rows is not None and len(rows) else self.held_out_side() or exam or self.held_out()


def name_missing(missing: Mapping[str, int]) -> str:
    return ", ".join(f"{column} in {count}" for column, count in list(missing.items())[:10]) + " rows"


def missing_and_remedy(missing: Mapping[str, int]) -> str:
    """The end of a refusal; nothing where no column is to blame."""
    if not missing:
        return ""
    remedy = "leave those columns out, or train gradient_boosting, which takes missing values"
    return f"; missing are {name_missing(missing)}: {remedy}"


def read_dataset(
    platform: Platform,
    name: str,
    split: str | None = None,
    on_page: Callable[[int], None] = lambda _rows: None,
    left_out: Collection[int] = (),
) -> Dataset:
    """Read all rows, or those of one split, but for those whose row_id is left out. A row without a label is skipped and counted;
    what is not finite is missing. `on_page` hears how many rows have come so far, those left out included."""
    unwanted = frozenset(left_out)
    parts: dict[str, list[Rows]] = {}
    features: tuple[DatasetFeature, ...] = ()
    total = 0
    for page in read_pages(platform, name, split):
        features = ordered(page)
        for part, rows in split_page(without(page, unwanted)).items():
            parts.setdefault(part, []).append(rows)
        total += len(page.rows)
        on_page(total)
    return Dataset(name, features, {part: join_rows(pages) for part, pages in parts.items()})


def read_pages(platform: Platform, name: str, split: str | None) -> Iterator[DatasetPage]:
    after = 0
    while True:
        reply = platform.call("read_dataset", dataset=name, split=split, after_row=after, max_rows=PAGE_ROWS)
        page = parse(DatasetPage, reply, "answer of read_dataset")
        yield page
        if page.next_after is None:
            return
        if page.next_after <= after:
            raise AnswerNotUnderstood(f"read_dataset of {name!r} does not advance: next_after is {page.next_after} after {after}")
        after = page.next_after


def without(page: DatasetPage, row_ids: frozenset[int]) -> DatasetPage:
    if not row_ids:
        return page
    id_at = column_position(page, "row_id")
    return page.model_copy(update={"rows": [row for row in page.rows if row[id_at] not in row_ids]})


def ordered(page: DatasetPage) -> tuple[DatasetFeature, ...]:
    return tuple(sorted(page.features, key=lambda feature: feature.is_text))


def split_page(page: DatasetPage) -> dict[str, Rows]:
    split_at = column_position(page, "split")
    label_at = column_position(page, page.label)
    numeric_at = [column_position(page, feature.column) for feature in page.features if not feature.is_text]
    text_at = [column_position(page, feature.column) for feature in page.features if feature.is_text]
    others = {split_at, label_at, *numeric_at, *text_at, *(column_position(page, name) for name in ("row_id", "event_time"))}
    keys_at = [index for index in range(len(page.columns)) if index not in others]
    names = sorted({row[split_at] for row in page.rows})
    return {
        name: read_rows([row for row in page.rows if row[split_at] == name], numeric_at, text_at, label_at, keys_at)
        for name in names
    }


def column_position(page: DatasetPage, column: str) -> int:
    try:
        return page.columns.index(column)
    except ValueError:
        raise AnswerNotUnderstood(f"read_dataset names the column {column!r} but does not return it") from None


def read_rows(
    rows: Sequence[Sequence[Any]], numeric_at: Sequence[int], text_at: Sequence[int], label_at: int, keys_at: Sequence[int]
) -> Rows:
    values = np.array([[read_number(row[index]) for index in numeric_at] for row in rows], dtype=np.float64)
    values = values.reshape(len(rows), len(numeric_at))
    texts = np.array([[read_text(row[index]) for index in text_at] for row in rows], dtype=object)
    texts = texts.reshape(len(rows), len(text_at))
    values[~np.isfinite(values)] = np.nan
    labelled = np.array([row[label_at] is not None for row in rows], dtype=bool)
    with_label = [row for row in rows if row[label_at] is not None]
    kept = tuple(row[label_at] for row in with_label)
    entities = tuple(json.dumps([row[index] for index in keys_at]) for row in with_label)
    return Rows(values[labelled], texts[labelled], kept, len(rows) - len(kept), entities=entities)


def read_number(value: Any) -> float:
    """Null becomes NaN. JSON writes the three special numbers as text."""
    if value is None:
        return float("nan")
    if isinstance(value, bool | int | float):
        return float(value)
    if isinstance(value, str) and value.lower().lstrip("-") in ("nan", "infinity"):
        return float(value)
    raise JobRefused(f"{value!r} is not a number, and its feature is not one of text")


def read_text(value: Any) -> str:
    """Null and what is too long become the empty text: all three are missing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else ""
    raise AnswerNotUnderstood(f"{value!r} is not a text, and its feature is one")


def join_rows(pages: Sequence[Rows]) -> Rows:
    return Rows(
        np.concatenate([page.features for page in pages]),
        np.concatenate([page.categories for page in pages]),
        tuple(label for page in pages for label in page.labels),
        sum(page.skipped for page in pages),
        entities=tuple(entity for page in pages for entity in page.entities),
    )
