"""Logistic regression on standardised features, with the loss after every step of the optimiser.

scikit-learn's own fit reports nothing on the way, and restarting it step by step would lose L-BFGS's memory, which is a different
(and slower) optimiser. So the same objective is handed to the same L-BFGS with a callback, and the optimum is put into a
LogisticRegression, whose predict_proba and export are then scikit-learn's. A test holds the two optima against each other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from onnx import ModelProto
from pydantic import Field
from scipy.optimize import minimize
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from aimatrix_worker.export.convert import TARGET_OPSET
from aimatrix_worker.export.linear_export import LinearModel
from aimatrix_worker.messages import Options
from aimatrix_worker.models.model_type import FitData, Fitted, Iteration, ModelType, Observe, mean_log_loss

Array = npt.NDArray[np.float64]

# Smaller coefficients, measured by the largest, cannot cancel it.
LARGE_SHARE = 0.1
MOST_NAMED = 3


class LogisticParams(Options):
    """C is the inverse strength of the L2 penalty, as in scikit-learn; the intercept is not penalised."""

    C: float = Field(default=1.0, gt=0)
    max_iter: int = Field(default=100, ge=1, le=100_000)


class FittedLogistic(Fitted):
    """`estimator` is a Pipeline of a scaler and a LogisticRegression over classes.onnx_values."""

    def predict(self, features: npt.NDArray[np.float32]) -> Array:
        # Of float32 the original itself would compute in float32.
        return self.estimator.predict_proba(features.astype(np.float64))

    def to_onnx(self, given: str, width: int) -> ModelProto:
        del width
        return LinearModel.of(self.estimator).to_onnx(given, TARGET_OPSET[""])

    def remedy(self, columns: Sequence[str]) -> str:
        """Even float64 loses what large terms of opposite sign leave over."""
        sizes = np.abs(self.estimator.named_steps["model"].coef_).max(axis=0)
        order = np.argsort(-sizes, kind="stable")
        # Categories of one text are columns of one feature.
        large = list(dict.fromkeys(columns[int(at)] for at in order if sizes[at] >= LARGE_SHARE * sizes.max()))[:MOST_NAMED]
        if len(large) == 1:
            return f"the coefficients of {large[0]} reach {sizes.max():.3g}; lower C, or drop it"
        *others, last = large
        named = f"{', '.join(others)} and {last}"
        return f"coefficients reach {sizes.max():.3g}; lower C, or drop one of {named}, which nearly repeat each other"


class Objective:
    """Mean log loss + ‖w‖² / (2 C n). Two classes share one weight vector, more have one each."""

    def __init__(self, features: Array, labels: npt.NDArray[np.int64], count: int, C: float) -> None:
        self.features = features
        self.labels = labels
        self.count = count
        self.vectors = 1 if count == 2 else count
        self.penalty = 1.0 / (C * len(labels))
        self.targets = np.eye(count)[labels]

    def unpack(self, flat: Array) -> tuple[Array, Array]:
        table = flat.reshape(self.vectors, self.features.shape[1] + 1)
        return table[:, :-1], table[:, -1]

    def scores(self, flat: Array, features: Array) -> Array:
        weights, intercepts = self.unpack(flat)
        raw = features @ weights.T + intercepts
        return np.hstack([np.zeros_like(raw), raw]) if self.vectors == 1 else raw

    def value_and_gradient(self, flat: Array) -> tuple[float, Array]:
        scores = self.scores(flat, self.features)
        weights, _ = self.unpack(flat)
        error = (np.exp(log_softmax(scores, axis=1)) - self.targets)[:, self.count - self.vectors :] / len(self.labels)
        gradient = np.hstack([error.T @ self.features + self.penalty * weights, error.sum(axis=0)[:, None]])
        return mean_log_loss(scores, self.labels) + 0.5 * self.penalty * float((weights**2).sum()), gradient.ravel()


def fit_logistic_regression(data: FitData, params: LogisticParams, seed: int, observe: Observe) -> Fitted:
    """Convex, started from zero: `seed` has nothing to decide here."""
    del seed
    scaler = StandardScaler()
    features = scaler.fit_transform(data.features.astype(np.float64))
    watched = np.asarray(scaler.transform(data.watched_features.astype(np.float64)))
    objective = Objective(np.asarray(features), data.labels, len(data.classes.values), params.C)
    done = 0

    def after_step(flat: Array) -> None:
        nonlocal done
        done += 1
        train_loss = mean_log_loss(objective.scores(flat, objective.features), data.labels)
        watched_loss = mean_log_loss(objective.scores(flat, watched), data.watched_labels)
        observe(Iteration(done, params.max_iter, train_loss, watched_loss))

    start = np.zeros(objective.vectors * (data.features.shape[1] + 1))
    found = minimize(
        objective.value_and_gradient,
        start,
        jac=True,
        method="L-BFGS-B",
        callback=after_step,
        # scikit-learn's own settings for this solver.
        options={"maxiter": params.max_iter, "maxls": 50, "gtol": 1e-4, "ftol": 64 * np.finfo(float).eps},
    )
    model = as_scikit_learn(objective, found.x, data, params, int(found.nit))
    return FittedLogistic(Pipeline([("scale", scaler), ("model", model)]), int(found.nit), bool(found.success))


def as_scikit_learn(objective: Objective, flat: Array, data: FitData, params: LogisticParams, steps: int) -> LogisticRegression:
    weights, intercepts = objective.unpack(flat)
    model = LogisticRegression(C=params.C, max_iter=params.max_iter)
    fitted = {
        "classes_": data.classes.onnx_values,
        "coef_": weights.copy(),
        "intercept_": intercepts.copy(),
        "n_iter_": np.array([steps], dtype=np.int32),
        "n_features_in_": data.features.shape[1],
    }
    for name, value in fitted.items():
        setattr(model, name, value)
    return model


MODEL_TYPE = ModelType(LogisticParams, fit_logistic_regression, takes_missing=False)
