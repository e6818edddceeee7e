"""`python -m aimatrix_worker.scan FILE`: scan one file within hard limits on memory and time; the report goes to stdout as JSON.

A process of its own, because the libraries that read models are native code, and a file made to crash them must not take the
worker along.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from pathlib import Path

from aimatrix_worker.scan.findings import Limits

MEMORY_BASE = 3 * 1024**3
MEMORY_PER_BYTE = 6


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m aimatrix_worker.scan", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--max-bytes", type=int, default=Limits().max_bytes)
    parser.add_argument("--cpu-seconds", type=int, default=120)
    arguments = parser.parse_args()
    limits = Limits(max_bytes=arguments.max_bytes)
    size = arguments.file.stat().st_size
    bound(resource.RLIMIT_CPU, arguments.cpu_seconds)
    bound(resource.RLIMIT_AS, MEMORY_BASE + MEMORY_PER_BYTE * min(size, limits.max_bytes))
    bound(resource.RLIMIT_CORE, 0)
    # Imported under the limits.
    from aimatrix_worker.scan.model import scan_model  # noqa: PLC0415

    with arguments.file.open("rb") as file:
        content = file.read(limits.max_bytes + 1)
    report = scan_model(content, limits)
    json.dump(report.to_json(), sys.stdout)
    return 0 if report.passed else 1


def bound(what: int, value: int) -> None:
    _soft, hard = resource.getrlimit(what)
    ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(what, (ceiling, ceiling))
    except (ValueError, OSError) as error:
        # macOS does not bound address space. The limit on time, and the process of its own, hold there too.
        print(f"limit {what} cannot be set here: {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
