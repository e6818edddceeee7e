"""Strings that a careless reader would use as a path, wherever in the file they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from onnx import AttributeProto, ModelProto, StringStringEntryProto

from aimatrix_worker.scan.findings import Report

# A leading slash alone is harmless: PyTorch names its nodes /encoder/layer.0/MatMul.
TRAVERSAL = re.compile(r"(^|[\\/])\.\.([\\/]|$)|^[A-Za-z]:[\\/]|^file:|^\\\\|\x00|%2e%2e(%2f|/|\\)", re.IGNORECASE)


def check_strings(model: ModelProto, report: Report) -> bool:
    """False when a name is not even text, so that nothing after this can rely on names."""
    readable = True
    for text, where in texts(model):
        if isinstance(text, bytes):
            readable = False
            report.add("invalid_text", f"a string is not UTF-8: {text[:100]!r}", where)
        elif TRAVERSAL.search(text):
            report.add("path_traversal", f"a string looks like a path out of its folder: {text[:100]!r}", where)
    return readable


def texts(model: ModelProto) -> Iterator[tuple[str | bytes, str]]:
    """Every string of every message but free documentation, and the byte strings of attributes. No recursion.

    Keys that a value is looked up by are data of the training rows, where any text may stand.
    """
    waiting: list[tuple[Message, str]] = [(model, "model")]
    while waiting:
        message, path = waiting.pop()
        for field, value in message.ListFields():
            where = f"{path}.{field.name}"
            if field.type == FieldDescriptor.TYPE_MESSAGE:
                waiting.extend((inner, where) for inner in ([value] if isinstance(value, Message) else value))
            elif field.type == FieldDescriptor.TYPE_STRING and field.name != "doc_string":
                # A string field that is not UTF-8 comes back as bytes.
                yield from ((text, where) for text in several(value))
            elif (
                field.type == FieldDescriptor.TYPE_BYTES
                and isinstance(message, AttributeProto)
                and message.name != "keys_strings"
            ):
                yield from ((data.decode("utf-8", "replace"), where) for data in several(value))
        if isinstance(message, StringStringEntryProto) and message.key == "location" and message.value.startswith("/"):
            yield f"file:{message.value}", path


def several(value: str | bytes | Iterable[str | bytes]) -> Iterable:
    return [value] if isinstance(value, str | bytes) else value
