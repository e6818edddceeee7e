"""The classes of a classification: as the app writes them, and as an ONNX graph can hold them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from aimatrix_worker.errors import JobRefused

MOST_CLASSES = 1000
# Serving reads JSON as JavaScript does: beyond this whole numbers are taken for their neighbours.
LARGEST_CLASS = 2**53 - 1
# In Unicode characters: what the log of predictions and feedback take.
LONGEST_CLASS = 1000

ClassValue = bool | int | str


@dataclass(frozen=True)
class Classes:
    """Sorted; the last one is the positive class where there are two."""

    values: tuple[ClassValue, ...]

    @classmethod
    def of(cls, labels: Iterable[Any]) -> Classes:
        read = [read_label(label) for label in labels]
        # Before anything is compared: to Python, True is 1.
        kinds = {type(value) for value in read}
        if len(kinds) > 1:
            names = ", ".join(sorted(kind.__name__ for kind in kinds))
            raise JobRefused(f"the label mixes types ({names}); all of one column must be whole numbers, text or true/false")
        values = set(read)
        if len(values) < 2:
            raise JobRefused(f"the train split holds {len(values)} class(es) of the label; a classifier needs at least two")
        if len(values) > MOST_CLASSES:
            raise JobRefused(f"the label has {len(values)} classes, more than the {MOST_CLASSES} that are supported")
        return cls(tuple(sorted(values)))

    @property
    def onnx_values(self) -> npt.NDArray[Any]:
        """ONNX has no boolean class labels: true/false become 1/0. Text stays text."""
        if isinstance(self.values[0], str):
            return np.array(self.values, dtype=str)
        return np.array([int(value) for value in self.values], dtype=np.int64)

    @property
    def onnx_label_type(self) -> str:
        return "string" if isinstance(self.values[0], str) else "int64"

    def indices(self, labels: Sequence[Any], where: str) -> npt.NDArray[np.int64]:
        """Position of each label among the classes; `where` names their rows to whoever reads the refusal."""
        position = {value: index for index, value in enumerate(self.values)}
        read = [read_label(label) for label in labels]
        unknown = sorted({repr(value) for value in read if value not in position})
        if unknown:
            raise JobRefused(
                f"the {where} holds the class(es) {', '.join(unknown[:5])} that the training rows do not hold: "
                "leave such rows out of the spine, or cut a dataset whose train split holds them too"
            )
        return np.array([position[value] for value in read], dtype=np.int64)


def read_label(label: Any) -> ClassValue:
    """JSON has one kind of number, so 1.0 is the class 1."""
    if isinstance(label, float) and math.isfinite(label) and label.is_integer():
        label = int(label)
    if not isinstance(label, bool | int | str):
        raise JobRefused(f"{label!r} cannot be a class: a label must be a whole number, text or true/false")
    if isinstance(label, str) and len(label) > LONGEST_CLASS:
        raise JobRefused(
            f"a text of {len(label)} characters, {label[:40]!r}…, cannot be a class: shorten labels to {LONGEST_CLASS} at most"
        )
    if not isinstance(label, str) and abs(label) > LARGEST_CLASS:
        raise JobRefused(
            f"{label} cannot be a class: beyond {LARGEST_CLASS} JSON does not tell whole numbers apart; make the label a text"
        )
    return label
