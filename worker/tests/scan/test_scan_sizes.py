"""Tensors, trees and values that are larger than they look."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx_samples as samples
import pytest
from onnx import ModelProto, TensorProto, defs, helper
from scanning import scan

from aimatrix_worker.scan.model import scan_model
from aimatrix_worker.scan.shape_values import OPERATORS


def bomb(nodes: list[Any], **constants: Any) -> ModelProto:
    return samples.model(nodes, [samples.constant(name, value) for name, value in constants.items()])


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
