"""What the platform's checks refuse of JSON that a worker sends: ml_private.check_json and its limits, as sql/ has them."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

from fake_http import Refused

EVIDENCE_DETAILS = 65_536
SIGNATURE = 524_288
PROGRESS = 65_536
LOG_FIELDS = 65_536
RESULT = 1_048_576


def jsonb_text(value: Any) -> str:
    """As PostgreSQL writes jsonb: a blank after commas and colons, and numbers digit by digit: 1e-20 takes 22 characters."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {jsonb_text(of)}" for key, of in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(jsonb_text, value)) + "]"
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Refused(400, "22P02", "invalid input syntax for type json", f'Token "{value}" is invalid.')
        return format(Decimal(repr(value)), "f")
    return json.dumps(value, ensure_ascii=False)


def check_json(value: Any, what: str, max_bytes: int) -> None:
    size = len(jsonb_text(value).encode())
    if size > max_bytes:
        hint = "store large values elsewhere and send a reference"
        raise Refused(400, "22023", f"{what} has {size} bytes, the limit is {max_bytes}", "too_large", hint)


def check_object(value: Any, what: str, max_bytes: int) -> None:
    if not isinstance(value, dict):
        raise Refused(400, "22023", f"{what} must be an object, not {type(value).__name__}", "invalid_argument")
    check_json(value, what, max_bytes)
