"""A model's signature: which feature stands behind each input column, and what comes out."""

from __future__ import annotations

import re
from typing import Any

from aimatrix import DatasetFeature
from pydantic import Field

from aimatrix_worker.data.classes import Classes
from aimatrix_worker.export.onnx_export import output_signature
from aimatrix_worker.messages import Message


class SignatureColumn(Message):
    feature: str
    view_version: int
    nullable: bool = False


class SignatureInput(Message):
    name: str
    type: str = "float64"
    shape: list[int | None] = Field(default_factory=list)
    columns: list[SignatureColumn] = Field(default_factory=list)

    @property
    def width(self) -> int:
        """Columns of one row; the shape decides where no features are named."""
        return len(self.columns) or (self.shape[-1] or 0 if self.shape else 0)


class Signature(Message):
    inputs: list[SignatureInput] = Field(min_length=1)
    classes: list[Any] = Field(default_factory=list)

    @property
    def columns(self) -> list[SignatureColumn]:
        """Over all inputs, in the order of a row."""
        return [column for tensor in self.inputs for column in tensor.columns]

    def width(self, text: bool) -> int:
        return sum(tensor.width for tensor in self.inputs if (tensor.type == "string") == text)


def unversioned(ref: str) -> str:
    """`view@2:feature` names the same feature as `view:feature`; the version travels beside it."""
    return re.sub(r"@\d+(?=:)", "", ref, count=1)


def column_key(feature: DatasetFeature) -> tuple[str, int]:
    return unversioned(feature.ref), feature.view_version


def build_signature(features: tuple[DatasetFeature, ...], classes: Classes, nullable: bool) -> dict[str, Any]:
    tensors = [
        describe_input("features", "float64", [feature for feature in features if not feature.is_text], nullable),
        describe_input("categories", "string", [feature for feature in features if feature.is_text], nullable),
    ]
    return {
        "inputs": [tensor for tensor in tensors if tensor["columns"]],
        "outputs": output_signature(classes),
        "classes": list(classes.values),
        "task": "classification",
    }


def describe_input(name: str, element: str, features: list[DatasetFeature], nullable: bool) -> dict[str, Any]:
    extra = {"nullable": True} if nullable else {}
    columns = [{"feature": unversioned(feature.ref), "view_version": feature.view_version, **extra} for feature in features]
    return {"name": name, "type": element, "shape": [None, len(columns)], "columns": columns}


def matching_positions(signature: Signature, features: tuple[DatasetFeature, ...]) -> list[int] | None:
    """For each column of the signature its position in a dataset, or None when one is not there at that view version."""
    position = {column_key(feature): index for index, feature in enumerate(features)}
    wanted = [(unversioned(column.feature), column.view_version) for column in signature.columns]
    if not wanted or any(key not in position for key in wanted):
        return None
    return [position[key] for key in wanted]
