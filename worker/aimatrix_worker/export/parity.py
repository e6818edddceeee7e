"""An export held against its original, and what to change in the training where the two differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from aimatrix_worker.errors import JobRefused
from aimatrix_worker.export.onnx_model import TOLERANCE, Floats, largest_difference
from aimatrix_worker.models.model_type import Fitted


def check_parity(
    fitted: Fitted, columns: Sequence[str], exported: Floats, original: npt.NDArray[np.float64], split: str
) -> float:
    """The largest difference of two probabilities, or a refusal; `columns` name what the model sees."""
    parity = largest_difference(exported, original)
    if parity > TOLERANCE:
        off = f"off the trained model by {parity:.3g} on the {split} rows, more than {TOLERANCE:g}"
        raise JobRefused(f"the ONNX export is {off}: {fitted.remedy(columns)}")
    return parity
