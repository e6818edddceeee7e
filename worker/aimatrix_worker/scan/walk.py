"""Everything inside a model, without recursion: a hostile file chooses its own depth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, SparseTensorProto, TensorProto


@dataclass(frozen=True)
class Place:
    """A graph, its own path, that of the graph around it, and its depth, which is 1 for the model's own graph."""

    graph: GraphProto
    depth: int
    path: str
    parent: str = ""


def graphs(model: ModelProto, max_depth: int) -> Iterator[Place]:
    """All graphs down to one level below `max_depth`, so that a caller sees that there is more."""
    waiting = [Place(model.graph, 1, "graph")]
    while waiting:
        place = waiting.pop()
        yield place
        if place.depth > max_depth:
            continue
        for node in place.graph.node:
            for attribute in node.attribute:
                inner = list(attribute.graphs)
                if attribute.HasField("g"):
                    inner.append(attribute.g)
                for number, graph in enumerate(inner):
                    path = f"{place.path}/{label_of(node)}.{attribute.name}" + (f"[{number}]" if number else "")
                    waiting.append(Place(graph, place.depth + 1, path, place.path))


def label_of(node: NodeProto) -> str:
    return f"{node.op_type} {node.name or (node.output[0] if node.output else '')}".strip()


def attribute_tensors(attribute: AttributeProto) -> Iterator[TensorProto]:
    if attribute.HasField("t"):
        yield attribute.t
    yield from attribute.tensors


def attribute_sparse_tensors(attribute: AttributeProto) -> Iterator[SparseTensorProto]:
    if attribute.HasField("sparse_tensor"):
        yield attribute.sparse_tensor
    yield from attribute.sparse_tensors


def tensors(place: Place) -> Iterator[tuple[TensorProto, str]]:
    """Every dense tensor of one graph, the halves of sparse ones included."""
    for tensor in place.graph.initializer:
        yield tensor, f"{place.path}/initializer {tensor.name}"
    for sparse, where in sparse_tensors(place):
        yield sparse.values, where
        yield sparse.indices, where
    for node in place.graph.node:
        for attribute in node.attribute:
            for tensor in attribute_tensors(attribute):
                yield tensor, f"{place.path}/{label_of(node)}.{attribute.name}"


def sparse_tensors(place: Place) -> Iterator[tuple[SparseTensorProto, str]]:
    for sparse in place.graph.sparse_initializer:
        yield sparse, f"{place.path}/sparse initializer {sparse.values.name}"
    for node in place.graph.node:
        for attribute in node.attribute:
            for sparse in attribute_sparse_tensors(attribute):
                yield sparse, f"{place.path}/{label_of(node)}.{attribute.name}"
