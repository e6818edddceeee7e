"""Strings that a careless reader would use as a path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from onnx import ModelProto

from aimatrix_worker.scan.findings import Report
from aimatrix_worker.scan.walk import Place, label_of, tensors

# A leading slash alone is harmless: PyTorch names its nodes /encoder/layer.0/MatMul.
TRAVERSAL = re.compile(r"(^|[\\/])\.\.([\\/]|$)|^[A-Za-z]:[\\/]|^file:|^\\\\|\x00|%2e%2e(%2f|/|\\)", re.IGNORECASE)


def check_strings(model: ModelProto, places: Iterable[Place], report: Report) -> None:
    for text, where in model_strings(model):
        judge(text, where, report)
    for place in places:
        for text, where in graph_strings(place):
            judge(text, where, report)


def judge(text: str, where: str, report: Report) -> None:
    if TRAVERSAL.search(text):
        report.add("path_traversal", f"a string looks like a path out of its folder: {text[:100]!r}", where)


def model_strings(model: ModelProto) -> Iterator[tuple[str, str]]:
    for name in ("producer_name", "producer_version", "domain"):
        yield getattr(model, name), name
    for entry in model.metadata_props:
        yield entry.key, "metadata_props"
        yield entry.value, f"metadata_props {entry.key}"


def graph_strings(place: Place) -> Iterator[tuple[str, str]]:
    graph = place.graph
    yield graph.name, place.path
    for value in (*graph.input, *graph.output, *graph.value_info):
        yield value.name, f"{place.path}/value"
    for tensor, where in tensors(place):
        yield tensor.name, where
        for entry in tensor.external_data:
            yield entry.value, where
            if entry.key == "location" and entry.value.startswith("/"):
                yield "file:" + entry.value, where
    for node in graph.node:
        where = f"{place.path}/{label_of(node)}"
        yield from ((name, where) for name in (node.name, *node.input, *node.output))
        for attribute in node.attribute:
            for data in (attribute.s, *attribute.strings):
                yield data.decode("utf-8", "replace"), f"{where}.{attribute.name}"
