"""Every numeric input, centred and scaled in float64, by the worker and by the exported graph alike, bit for bit.

A float32 holds 24 bits: of seconds since 1970 it keeps every 128th. Models are float32 in every runtime, so what they see is the
distance from the column's median in units of its spread, taken in float64 where nothing is lost yet. Subtraction, division and
rounding are exactly specified (IEEE 754), so training, ONNX Runtime and its WebAssembly build agree on every bit, and so on every
threshold of a tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import GraphProto, TensorProto, helper, numpy_helper

from aimatrix_worker.export.nodes import node

# Within float32, and beyond everything that a column's spread could make of a sane value.
LARGEST = 1e30
# Where a missing value stands: below all others, so that a tree can tell it from them.
MISSING = -1e31

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scaling:
    """`centre` and `scale` per column, scale above 0."""

    centre: Array
    scale: Array

    @classmethod
    def of(cls, features: Array) -> Scaling:
        """Median and interquartile range of what is there; where half of a column is one value, the distance from it instead."""
        columns = [Scaling.of_column(column[~np.isnan(column)]) for column in features.T]
        table = np.array(columns, dtype=np.float64).reshape(len(columns), 2)
        return cls(table[:, 0].copy(), table[:, 1].copy())

    @staticmethod
    def of_column(values: Array) -> tuple[float, float]:
        if len(values) == 0:
            return 0.0, 1.0
        low, centre, high = np.percentile(values, [25, 50, 75], method="lower")
        with np.errstate(over="ignore"):
            candidates = [high - low, np.sqrt(np.mean((values - centre) ** 2)), np.abs(values - centre).max(), 1.0]
        return float(centre), float(next(spread for spread in candidates if 0 < spread < np.inf))

    def apply(self, features: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        """[n, columns] as the model sees them; NaN becomes MISSING."""
        with np.errstate(over="ignore"):
            distance = np.clip((features - self.centre) / self.scale, -LARGEST, LARGEST)
        return np.where(np.isnan(features), MISSING, distance).astype(np.float32)

    def collapsed(self, features: Array) -> list[tuple[int, int, int]]:
        """Columns of which more than half of the different values become one with another: (position, before, after)."""
        seen = self.apply(features)
        counts = [
            (at, len(np.unique(column[~np.isnan(column)])), len(np.unique(seen[~np.isnan(column), at])))
            for at, column in enumerate(features.T)
        ]
        return [(at, before, after) for at, before, after in counts if after < before / 2]

    def prepend_to(self, graph: GraphProto, inner_input: str) -> None:
        """Add the same steps to a graph that has none yet before its input; it then takes `features`, float64."""
        width = len(self.centre)
        constants = {"centre": self.centre, "scale": self.scale, "lowest": -LARGEST, "highest": LARGEST, "missing": MISSING}
        graph.initializer.extend(
            numpy_helper.from_array(np.asarray(value, dtype=np.float64), f"input_{name}") for name, value in constants.items()
        )
        steps = [
            node("Sub", ["features", "input_centre"], "input_distance"),
            node("Div", ["input_distance", "input_scale"], "input_scaled"),
            node("Clip", ["input_scaled", "input_lowest", "input_highest"], "input_clipped"),
            node("IsNaN", ["features"], "input_is_missing"),
            node("Where", ["input_is_missing", "input_missing", "input_clipped"], "input_whole"),
            node("Cast", ["input_whole"], inner_input, to=TensorProto.FLOAT),
        ]
        graph.node.extend(steps)
        graph.input.append(helper.make_tensor_value_info("features", TensorProto.DOUBLE, [None, width]))
