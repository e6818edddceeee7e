"""The security scan: what the worker exports passes, and each hostile sample is found by its own check."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import joblib
import numpy as np
import onnx_samples as samples
import pytest
from onnx import ModelProto, TensorProto, defs, helper

from aimatrix_worker.gradient_boosting import fit_gradient_boosting
from aimatrix_worker.logistic_regression import fit_logistic_regression
from aimatrix_worker.scan.findings import MOST_FINDINGS, Limits
from aimatrix_worker.scan.model import scan_model
from aimatrix_worker.scan.shape_values import OPERATORS
from aimatrix_worker.scan.walk import graphs


class Marker:
    """Unpickling this would set the flag."""

    executed = False

    def __reduce__(self) -> tuple[Any, ...]:
        return (setattr, (Marker, "executed", True))


def codes(content: bytes, limits: Limits | None = None) -> set[str]:
    report = scan_model(content, limits)
    assert report.passed == (not report.findings)
    return {finding.code for finding in report.findings}


def scan(made: ModelProto, limits: Limits | None = None) -> set[str]:
    return codes(made.SerializeToString(), limits)


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


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_of_any_protocol_is_refused_without_running_it(protocol: int) -> None:
    content = pickle.dumps(Marker(), protocol=protocol)
    assert "pickle" in codes(content)
    assert not Marker.executed
    pickle.loads(content)
    assert Marker.executed, "the sample is a live one"
    Marker.executed = False


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def tarred() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("model"), io.BytesIO())
    return buffer.getvalue()


def joblib_bytes(compress: Any) -> bytes:
    buffer = io.BytesIO()
    joblib.dump({"weights": np.zeros(3)}, buffer, compress=compress)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (zipped(archive__data_pkl=b"x"), "archive"),
        (zipped(**{"archive__data.pkl": pickle.dumps(1)}), "archive"),
        (tarred(), "archive"),
        (joblib_bytes(0), "pickle"),
        (joblib_bytes(3), "foreign_format"),
        (joblib_bytes(("gzip", 3)), "foreign_format"),
        (gzip.compress(b"x"), "foreign_format"),
        (bz2.compress(b"x"), "foreign_format"),
        (lzma.compress(b"x"), "foreign_format"),
        (zlib.compress(b"x"), "foreign_format"),
        (b"\x89HDF\r\n\x1a\n" + b"0" * 64, "foreign_format"),
        (b"\x93NUMPY\x01\x00", "foreign_format"),
        (b"#!/bin/sh\n", "foreign_format"),
        (b"", "empty"),
        (b"\xff" * 40, "not_onnx"),
        (b'{"not": "a model"}', "not_onnx"),
    ],
)
def test_other_formats_are_told_by_their_content(content: bytes, code: str) -> None:
    assert code in codes(content)


def test_a_zip_hidden_behind_a_model_is_found() -> None:
    assert "archive" in codes(samples.trained() + zipped(**{"data.pkl": b"x"}))


def test_a_pytorch_container_is_called_one() -> None:
    [finding] = scan_model(zipped(**{"archive__data.pkl": b"x"})).findings
    assert "pickle inside (archive/data.pkl), as PyTorch writes" in finding.message


def test_a_file_over_the_bound_is_not_even_parsed() -> None:
    content = samples.trained()
    assert codes(content, Limits(max_bytes=len(content) - 1)) == {"too_large"}
    assert codes(content, Limits(max_bytes=len(content))) == set()


def test_unknown_fields_are_foreign_data() -> None:
    # Field 1000, a string.
    assert "foreign_data" in codes(samples.trained() + b"\xc2\x3e\x05hello")


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


def test_a_tensor_that_declares_more_than_it_holds_is_a_bomb() -> None:
    made = samples.network()
    made.graph.initializer[0].dims[:] = [4, 9]
    assert scan(made) == {"tensor_size"}
    made.graph.initializer[0].dims[:] = [1 << 20, 1 << 20]
    assert scan(made) == {"size_bomb"}
    made.graph.initializer[0].dims[:] = [-1, 8]
    assert scan(made) == {"tensor_shape"}
    made.graph.initializer[0].dims[:] = [1] * 17
    assert scan(made) == {"tensor_rank"}


def test_sparse_tensors_are_bounded_by_what_they_unfold_to() -> None:
    made = samples.network()
    sparse = made.graph.sparse_initializer.add()
    sparse.values.CopyFrom(samples.constant("v", [1.0], np.float32))
    sparse.indices.CopyFrom(samples.constant("i", [0]))
    sparse.dims[:] = [1 << 40]
    assert "size_bomb" in scan(made)


@pytest.mark.parametrize(
    ("dtype", "field", "count"),
    [
        (TensorProto.FLOAT, "float_data", 6),
        (TensorProto.INT64, "int64_data", 6),
        (TensorProto.DOUBLE, "double_data", 6),
        (TensorProto.FLOAT16, "int32_data", 6),
        (TensorProto.COMPLEX64, "float_data", 12),
        (TensorProto.INT4, "int32_data", 3),
    ],
)
def test_typed_tensor_fields_are_counted_as_the_format_says(dtype: int, field: str, count: int) -> None:
    made = samples.network()
    tensor = made.graph.initializer.add(name="extra", data_type=dtype, dims=[2, 3])
    getattr(tensor, field).extend([0] * count)
    assert scan(made) == set()
    getattr(tensor, field).append(0)
    assert scan(made) == {"tensor_size"}


def test_a_constant_asking_for_terabytes_is_a_bomb() -> None:
    assert scan(samples.filled([1000, 1000])) == set()
    assert scan(samples.filled([1 << 40])) == {"size_bomb"}
    assert scan(samples.filled([1 << 13, 1 << 13])) == {"size_bomb"}
    # 2^32 * 2^32 wraps to 0 in 64 bits.
    assert scan(samples.filled([1 << 32, 1 << 32])) == {"size_bomb"}


def bomb(nodes: list[Any], **constants: Any) -> ModelProto:
    return samples.model(nodes, [samples.constant(name, value) for name, value in constants.items()])


def test_bombs_made_by_arithmetic_on_constants_are_found() -> None:
    nodes = [
        helper.make_node("Mul", ["a", "a"], ["shape"]),
        helper.make_node("ConstantOfShape", ["shape"], ["big"]),
        helper.make_node("ReduceSum", ["big"], ["sum"], keepdims=0),
        helper.make_node("Add", ["features", "sum"], ["out"]),
    ]
    assert scan(bomb(nodes, a=[20])) == set()
    # 2^32: nothing in 32 bits, in which shape inference multiplies.
    for size in (1 << 13, 1 << 16, 1 << 17):
        assert scan(bomb(nodes, a=[size])) == {"size_bomb"}


def test_a_vector_of_sizes_that_doubles_itself_is_a_bomb() -> None:
    nodes = [helper.make_node("Concat", [f"v{step}"] * 2, [f"v{step + 1}"], axis=0) for step in range(40)]
    nodes.append(helper.make_node("ConstantOfShape", ["v40"], ["out"]))
    assert scan(bomb(nodes, v0=[1])) == {"size_bomb"}


@pytest.mark.parametrize("operator", ["Concat", "MatMul", "Add", "Einsum"])
def test_bombs_made_of_ordinary_operators_are_found(operator: str) -> None:
    """[1000, 4] becomes 2^40 numbers by Concat, 10^6 times 10^6 by the others."""
    if operator == "Concat":
        nodes = [helper.make_node("Concat", [f"v{step}"] * 2, [f"v{step + 1}"], axis=1) for step in range(30)]
        nodes[0].input[:] = ["features", "features"]
        assert scan(bomb(nodes)) == {"size_bomb"}
        return
    flat = [
        helper.make_node("Reshape", ["features", "column"], ["c"]),
        helper.make_node("Reshape", ["features", "row"], ["r"]),
        helper.make_node("Expand", ["c", "tall"], ["ct"]),
        helper.make_node("Expand", ["r", "wide"], ["rw"]),
    ]
    attributes = {"equation": "ij,jk->ik"} if operator == "Einsum" else {}
    if operator == "Add":
        flat[2], flat[3] = helper.make_node("Identity", ["c"], ["ct"]), helper.make_node("Identity", ["r"], ["rw"])
        constants = {"column": [4000, 1], "row": [1, 4000]}
        assert scan(bomb([*flat, helper.make_node("Add", ["ct", "rw"], ["out"])], **constants)) == set()
        flat = [
            *flat[:2],
            *(helper.make_node("Concat", [name] * 4, [f"{name}4"], axis=axis) for name, axis in (("c", 0), ("r", 1))),
        ]
        assert scan(bomb([*flat, helper.make_node("Add", ["c4", "r4"], ["out"])], **constants)) == {"size_bomb"}
        return
    constants = {"column": [-1, 1], "row": [1, -1], "tall": [4000, 2], "wide": [2, 4000]}
    nodes = [*flat, helper.make_node(operator, ["ct", "rw"], ["p"], **attributes)]
    nodes += [helper.make_node("Concat", ["p"] * 3, ["out"], axis=0)]
    assert scan(bomb(nodes, **constants)) == {"size_bomb"}


def test_a_classical_operator_that_declares_a_million_targets_is_a_bomb() -> None:
    node = helper.make_node("LinearRegressor", ["features"], ["out"], domain="ai.onnx.ml", coefficients=[1.0] * 4, targets=1)
    assert scan(samples.model([node])) == set()
    node.attribute.append(helper.make_attribute("targets", 10**6))
    del node.attribute[1]
    assert scan(samples.model([node])) == {"size_bomb"}


def test_what_follows_a_classical_operator_is_bounded_too() -> None:
    nodes = [helper.make_node("Scaler", ["features"], ["v0"], domain="ai.onnx.ml", offset=[0.0], scale=[1.0])]
    nodes += [helper.make_node("Concat", [f"v{step}"] * 2, [f"v{step + 1}"], axis=1) for step in range(20)]
    assert scan(bomb(nodes[:5])) == set()
    assert scan(bomb(nodes)) == {"size_bomb"}


def test_a_tree_behind_a_scaler_still_may_ask_only_for_features_that_exist() -> None:
    made = samples.tree(nodes_featureids=[4, 0, 0])
    made.graph.node[0].input[0] = "scaled"
    made.graph.node.insert(
        0, helper.make_node("Scaler", ["features"], ["scaled"], domain="ai.onnx.ml", offset=[0.0], scale=[1.0])
    )
    assert scan(made) == {"broken_tree"}


def test_every_operator_that_shape_inference_calculates_with_is_calculated_exactly() -> None:
    propagated = {schema.name for schema in defs.get_all_schemas_with_history() if schema.has_data_propagation_function}
    assert propagated <= set(OPERATORS)


@pytest.mark.parametrize(
    ("operator", "inputs", "constants"),
    [
        ("Tile", ["features", "n"], {"n": [1 << 20, 1 << 5]}),
        ("Expand", ["features", "n"], {"n": [1 << 20, 1000, 4]}),
        ("Pad", ["features", "n"], {"n": [1 << 24, 0, 1 << 24, 0]}),
    ],
)
def test_growing_operators_are_bounded_for_the_largest_request(
    operator: str, inputs: list[str], constants: dict[str, Any]
) -> None:
    assert scan(bomb([helper.make_node(operator, inputs, ["out"])], **constants)) == {"size_bomb"}


def test_a_range_without_end_is_a_bomb() -> None:
    nodes = [
        helper.make_node("Range", ["zero", "end", "one"], ["r"]),
        helper.make_node("Cast", ["r"], ["f"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["f"], ["sum"], keepdims=0),
        helper.make_node("Add", ["features", "sum"], ["out"]),
    ]
    assert scan(bomb(nodes, zero=0, one=1, end=1000)) == set()
    assert scan(bomb(nodes, zero=0, one=1, end=1 << 40)) == {"size_bomb"}


def test_a_size_taken_from_the_values_of_a_request_is_refused() -> None:
    nodes = [
        helper.make_node("ReduceSum", ["features"], ["sum"], keepdims=0),
        helper.make_node("Cast", ["sum"], ["n"], to=TensorProto.INT64),
        helper.make_node("Reshape", ["n", "one"], ["shape"]),
        helper.make_node("ConstantOfShape", ["shape"], ["out"]),
    ]
    assert scan(bomb(nodes, one=[1])) == {"unbounded_size"}


def test_a_size_computed_in_a_way_that_is_not_followed_is_refused() -> None:
    made = samples.model(
        [
            helper.make_node("Exp", ["x"], ["e"]),
            helper.make_node("Cast", ["e"], ["shape"], to=TensorProto.INT64),
            helper.make_node("ConstantOfShape", ["shape"], ["out"]),
        ],
        [samples.constant("x", [30.0], np.float32)],
    )
    assert scan(made) == {"unbounded_size"}


def test_shapes_that_a_file_merely_claims_do_not_count() -> None:
    made = samples.filled([1 << 13, 1 << 13])
    made.graph.value_info.append(helper.make_tensor_value_info("big", TensorProto.FLOAT, [1]))
    assert "size_bomb" in scan(made)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nodes_truenodeids": [0, 0, 0]}, "reached twice"),
        ({"nodes_falsenodeids": [1, 0, 0]}, "reached twice"),
        ({"nodes_falsenodeids": [9, 0, 0]}, "names the child 9, which does not exist"),
        ({"nodes_featureids": [4, 0, 0]}, "asks for feature 4 of rows with 4 features"),
        ({"nodes_featureids": [-1, 0, 0]}, "asks for feature -1"),
        ({"nodes_nodeids": [0, 1, 1]}, "the same id"),
        ({"nodes_modes": ["BRANCH_LEQ", "LEAF"]}, "differ in length"),
        (
            {
                "nodes_treeids": [0, 0, 0, 0, 0],
                "nodes_nodeids": [0, 1, 2, 3, 4],
                "nodes_modes": ["BRANCH_LEQ", "LEAF", "LEAF", "BRANCH_LEQ", "BRANCH_LEQ"],
                "nodes_featureids": [0] * 5,
                "nodes_truenodeids": [1, 0, 0, 4, 3],
                "nodes_falsenodeids": [2, 0, 0, 4, 3],
            },
            "cannot be reached",
        ),
    ],
)
def test_a_tree_that_is_none_is_found(changes: dict[str, Any], reason: str) -> None:
    [finding] = scan_model(samples.tree(**changes).SerializeToString()).findings
    assert finding.code == "broken_tree"
    assert reason in finding.message


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
