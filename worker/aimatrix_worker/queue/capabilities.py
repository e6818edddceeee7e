"""What this machine offers, in the words that a job's `requirements` use."""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

log = logging.getLogger(__name__)

NVIDIA_QUERY = ("--query-gpu=memory.total", "--format=csv,noheader,nounits")


@dataclass(frozen=True)
class Capabilities:
    gpus: int = 0
    gpu_memory_gb: int = 0
    labels: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"gpus": self.gpus, "gpu_memory_gb": self.gpu_memory_gb, "labels": list(self.labels)}


def detect_capabilities(labels: Sequence[str] = (), program: str = "nvidia-smi") -> Capabilities:
    """Ask nvidia-smi. Where it is missing or finds no device this worker has no GPU, and says so."""
    sizes = read_gpu_memory(program)
    # The smallest card counts: a job may land on any of them. Rounded, since a card sold as 80 GB reports 79.6 GiB.
    return Capabilities(len(sizes), round(min(sizes) / 1024) if sizes else 0, tuple(labels))


def read_gpu_memory(program: str) -> list[int]:
    """Total memory of each GPU in MiB."""
    path = shutil.which(program)
    if path is None:
        return []
    try:
        done = subprocess.run([path, *NVIDIA_QUERY], capture_output=True, text=True, timeout=20, check=True)
    except (subprocess.SubprocessError, OSError) as error:
        log.warning("%s is here but gives no answer, so this worker offers no GPU: %s", program, error)
        return []
    lines = (line.strip() for line in done.stdout.splitlines())
    return [int(line) for line in lines if line.isdigit()]
