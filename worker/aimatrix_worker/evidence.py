"""Evidence about one model version: what promotion policies look at."""

from __future__ import annotations

from typing import Any

from aimatrix_worker.job_context import JobContext


class Evidence:
    """Recording the same evidence again adds a row; the newest of a name counts, so a retry changes nothing."""

    def __init__(self, context: JobContext, model: str, version: int) -> None:
        self.context = context
        self.model = model
        self.version = version

    def record(
        self, name: str, value: float | None = None, passed: bool | None = None, details: dict[str, Any] | None = None
    ) -> None:
        self.context.platform.call(
            "record_evidence",
            model=self.model,
            version=self.version,
            name=name,
            value=value,
            passed=passed,
            details=details or {},
            job_id=self.context.job.id,
            attempt=self.context.job.attempt,
        )
