"""What the platform sends to a worker, validated as it arrives."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Message(BaseModel):
    """Extra keys are ignored: a newer platform may send more than this worker knows."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ClaimedJob(Message):
    id: int
    queue: str
    kind: str
    payload: dict[str, Any] = Field(default_factory=dict)
    attempt: int
    max_attempts: int = 1
    lease_seconds: int


class Heartbeat(Message):
    cancel_requested: bool
