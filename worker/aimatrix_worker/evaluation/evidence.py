"""Evidence about one model version: what promotion policies look at."""

from __future__ import annotations

from typing import Any

from aimatrix_worker.evaluation.metrics import Measurement
from aimatrix_worker.queue.job_context import JobContext


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

    def record_measurement(self, measurement: Measurement, where: dict[str, Any]) -> None:
        """Each metric and, as baseline_<metric>, what a constant answer reaches on the same rows, which `where` names.

        Rows that lack what the version needs were not asked about: `answered_share` tells how many of all it could answer.
        """
        answered, lacking = where["rows"], where["incomplete"]
        self.record("answered_share", answered / (answered + lacking), details=where)
        for name, value in measurement.values.items():
            self.record(name, value, details=where)
        for name, baseline in measurement.baselines.items():
            known = {} if baseline.p_value is None else {"p_value": baseline.p_value}
            self.record(f"baseline_{name}", baseline.value, details={**where, **known})
        for name, reason in measurement.unmeasured.items():
            self.context.log(f"{name} was not measured: {reason}", "warning")
