"""Every text column, one-hot encoded by the worker and by the exported graph alike.

A column's categories are the texts that its training rows hold often enough, compared exactly: no trimming, no case folding. Any
other text, rare or never seen, is all zeros. A missing text is the empty one, and a category like others where it is frequent.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import GraphProto, TensorProto, helper, numpy_helper

from aimatrix_worker.export.nodes import node

# Most of one column; the rarer ones say little and cost a column each.
MOST_CATEGORIES = 64
# What one row alone holds is learned by heart, not learned from.
LEAST_ROWS = 2

Texts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Encoding:
    """Per text column its categories, in the order of their columns."""

    categories: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, texts: Texts) -> Encoding:
        return cls(tuple(Encoding.of_column(column) for column in texts.T))

    @staticmethod
    def of_column(column: Texts) -> tuple[str, ...]:
        """Most frequent first, ties by the text, so that the same rows give the same bytes."""
        counts = Counter(str(text) for text in column)
        frequent = sorted((-count, text) for text, count in counts.items() if count >= LEAST_ROWS)
        return tuple(text for _count, text in frequent[:MOST_CATEGORIES])

    @property
    def width(self) -> int:
        return sum(len(categories) for categories in self.categories)

    def apply(self, texts: Texts) -> npt.NDArray[np.float32]:
        """[n, text columns] as the model sees them, [n, width]."""
        encoded = np.zeros((len(texts), self.width), dtype=np.float32)
        start = 0
        for position, categories in enumerate(self.categories):
            place = {text: start + offset for offset, text in enumerate(categories)}
            for row, text in enumerate(texts[:, position]):
                if text in place:
                    encoded[row, place[text]] = 1.0
            start += len(categories)
        return encoded

    def prepend_to(self, graph: GraphProto, inner_input: str, numeric: str | None) -> None:
        """Put the same steps before the graph's input, beside the numeric part; the graph then takes `categories` too."""
        parts = [numeric] if numeric else []
        steps: list[Any] = []
        graph.initializer.append(numpy_helper.from_array(np.array([0, 1], dtype=np.float32), "text_off_on"))
        for position, categories in enumerate(self.categories):
            if not categories:
                continue
            name, count = f"text_{position}", len(categories)
            graph.initializer.append(numpy_helper.from_array(np.array(position, dtype=np.int64), f"{name}_position"))
            graph.initializer.append(numpy_helper.from_array(np.array(count, dtype=np.int64), f"{name}_count"))
            # Beyond the last category, where OneHot has nothing to switch on; -1 would be the last one.
            numbered = {"keys_strings": list(categories), "values_int64s": list(range(count)), "default_int64": count}
            steps += [
                node("Gather", ["categories", f"{name}_position"], f"{name}_value", axis=1),
                node("LabelEncoder", [f"{name}_value"], f"{name}_number", domain="ai.onnx.ml", **numbered),
                node("OneHot", [f"{name}_number", f"{name}_count", "text_off_on"], f"{name}_encoded", axis=1),
            ]
            parts.append(f"{name}_encoded")
        steps.append(node("Concat", parts, inner_input, axis=1))
        graph.node.extend(steps)
        graph.input.append(helper.make_tensor_value_info("categories", TensorProto.STRING, [None, len(self.categories)]))
