"""What reaches a worker from outside, validated as it arrives."""

from __future__ import annotations

from typing import Any, TypeVar

from aimatrix.http import one_line
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aimatrix_worker.errors import InvalidData

M = TypeVar("M", bound=BaseModel)


def parse(model: type[M], data: object, what: str) -> M:
    """The one way in for a payload, options, params or an answer. `what` names the data, as "options of this load test".

    Raises InvalidData, which says in one line what the first wrong field is, and what stands there where that is a plain value.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        value = first["input"]
        shown = f", it is {value!r}" if value is None or isinstance(value, bool | int | float | str) else ""
        parts = (f"invalid {what}", where, first["msg"] + shown)
        raise InvalidData(one_line(": ".join(part for part in parts if part))) from error


class Options(BaseModel):
    """What somebody asks of a job: params or options. One that nobody knows is refused, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


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
