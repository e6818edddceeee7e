"""Text columns: the encoding against scikit-learn's, the export against the original, the whole training job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from fake_platform import FakePlatform
from samples import breast_cancer
from sklearn.preprocessing import OneHotEncoder
from test_scaling import FITS
from trainings import BOOSTING, LOGISTIC, train

from aimatrix_worker.data.classes import Classes
from aimatrix_worker.data.dataset import LONGEST_TEXT, Rows
from aimatrix_worker.data.encoding import MOST_CATEGORIES, Encoding
from aimatrix_worker.data.preparation import Preparation
from aimatrix_worker.errors import JobRefused
from aimatrix_worker.export.onnx_export import export_onnx
from aimatrix_worker.export.onnx_model import TOLERANCE, OnnxModel, largest_difference
from aimatrix_worker.models.model_type import FitData
from aimatrix_worker.scan.model import scan_model

WORDS = ["", " ", "Adelie", "adelie", "Île", "日本", "🐧", "a\nb", "../x", "e\u0301", "\u00e9"]
UNKNOWN = np.array([["never seen", "NULL"], ["", ""], ["Adelie ", "😀"], ["x" * 2000, "日"]], dtype=object)


def random_texts(seed: int, rows: int = 300) -> np.ndarray:
    return np.random.default_rng(seed).choice(np.array(WORDS, dtype=object), (rows, 2))


@pytest.mark.parametrize("seed", range(4))
def test_the_encoding_is_that_of_scikit_learn(seed: int) -> None:
    train, later = random_texts(seed), np.vstack([random_texts(seed + 100), UNKNOWN])
    encoding = Encoding.of(train)
    theirs = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(train)
    names = [f"{column}={text}" for column, texts in enumerate(encoding.categories) for text in texts]
    their_names = [f"{column}={text}" for column, texts in enumerate(theirs.categories_) for text in texts]
    assert sorted(names) == sorted(their_names)
    order = [their_names.index(name) for name in names]
    np.testing.assert_array_equal(encoding.apply(later), theirs.transform(later)[:, order])


def test_categories_are_the_frequent_ones_the_most_frequent_first() -> None:
    texts = ["rare", *["b"] * 3, *["a"] * 3, *["c"] * 9, *[""] * 2]
    assert Encoding.of_column(np.array(texts, dtype=object)) == ("c", "a", "b", "")
    many = np.array([f"{number:03}" for number in range(200) for _ in range(2 + number % 2)], dtype=object)
    assert Encoding.of_column(many) == tuple(f"{number:03}" for number in range(1, 2 * MOST_CATEGORIES, 2))


@pytest.mark.parametrize("name", FITS)
@pytest.mark.parametrize("numeric_columns", [0, 2])
@pytest.mark.parametrize("seed", range(3))
def test_the_export_agrees_on_any_text_and_passes_the_scan(name: str, numeric_columns: int, seed: int) -> None:
    texts = random_texts(seed)
    # A column whose every text is another has no category at all.
    texts = np.hstack([texts, np.array([[f"id {row}"] for row in range(len(texts))], dtype=object)])
    numbers = np.random.default_rng(seed).standard_normal((len(texts), numeric_columns))
    labels = np.isin(texts[:, 0], ["", "日本", "Adelie", "../x"]).astype(np.int64)
    rows = Rows(numbers, texts, tuple(labels.tolist()), 0)
    preparation = Preparation.of(rows)
    fit, params = FITS[name]
    seen = preparation.apply(rows)
    fitted = fit(FitData(Classes.of([0, 1]), seen, labels, seen, labels), params, 0, lambda _step: None)
    content = export_onnx(fitted, preparation)
    strange = np.vstack([texts, np.hstack([UNKNOWN, UNKNOWN[:, :1]])])
    later = Rows(
        np.random.default_rng(seed + 9).standard_normal((len(strange), numeric_columns)), strange, (0,) * len(strange), 0
    )
    original = fitted.estimator.predict_proba(preparation.apply(later))
    assert largest_difference(OnnxModel(content).probabilities(later.features, later.categories), original) <= TOLERANCE
    assert (fitted.estimator.predict(seen) == labels).mean() > 0.99, "the text is all there is to learn"
    report = scan_model(content)
    assert report.passed, report.findings
    inputs = [given.name for given in onnx.load_from_string(content).graph.input]
    assert inputs == (["features", "categories"] if numeric_columns else ["categories"])


def test_the_scan_sees_how_wide_an_encoding_grows() -> None:
    texts = random_texts(0)
    labels = np.arange(len(texts)) % 2
    rows = Rows(np.zeros((len(texts), 0)), texts, tuple(labels.tolist()), 0)
    preparation = Preparation.of(rows)
    seen = preparation.apply(rows)
    fit, params = FITS["logistic"]
    fitted = fit(FitData(Classes.of([0, 1]), seen, labels, seen, labels), params, 0, lambda _step: None)
    model = onnx.load_from_string(export_onnx(fitted, preparation))
    count = next(tensor for tensor in model.graph.initializer if tensor.name == "text_0_count")
    count.raw_data = np.array(10**6, dtype=np.int64).tobytes()
    codes = {finding.code for finding in scan_model(model.SerializeToString()).findings}
    assert codes & {"size_bomb", "shape_inference"}


def test_text_that_never_repeats_is_no_ground_to_train_on() -> None:
    texts = np.array([["a"], ["b"]], dtype=object)
    with pytest.raises(JobRefused, match="no text feature has a value that two training rows share"):
        Preparation.of(Rows(np.zeros((2, 0)), texts, (0, 1), 0))


@pytest.mark.parametrize(("config", "nullable"), [(BOOSTING, True), (LOGISTIC, False)])
def test_a_training_job_takes_text_columns_and_missing_text(
    platform: FakePlatform, work_once: Any, config: dict[str, Any], nullable: bool
) -> None:
    dataset = breast_cancer()
    # The second feature is text, some of it missing in either of the two ways.
    dataset["features"][1]["value_type"] = "string"
    for number, row in enumerate(dataset["rows"]):
        row[6] = [None, ""][number % 2] if number % 10 == 0 else ["north", "south", "日本"][number % 3]
    job = train(platform, work_once, dataset, config)
    assert job.state == "succeeded", job.error
    numbers, texts = platform.versions[0]["signature"]["inputs"]
    assert [(numbers["name"], numbers["type"], numbers["shape"]), (texts["name"], texts["type"], texts["shape"])] == [
        ("features", "float64", [None, 29]),
        ("categories", "string", [None, 1]),
    ]
    assert (texts["columns"][0]["feature"], texts["columns"][0].get("nullable", False)) == ("tumour:f1", nullable)
    held_out = [row for row in dataset["rows"] if row[1] == "test" and (nullable or row[6])]
    assert job.result["held_out_rows"] == len(held_out)


@pytest.mark.parametrize(("config", "nullable"), [(BOOSTING, True), (LOGISTIC, False)])
def test_a_text_that_serving_would_refuse_is_missing_in_training_and_measuring(
    platform: FakePlatform, work_once: Any, config: dict[str, Any], nullable: bool
) -> None:
    dataset = breast_cancer()
    dataset["features"][1]["value_type"] = "string"
    for number, row in enumerate(dataset["rows"]):
        # In characters, as serving counts, not in bytes.
        row[6] = "🐧" * (LONGEST_TEXT + number % 4 // 3)
    job = train(platform, work_once, dataset, config)
    assert job.state == "succeeded", job.error
    tests = [row for row in dataset["rows"] if row[1] == "test"]
    short = [row for row in tests if len(row[6]) <= LONGEST_TEXT]
    assert 0 < len(short) < len(tests)
    assert job.result["held_out_rows"] == len(tests if nullable else short)
    assert platform.latest_evidence(1)["answered_share"]["value"] == (1.0 if nullable else len(short) / len(tests))


def test_the_longest_text_is_that_of_serving() -> None:
    rows = Path(__file__).resolve().parents[3] / "supabase" / "functions" / "inference" / "rows.ts"
    assert f"const longestText = {LONGEST_TEXT};" in rows.read_text()
