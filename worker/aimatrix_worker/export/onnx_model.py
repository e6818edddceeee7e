"""An ONNX classifier in a session of its own, on one thread, as the edge function runs it."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from aimatrix_worker.errors import JobRefused

# Probabilities of two runtimes, or of a model and its export, may differ by float32 rounding and no more.
TOLERANCE = 1e-5

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[Any]


class OnnxModel:
    def __init__(self, content: bytes) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self.session = ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the runtime raises a dozen kinds, all meaning that these bytes are no usable model
            raise JobRefused(f"the model cannot be loaded by ONNX Runtime: {type(error).__name__}: {error}") from error
        names = [output.name for output in self.session.get_outputs()]
        if "probabilities" not in names:
            raise JobRefused(f"the model has no output `probabilities`, only {', '.join(names)}")

    def probabilities(self, rows: Rows, categories: Rows | None = None) -> Floats:
        """[n, classes] in the order of the signature's classes."""
        return np.asarray(self.session.run(["probabilities"], self.feed(rows, categories))[0], dtype=np.float32)

    def feed(self, rows: Rows, categories: Rows | None) -> dict[str, Rows]:
        """A text input takes the categories, any other the numbers."""
        numbers = {"tensor(double)": np.float64, "tensor(int64)": np.int64}
        fed = {}
        for given in self.session.get_inputs():
            if given.type != "tensor(string)":
                fed[given.name] = rows.astype(numbers.get(given.type, np.float32))
            elif categories is None:
                raise JobRefused(f"the model takes text as {given.name!r}, and its signature names none")
            else:
                fed[given.name] = categories.astype(object)
        return fed

    def single_row_latency_ms(self, rows: Rows, categories: Rows | None = None, repeats: int = 200, warm_up: int = 20) -> float:
        """Median time of one row through the session; the first runs, which allocate, do not count."""
        times = []
        feed = self.feed(rows, categories)
        for turn in range(warm_up + repeats):
            at = turn % len(rows)
            row = {name: values[at : at + 1] for name, values in feed.items()}
            started = time.perf_counter()
            self.session.run(None, row)
            times.append(time.perf_counter() - started)
        return float(np.median(times[warm_up:]) * 1000)


def largest_difference(left: npt.NDArray[np.floating], right: npt.NDArray[np.floating]) -> float:
    """Largest absolute difference; a NaN on either side counts as infinitely far."""
    if left.shape != right.shape:
        return float("inf")
    difference = np.abs(left.astype(np.float64) - right.astype(np.float64))
    return float("inf") if np.isnan(difference).any() else float(difference.max(initial=0.0))
