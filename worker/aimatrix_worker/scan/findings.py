"""What a scan allows, and what it found."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

# A hostile file could cause millions; the first ones tell enough.
MOST_FINDINGS = 50


@dataclass(frozen=True)
class Limits:
    """`batch_rows` is the largest request that serving accepts; `other_dimension` stands in for any other open dimension."""

    max_bytes: int = 512 * 1024 * 1024
    max_nodes: int = 100_000
    max_depth: int = 4
    max_rank: int = 16
    max_elements: int = 2**25
    batch_rows: int = 1000
    other_dimension: int = 512


@dataclass(frozen=True)
class Finding:
    """`code` is stable, `where` a path inside the model."""

    code: str
    message: str
    where: str = ""


@dataclass
class Report:
    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    omitted: int = 0

    def add(self, code: str, message: str, where: str = "") -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(code, message[:300], where[:200]))
        else:
            self.omitted += 1

    @property
    def passed(self) -> bool:
        return not self.findings

    def to_json(self) -> dict[str, Any]:
        return {
            "passed": self.passed,
            "findings": [asdict(finding) for finding in self.findings],
            "findings_omitted": self.omitted,
            **self.facts,
        }
