"""What a file is by its content. Its name proves nothing."""

from __future__ import annotations

import io
import pickletools
import zipfile

from aimatrix_worker.scan.findings import Report

# First bytes, what it is, why it has no place here. An ONNX file begins with 0x08, the tag of its ir_version.
SIGNATURES = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x78\x01", "zlib (as joblib writes)"),
    (b"\x78\x5e", "zlib (as joblib writes)"),
    (b"\x78\x9c", "zlib (as joblib writes)"),
    (b"\x78\xda", "zlib (as joblib writes)"),
    (b"ZF", "joblib's old compressed format"),
    (b"\x89HDF\r\n\x1a\n", "HDF5 (as Keras writes)"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x7fELF", "an ELF program"),
    (b"MZ", "a Windows program"),
    (b"#!", "a script"),
)
TAR_MARK = (257, b"ustar")


def check_content(content: bytes, report: Report) -> None:
    if not content:
        report.add("empty", "the file is empty")
        return
    if is_pickle(content):
        report.add("pickle", "the file is a Python pickle: loading one runs whatever code its author put in")
    archive = describe_zip(content)
    if archive:
        report.add("archive", archive)
    for start, name in SIGNATURES:
        if content.startswith(start):
            report.add("foreign_format", f"the file is {name}, not an ONNX model")
    offset, mark = TAR_MARK
    if content[offset : offset + len(mark)] == mark:
        report.add("archive", "the file is a tar archive, not an ONNX model")


def is_pickle(content: bytes) -> bool:
    """Protocols 2 to 5 say so in two bytes. The older text ones are recognised by reading opcodes, which runs none of them."""
    if content[0] == 0x80 and len(content) > 1 and content[1] in (2, 3, 4, 5):
        return True
    try:
        return any(opcode.name == "STOP" for opcode, _argument, _position in pickletools.genops(io.BytesIO(content)))
    except (ValueError, OverflowError, UnicodeDecodeError):
        return False


def describe_zip(content: bytes) -> str:
    """A zip's directory is at its end, so one may also hide behind something that looks like another file."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return "the file begins like a zip archive" if content.startswith(b"PK\x03\x04") else ""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "the file holds a damaged zip archive"
    pickles = [name for name in names if name.endswith((".pkl", ".pickle"))]
    if pickles:
        return f"the file is a zip archive with a pickle inside ({pickles[0]}), as PyTorch writes"
    return f"the file is a zip archive of {len(names)} file(s), not an ONNX model"
