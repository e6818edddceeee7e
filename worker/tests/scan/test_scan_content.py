"""What is no ONNX file is told by its content."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import tarfile
import zipfile
import zlib
from typing import Any

import joblib
import numpy as np
import onnx_samples as samples
import pytest
from scanning import codes

from aimatrix_worker.scan.findings import Limits
from aimatrix_worker.scan.model import scan_model


class Marker:
    """Unpickling this would set the flag."""

    executed = False

    def __reduce__(self) -> tuple[Any, ...]:
        return (setattr, (Marker, "executed", True))


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
