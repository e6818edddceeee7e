"""What the jobs of the queue `checks` have in common: one registered version to look at."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from aimatrix_worker.export.signature import Signature


class CheckPayload(BaseModel):
    model_config = ConfigDict(frozen=True)

    model: str
    version: int
    artifact_sha256: str
    signature: Signature
    dataset: str | None = None
    options: dict[str, Any] = Field(default_factory=dict)
