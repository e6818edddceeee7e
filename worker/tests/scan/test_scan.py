"""The security scan: what the worker exports passes, and each hostile sample is found by its own check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx_samples as samples
import pytest
from onnx import ModelProto, TensorProto, helper
from scanning import scan

from aimatrix_worker.models.gradient_boosting import fit_gradient_boosting
from aimatrix_worker.models.logistic_regression import fit_logistic_regression
from aimatrix_worker.scan.findings import MOST_FINDINGS, Limits
from aimatrix_worker.scan.model import scan_model
from aimatrix_worker.scan.walk import graphs


@pytest.mark.parametrize("fit", [fit_gradient_boosting, fit_logistic_regression])
@pytest.mark.parametrize("classes", [[0, 1], [0, 1, 2], ["a", "b"], ["a", "b", "c"], [False, True]], ids=str)
def test_what_the_worker_exports_passes(fit: Any, classes: list[Any]) -> None:
    report = scan_model(samples.trained(fit, classes))
    assert report.findings == []
    assert report.facts["nodes"] >= 1
    # 1000 rows of what is widest: the four features.
    assert report.facts["largest_value_elements"] == 1000 * samples.WIDTH


@pytest.mark.parametrize("make", [samples.network, samples.tree, lambda: samples.nested(3)])
def test_ordinary_models_pass(make: Callable[[], ModelProto]) -> None:
    assert scan(make()) == set()


@pytest.mark.parametrize("location", ["weights.bin", "../../etc/passwd", "/etc/passwd"])
def test_external_data_is_refused(location: str) -> None:
    found = scan(samples.external(location))
    assert "external_data" in found
    assert ("path_traversal" in found) == (location != "weights.bin")


def test_external_data_is_found_in_attributes_of_nested_graphs() -> None:
    made = samples.nested(3)
    [inner] = [place.graph for place in graphs(made, 4) if place.depth == 3 and place.graph.name == "gv1"]
    node = inner.node.add(op_type="Constant", output=["hidden"])
    tensor = samples.constant("t", [1.0], np.float32)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights.bin")
    node.attribute.append(helper.make_attribute("value", tensor))
    assert "external_data" in scan(made)


def relu_replaced(**changes: Any) -> ModelProto:
    made = samples.network()
    for name, value in changes.items():
        setattr(made.graph.node[1], name, value)
    return made


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"op_type": "NonZero"}, "operator_not_allowed"),
        ({"domain": "com.evil"}, "unknown_domain"),
        ({"domain": "com.microsoft", "op_type": "Gelu"}, "unknown_domain"),
        ({"op_type": "RunShell"}, "operator_not_allowed"),
        ({"op_type": "Loop"}, "operator_not_allowed"),
        ({"op_type": "RandomNormalLike"}, "operator_not_allowed"),
        ({"op_type": "StringNormalizer"}, "operator_not_allowed"),
        # Gelu came with opset 20, the model imports 17.
        ({"op_type": "Gelu"}, "unknown_operator"),
    ],
)
def test_operators_off_the_list_are_refused(changes: dict[str, str], code: str) -> None:
    assert scan(relu_replaced(**changes)) == {code}


def test_an_operator_is_judged_by_the_opset_that_the_model_imports() -> None:
    made = relu_replaced(op_type="Gelu")
    made.opset_import[0].version = 20
    assert scan(made) == set()
    made.opset_import[0].version = 4096
    assert "unknown_opset" in scan(made)


def test_an_imported_domain_that_nobody_uses_is_still_refused() -> None:
    made = samples.network()
    made.opset_import.add(domain="com.evil", version=1)
    assert scan(made) == {"unknown_domain"}


def test_an_operator_whose_domain_is_not_imported_is_refused() -> None:
    made = samples.tree()
    del made.opset_import[1]
    assert scan(made) == {"missing_opset"}


def test_functions_of_the_models_own_are_refused() -> None:
    made = samples.network()
    made.functions.append(
        helper.make_function(
            "com.evil", "F", ["x"], ["y"], [helper.make_node("Relu", ["x"], ["y"])], [helper.make_opsetid("", 17)]
        )
    )
    assert "custom_function" in scan(made)


def test_training_graphs_are_refused() -> None:
    made = samples.network()
    made.training_info.add()
    assert scan(made) == {"training_info"}


def test_graphs_may_nest_only_so_deep() -> None:
    assert scan(samples.nested(4)) == set()
    assert scan(samples.nested(5)) == {"graph_depth"}
    assert scan(samples.nested(20)) == {"graph_depth"}


def test_a_bound_on_nodes_holds_over_nested_graphs() -> None:
    assert scan(samples.nested(3), Limits(max_nodes=4)) == {"node_count"}
    assert scan(samples.nested(3), Limits(max_nodes=5)) == set()


@pytest.mark.parametrize("text", ["../../etc/passwd", "..\\x", "C:\\x", "file:///etc/passwd", "a/../b", "%2e%2e%2fx"])
def test_strings_that_lead_out_of_a_folder_are_found(text: str) -> None:
    named = samples.network()
    named.graph.node[0].name = text
    assert "path_traversal" in scan(named)
    described = samples.network()
    described.metadata_props.add(key="vocabulary", value=text)
    assert "path_traversal" in scan(described)


@pytest.mark.parametrize("text", ["/encoder/layer.0/MatMul", "a..b", "x...y", "v1.2"])
def test_ordinary_names_are_no_paths(text: str) -> None:
    made = samples.network()
    made.graph.node[0].name = text
    assert scan(made) == set()


def test_onnx_checker_has_the_last_word() -> None:
    made = samples.network()
    made.graph.node[-1].attribute.append(helper.make_attribute("made_up", 1))
    assert scan(made) == {"checker"}


def test_findings_are_bounded_and_the_rest_counted() -> None:
    made = samples.network()
    for index in range(200):
        made.graph.node.add(op_type="Evil", name=f"n{index}")
    report = scan_model(made.SerializeToString())
    assert len(report.findings) == MOST_FINDINGS
    assert report.to_json()["findings_omitted"] == 150


@pytest.mark.parametrize("seed", range(8))
def test_random_damage_never_escapes_as_an_exception(seed: int) -> None:
    random = np.random.default_rng(seed)
    for make in (samples.trained, lambda: samples.network().SerializeToString()):
        original = np.frombuffer(make(), dtype=np.uint8)
        for _ in range(40):
            content = original.copy()
            where = random.integers(0, len(content), random.integers(1, 6))
            content[where] = random.integers(0, 256, len(where))
            scan_model(content.tobytes())
