"""A training dataset as a model takes it: numbers, categories and labels of each split."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from aimatrix import Column, DatasetFeature
from aimatrix.columns import NUMERIC
from aimatrix.pages import Page, read_pages

from aimatrix_worker.errors import JobRefused
from aimatrix_worker.queue.platform import Platform

HELD_OUT_SPLITS = ("test", "validation")
# In Unicode characters. Serving refuses longer texts (longestText in inference/rows.ts): the worker takes them for missing.
LONGEST_TEXT = 1000


@dataclass(frozen=True)
class Rows:
    """Rows of one split with a label; `skipped` had none.

    `features` are the numeric columns, NaN where one is missing, `categories` those of text, empty where one is missing or too
    long; labels are Python values.
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

    def labelled(self, wanted: npt.NDArray[np.bool_]) -> Rows:
        """Of these rows those with a label; how many of them have none is counted."""
        kept = [int(index) for index in np.flatnonzero(wanted) if self.labels[index] is not None]
        return Rows(
            self.features[kept],
            self.categories[kept],
            tuple(self.labels[index] for index in kept),
            int(wanted.sum()) - len(kept),
            entities=tuple(self.entities[index] for index in kept) if self.entities else (),
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
    unwanted = np.array(sorted(left_out), dtype=np.int64)
    parts: dict[str, list[Rows]] = {}
    features: tuple[DatasetFeature, ...] = ()
    total = 0
    for page in read_pages(platform.send, name, split):
        features = ordered(page)
        rows = read_rows(page, features)
        wanted = ~np.isin(page.column("row_id").values, unwanted)
        sides = page.column("split").values
        for part in sorted(set(sides[wanted].tolist())):
            parts.setdefault(part, []).append(rows.labelled(wanted & (sides == part)))
        total += len(page.rows)
        on_page(total)
    return Dataset(name, features, {part: join_rows(pages) for part, pages in parts.items()})


def ordered(page: Page) -> tuple[DatasetFeature, ...]:
    return tuple(sorted(page.features, key=lambda feature: feature.is_text))


def read_rows(page: Page, features: Sequence[DatasetFeature]) -> Rows:
    """All rows of a page, also those without a label."""
    count = len(page.rows)
    numbers = [read_numbers(page.column(feature.column)) for feature in features if not feature.is_text]
    texts = [read_texts(page.column(feature.column)) for feature in features if feature.is_text]
    keys = [page.column(key).tolist() for key in page.join_keys()]
    return Rows(
        np.column_stack(numbers) if numbers else np.empty((count, 0)),
        np.column_stack(texts) if texts else np.empty((count, 0), dtype=object),
        tuple(page.column(page.label).tolist()),
        skipped=0,
        entities=tuple(json.dumps(row) for row in zip(*keys, strict=True)),
    )


def read_numbers(column: Column) -> npt.NDArray[np.float64]:
    """What is missing or not finite becomes NaN."""
    if column.type not in NUMERIC:
        raise JobRefused(f"{column.ref} is of type {column.type}: a feature must be numbers, true/false or text")
    values = column.values.astype(np.float64)
    return np.where(column.missing | ~np.isfinite(values), np.nan, values)


def read_texts(column: Column) -> npt.NDArray[np.object_]:
    """Null and what is too long become the empty text: all three are missing."""
    texts = np.empty(len(column), dtype=object)
    texts[:] = [text if len(text) <= LONGEST_TEXT else "" for text in column.values]
    return texts


def join_rows(pages: Sequence[Rows]) -> Rows:
    return Rows(
        np.concatenate([page.features for page in pages]),
        np.concatenate([page.categories for page in pages]),
        tuple(label for page in pages for label in page.labels),
        sum(page.skipped for page in pages),
        entities=tuple(entity for page in pages for entity in page.entities),
    )
