"""Tensors: no data from other files, and exactly as much data as they declare."""

from __future__ import annotations

import math
from collections.abc import Iterable

from onnx import TensorProto

from aimatrix_worker.scan.findings import Limits, Report
from aimatrix_worker.scan.walk import Place, sparse_tensors, tensors

# Bits of one element in raw_data. By name, since older releases of the format lack the newest types.
BITS_BY_NAME = {
    "FLOAT": 32, "UINT8": 8, "INT8": 8, "UINT16": 16, "INT16": 16, "INT32": 32, "INT64": 64, "BOOL": 8, "FLOAT16": 16,
    "DOUBLE": 64, "UINT32": 32, "UINT64": 64, "COMPLEX64": 64, "COMPLEX128": 128, "BFLOAT16": 16, "FLOAT8E4M3FN": 8,
    "FLOAT8E4M3FNUZ": 8, "FLOAT8E5M2": 8, "FLOAT8E5M2FNUZ": 8, "UINT4": 4, "INT4": 4, "FLOAT4E2M1": 4,
}  # fmt: skip
BITS = {TensorProto.DataType.Value(name): bits for name, bits in BITS_BY_NAME.items()}
COMPLEX = (TensorProto.COMPLEX64, TensorProto.COMPLEX128)


def check_tensors(places: Iterable[Place], limits: Limits, report: Report) -> None:
    for place in places:
        for tensor, where in tensors(place):
            check_external(tensor, where, report)
            if check_dimensions(tensor.dims, where, limits, report):
                check_amount(tensor, where, report)
        for sparse, where in sparse_tensors(place):
            check_dimensions(sparse.dims, where, limits, report)


def check_external(tensor: TensorProto, where: str, report: Report) -> None:
    if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
        location = next((entry.value for entry in tensor.external_data if entry.key == "location"), "")
        report.add("external_data", f"a tensor takes its data from another file: {location!r}", where)


def check_dimensions(dims: Iterable[int], where: str, limits: Limits, report: Report) -> bool:
    sizes = list(dims)
    if len(sizes) > limits.max_rank:
        report.add("tensor_rank", f"a tensor has {len(sizes)} dimensions, more than {limits.max_rank}", where)
        return False
    if any(size < 0 for size in sizes):
        report.add("tensor_shape", f"a tensor has a negative dimension: {sizes}", where)
        return False
    if math.prod(sizes) > limits.max_elements:
        report.add("size_bomb", f"a tensor declares {math.prod(sizes)} elements, more than {limits.max_elements}", where)
        return False
    return True


def check_amount(tensor: TensorProto, where: str, report: Report) -> None:
    """A tensor that declares a gigabyte and holds four bytes makes a loader allocate the gigabyte."""
    if tensor.data_location == TensorProto.EXTERNAL:
        return
    if tensor.HasField("segment"):
        report.add("tensor_segment", "a tensor is stored in segments, which no runtime here reads", where)
    declared = math.prod(tensor.dims)
    if tensor.data_type == TensorProto.STRING:
        held, expected, unit = len(tensor.string_data), declared, "strings"
    elif tensor.data_type not in BITS:
        report.add("tensor_type", f"a tensor has the unknown element type {tensor.data_type}", where)
        return
    elif tensor.HasField("raw_data"):
        held, expected, unit = len(tensor.raw_data), math.ceil(declared * BITS[tensor.data_type] / 8), "bytes"
    else:
        held, expected, unit = held_values(tensor), expected_values(tensor, declared), "values"
    if held != expected:
        report.add("tensor_size", f"a tensor of shape {list(tensor.dims)} needs {expected} {unit} and holds {held}", where)


def held_values(tensor: TensorProto) -> int:
    fields = (tensor.float_data, tensor.int32_data, tensor.int64_data, tensor.double_data, tensor.uint64_data)
    return sum(len(values) for values in fields)


def expected_values(tensor: TensorProto, declared: int) -> int:
    """Typed fields hold one value an element, but two for a complex one and half of one for four-bit types."""
    if tensor.data_type in COMPLEX:
        return 2 * declared
    return math.ceil(declared / 2) if BITS[tensor.data_type] == 4 else declared
