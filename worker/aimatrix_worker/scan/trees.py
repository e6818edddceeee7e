"""Tree ensembles: each tree really is a tree, and asks only for features that exist.

A runtime follows child ids until it meets a leaf: a cycle never ends, and a feature id outside the row reads foreign memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from onnx import NodeProto

from aimatrix_worker.scan.findings import Report
from aimatrix_worker.scan.walk import Place, label_of

# Tree id and node id.
Key = tuple[int, int]

TREE_OPERATORS = frozenset({"TreeEnsembleClassifier", "TreeEnsembleRegressor"})
NODE_LISTS = ("nodes_treeids", "nodes_nodeids", "nodes_truenodeids", "nodes_falsenodeids", "nodes_featureids")


def check_trees(places: Iterable[Place], widths: Mapping[str, int], report: Report) -> None:
    """`widths` holds the last dimension of each value where it is known."""
    for place in places:
        for node in place.graph.node:
            if node.op_type in TREE_OPERATORS and node.domain == "ai.onnx.ml":
                width = widths.get(node.input[0]) if node.input else None
                for message in judge_ensemble(node, width):
                    report.add("broken_tree", message, f"{place.path}/{label_of(node)}")


def judge_ensemble(node: NodeProto, width: int | None) -> list[str]:
    lists = {attribute.name: list(attribute.ints) for attribute in node.attribute if attribute.name in NODE_LISTS}
    modes = next((list(attribute.strings) for attribute in node.attribute if attribute.name == "nodes_modes"), [])
    lengths = {len(lists.get(name, [])) for name in NODE_LISTS} | {len(modes)}
    if len(lengths) != 1 or lengths == {0}:
        return ["the lists that describe the nodes differ in length or are empty"]
    trees, ids, if_true, if_false, features = (lists[name] for name in NODE_LISTS)
    keys = list(zip(trees, ids, strict=True))
    if len(set(keys)) != len(keys):
        return ["two nodes of one tree have the same id"]
    inner = [position for position, mode in enumerate(modes) if mode != b"LEAF"]
    children = {keys[position]: tuple((trees[position], child[position]) for child in (if_true, if_false)) for position in inner}
    messages = judge_children(keys, children)
    asked = [features[position] for position in inner]
    if asked and (min(asked) < 0 or (width is not None and max(asked) >= width)):
        messages.append(f"a node asks for feature {min(asked) if min(asked) < 0 else max(asked)} of rows with {width} features")
    return messages


def judge_children(keys: Sequence[Key], children: Mapping[Key, tuple[Key, ...]]) -> list[str]:
    """Walk down from the first node of each tree: every child must exist, be met once, and every node must be met."""
    known = set(keys)
    roots: dict[int, Key] = {}
    for key in keys:
        roots.setdefault(key[0], key)
    met = set(roots.values())
    waiting = list(met)
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in known:
                return [f"tree {child[0]} names the child {child[1]}, which does not exist"]
            if child in met:
                return [f"node {child[1]} of tree {child[0]} is reached twice: no tree, so the way through it may have no end"]
            met.add(child)
            waiting.append(child)
    lost = next((key for key in keys if key not in met), None)
    return [f"node {lost[1]} of tree {lost[0]} cannot be reached from the root"] if lost is not None else []
