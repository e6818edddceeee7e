"""An export held against its original, and what to change in the training where the two differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.pipeline import Pipeline

from aimatrix_worker.errors import JobRefused
from aimatrix_worker.export.onnx_model import TOLERANCE, Floats, largest_difference
from aimatrix_worker.models.model_type import Fitted

# Smaller ones, measured by the largest, cannot cancel it.
LARGE_SHARE = 0.1
MOST_NAMED = 3


def check_parity(
    fitted: Fitted, columns: Sequence[str], exported: Floats, original: npt.NDArray[np.float64], split: str
) -> float:
    """The largest difference of two probabilities, or a refusal; `columns` name what the model sees."""
    parity = largest_difference(exported, original)
    if parity > TOLERANCE:
        estimator = fitted.estimator
        remedy = linear_remedy(estimator, columns) if isinstance(estimator, Pipeline) else tree_remedy(estimator)
        off = f"off the trained model by {parity:.3g} on the {split} rows, more than {TOLERANCE:g}"
        raise JobRefused(f"the ONNX export is {off}: {remedy}")
    return parity


def linear_remedy(pipeline: Pipeline, columns: Sequence[str]) -> str:
    """Even float64 loses what large terms of opposite sign leave over."""
    sizes = np.abs(pipeline.named_steps["model"].coef_).max(axis=0)
    order = np.argsort(-sizes, kind="stable")
    # Categories of one text are columns of one feature.
    large = list(dict.fromkeys(columns[int(at)] for at in order if sizes[at] >= LARGE_SHARE * sizes.max()))[:MOST_NAMED]
    if len(large) == 1:
        return f"the coefficients of {large[0]} reach {sizes.max():.3g}; lower C, or drop it"
    *others, last = large
    named = f"{', '.join(others)} and {last}"
    return f"coefficients reach {sizes.max():.3g}; lower C, or drop one of {named}, which nearly repeat each other"


def tree_remedy(estimator: Any) -> str:
    """Measured: 10,000 ordinary trees add up to 4e-6 off. What exceeds the tolerance is boosting that diverges, each stage
    correcting the larger error of the one before, until float32 cannot hold a leaf. Fewer trees diverge as well."""
    leaves = np.concatenate([tree.tree_.value.ravel() for tree in estimator.estimators_.ravel()])
    reach = np.abs(leaves).max() * estimator.learning_rate
    remedies = [f"lower learning_rate, which is {estimator.learning_rate:g}"]
    if estimator.subsample < 1:
        remedies.append(f"raise subsample, which is {estimator.subsample:g}")
    return f"the values of its leaves reach {reach:.3g}; {', or '.join(remedies)}"
