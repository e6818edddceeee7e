"""Makes the models of the inference tests and what scikit-learn itself answers for them.

Run by hand when the models should change: PYTHONPATH=worker:clients/python python make_models.py
Needs what the worker needs.
"""

import json
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from aimatrix_worker.data.classes import Classes
from aimatrix_worker.data.dataset import Rows
from aimatrix_worker.data.encoding import Encoding
from aimatrix_worker.data.preparation import Preparation
from aimatrix_worker.data.scaling import Scaling
from aimatrix_worker.export.onnx_export import export_onnx
from aimatrix_worker.models.gradient_boosting import BoostingParams, fit_gradient_boosting
from aimatrix_worker.models.logistic_regression import LogisticParams, fit_logistic_regression
from aimatrix_worker.models.model_type import FitData

HERE = Path(__file__).parent
ROWS = 25


def save_classifier(name, model, data, expected):
    x, y = data
    x = x.astype(np.float32)
    held_out = np.arange(len(x)) % 5 == 0
    model.fit(x[~held_out], y[~held_out])
    rows = x[held_out][:ROWS]
    graph = convert_sklearn(
        model,
        initial_types=[("features", FloatTensorType([None, x.shape[1]]))],
        options={"zipmap": False},
        target_opset={"": 17, "ai.onnx.ml": 1},
    )
    (HERE / f"{name}.onnx").write_bytes(graph.SerializeToString())
    expected[name] = {
        "operators": sorted({f"{node.domain or 'ai.onnx'}:{node.op_type}" for node in graph.graph.node}),
        "classes": [int(value) for value in model.classes_],
        "rows": rows.tolist(),
        "labels": model.predict(rows).tolist(),
        "probabilities": model.predict_proba(rows).tolist(),
    }


def save_worker_model():
    """A model as the worker makes it: float64 in, scaled in the graph, missing values taken. One feature counts seconds since 1970."""
    random = np.random.default_rng(0)
    x = np.column_stack([1767225600 + 7 * random.permutation(400), random.standard_normal((400, 2))]).astype(np.float64)
    y = (x[:, 0] > 1767225600 + 7 * 200).astype(np.int64)
    x[random.random(x.shape) < 0.1] = np.nan
    scaling = Scaling.of(x)
    seen = scaling.apply(x)
    fitted = fit_gradient_boosting(FitData(Classes.of([0, 1]), seen, y, seen, y), BoostingParams(n_estimators=20), 0, lambda _step: None)
    (HERE / "worker.onnx").write_bytes(export_onnx(fitted, Preparation(scaling, Encoding(()))))
    rows = np.vstack([x[:ROWS], np.nextafter(x[:ROWS], np.inf)])
    expected = {
        "classes": [0, 1],
        "rows": [[None if np.isnan(value) else value for value in row] for row in rows.tolist()],
        "labels": fitted.estimator.predict(scaling.apply(rows)).tolist(),
        "probabilities": fitted.estimator.predict_proba(scaling.apply(rows)).tolist(),
    }
    (HERE / "worker.json").write_text(json.dumps(expected))


def save_text_model():
    """A model as the worker makes it, with a numeric column and two of text, some values missing, others met by serving alone."""
    random = np.random.default_rng(1)
    words = np.array(["", "Adelie", "Île", "日本", "🐧"], dtype=object)
    texts = random.choice(words, (400, 2))
    numbers = random.standard_normal((400, 1))
    y = np.isin(texts[:, 0], ["", "日本"]).astype(np.int64) ^ (numbers[:, 0] > 1)
    train = Rows(numbers, texts, tuple(y.tolist()), 0)
    preparation = Preparation.of(train)
    seen = preparation.apply(train)
    fitted = fit_gradient_boosting(FitData(Classes.of([0, 1]), seen, y, seen, y), BoostingParams(n_estimators=20), 0, lambda _step: None)
    (HERE / "text.onnx").write_bytes(export_onnx(fitted, preparation))
    strange = np.array([["never seen", "adelie"], ["", ""], ["x" * 1000, "日"], ["Adelie ", "😀"]], dtype=object)
    rows = Rows(np.append(numbers[:ROWS], np.zeros((4, 1)), axis=0), np.append(texts[:ROWS], strange, axis=0), (0,) * (ROWS + 4), 0)
    expected = {
        "rows": [[*row, *(text or None for text in text_row)] for row, text_row in zip(rows.features.tolist(), rows.categories.tolist())],
        "labels": fitted.estimator.predict(preparation.apply(rows)).tolist(),
        "probabilities": fitted.estimator.predict_proba(preparation.apply(rows)).tolist(),
    }
    (HERE / "text.json").write_text(json.dumps(expected))


def save_linear_models():
    """Linear models as the worker makes them, of two columns that nearly repeat each other and one of text."""
    random = np.random.default_rng(2)
    shared, own = random.standard_normal((2, 1000))
    numbers = np.column_stack([100 + 10 * shared, 100 + 10 * (shared + 1e-3 * own)])
    texts = random.choice(np.array(["Adelie", "Île"], dtype=object), (1000, 1))
    score = own + (texts[:, 0] == "Île") + 0.7 * random.standard_normal(1000)
    expected = []
    for name, values in (("linear", [False, True]), ("linear_text", ["ja", "nein", "日本"])):
        y = np.digitize(score, np.quantile(score, np.arange(1, len(values)) / len(values)))
        rows = Rows(numbers, texts, tuple(y.tolist()), 0)
        preparation = Preparation.of(rows)
        seen = preparation.apply(rows)
        params = LogisticParams(C=1e6, max_iter=5000)
        fitted = fit_logistic_regression(FitData(Classes.of(values), seen, y, seen, y), params, 0, lambda _step: None)
        (HERE / f"{name}.onnx").write_bytes(export_onnx(fitted, preparation))
        probabilities = fitted.estimator.predict_proba(seen[:ROWS].astype(np.float64))
        expected.append({
            "name": name,
            "classes": values,
            "rows": [[*row, *text] for row, text in zip(numbers[:ROWS].tolist(), texts[:ROWS].tolist())],
            "labels": fitted.estimator.predict(seen[:ROWS].astype(np.float64)).tolist(),
            "probabilities": probabilities.tolist(),
            "largest_coefficient": float(np.abs(fitted.estimator.named_steps["model"].coef_).max()),
        })
    (HERE / "linear.json").write_text(json.dumps(expected))


def save_not_a_number():
    """A graph whose probabilities are 0 / 0 for an input of zeros."""
    features = helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, 2])
    out = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, 2])
    node = helper.make_node("Div", ["features", "features"], ["probabilities"])
    graph = helper.make_graph([node], "not_a_number", [features], [out])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (HERE / "not_a_number.onnx").write_bytes(model.SerializeToString())


def main():
    cancer = load_breast_cancer(return_X_y=True)
    iris = load_iris(return_X_y=True)
    expected = {}
    save_classifier("boosting", GradientBoostingClassifier(n_estimators=20, random_state=0), cancer, expected)
    save_classifier("logistic", make_pipeline(StandardScaler(), LogisticRegression()), cancer, expected)
    save_classifier("three_classes", RandomForestClassifier(n_estimators=5, max_depth=4, random_state=0), iris, expected)
    save_not_a_number()
    save_worker_model()
    save_text_model()
    save_linear_models()
    (HERE / "expected.json").write_text(json.dumps(expected))


if __name__ == "__main__":
    main()
