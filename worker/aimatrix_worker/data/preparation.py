"""From a dataset's rows to what a model sees, numeric columns first, then the encoded text; in training and in the graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from aimatrix import DatasetFeature
from onnx import GraphProto

from aimatrix_worker.data.dataset import Rows
from aimatrix_worker.data.encoding import Encoding
from aimatrix_worker.data.scaling import Scaling
from aimatrix_worker.errors import JobRefused


@dataclass(frozen=True)
class Preparation:
    scaling: Scaling
    encoding: Encoding

    @classmethod
    def of(cls, train: Rows) -> Preparation:
        found = cls(Scaling.of(train.features), Encoding.of(train.categories))
        if found.width == 0:
            raise JobRefused("no text feature has a value that two training rows share, so there is nothing to learn from")
        return found

    @property
    def width(self) -> int:
        return len(self.scaling.centre) + self.encoding.width

    def apply(self, rows: Rows) -> npt.NDArray[np.float32]:
        return np.hstack([self.scaling.apply(rows.features), self.encoding.apply(rows.categories)])

    def columns(self, features: Sequence[DatasetFeature]) -> list[str]:
        """For each column that a model sees the feature that it is made of; `features` in the order of a dataset's rows."""
        counts = [*(1 for _ in self.scaling.centre), *(len(categories) for categories in self.encoding.categories)]
        return [feature.ref for feature, count in zip(features, counts, strict=True) for _ in range(count)]

    def prepend_to(self, graph: GraphProto, inner_input: str) -> None:
        numeric, text = len(self.scaling.centre) > 0, len(self.encoding.categories) > 0
        inner = list(graph.node)
        del graph.node[:]
        del graph.input[:]
        if numeric:
            self.scaling.prepend_to(graph, "numeric" if text else inner_input)
        if text:
            self.encoding.prepend_to(graph, inner_input, "numeric" if numeric else None)
        graph.node.extend(inner)
