"""Model types. One file here is one of them, `<name>.py` with `MODEL_TYPE = ModelType(…)`; model_type.py says what that is.

Nothing registers itself: the file's name is what a training's config calls it, and it is imported when the first such training
arrives, so that a worker pays only for the libraries that it needs.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from aimatrix_worker.errors import JobRefused
from aimatrix_worker.models.model_type import ModelType


def known_model_types() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "model_type")


def find_model_type(name: str) -> ModelType[Any]:
    """What this worker knows of a model type, or JobRefused with the names of those that it does know."""
    if name not in known_model_types():
        raise JobRefused(f"this worker cannot train {name!r}, only {', '.join(known_model_types())}")
    return importlib.import_module(f"{__name__}.{name}").MODEL_TYPE
