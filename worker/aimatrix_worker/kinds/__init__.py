"""Job kinds. One file here is one kind: `<kind>.py` with `def run(context: JobContext) -> dict`, the job's result.

Nothing registers itself: the file's name is the kind, and it is imported when the first such job arrives, so that a worker
starts fast and pays only for the libraries that its queues need.
"""

from __future__ import annotations

import importlib
import pkgutil

from aimatrix_worker.errors import JobRefused
from aimatrix_worker.queue.job_context import JobKind


def known_kinds() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def find_kind(kind: str) -> JobKind:
    """The function that does jobs of this kind."""
    if kind not in known_kinds():
        raise JobRefused(f"this worker knows no job kind {kind!r}, only {', '.join(known_kinds())}")
    return importlib.import_module(f"{__name__}.{kind}").run
