"""What a `train` job is asked to do, validated."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from aimatrix_worker.evaluation.registered import RegisteredVersion
from aimatrix_worker.messages import Message, Options, parse
from aimatrix_worker.models import find_model_type
from aimatrix_worker.models.model_type import FitData, Fitted, Observe
from aimatrix_worker.queue.platform import Platform


class TrainPayload(BaseModel):
    model_config = ConfigDict(frozen=True)

    training_id: int


class TrainingConfig(Message):
    model_type: str
    params: dict[str, Any] = Field(default_factory=dict)
    task: Literal["classification"] = "classification"
    seed: int = Field(default=0, ge=0, le=2**32 - 1)


class Training(Message):
    training_id: int
    run_id: str
    model: str
    dataset: str
    config: TrainingConfig
    # What serves now, to be measured on the same rows as the candidate.
    production: RegisteredVersion | None = None
    # The dataset whose held-out rows measure this model, where one is pinned, and which rows of `dataset` are among them.
    evaluation: str | None = None
    kept_back: list[int] | None = None


def begin_training(platform: Platform, job_id: int, attempt: int) -> Training:
    return parse(Training, platform.begin_training(job_id, attempt), "answer of begin_training")


def read_params(config: TrainingConfig) -> Options:
    """The params with defaults filled in, or a refusal that names the first wrong one."""
    return parse(find_model_type(config.model_type).params, config.params, f"params of {config.model_type}")


def fit_model(config: TrainingConfig, data: FitData, observe: Observe) -> Fitted:
    return find_model_type(config.model_type).fit(data, read_params(config), config.seed, observe)
