"""Nodes of the graphs that are written by hand here."""

from __future__ import annotations

from typing import Any

from onnx import NodeProto, helper


def node(operator: str, inputs: list[str], output: str, **attributes: Any) -> NodeProto:
    return helper.make_node(operator, inputs, [output], name=output, **attributes)
