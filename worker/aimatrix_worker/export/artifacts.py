"""Artifacts in Storage: stored under the SHA-256 of their bytes, so an upload repeated is an upload done."""

from __future__ import annotations

import hashlib
import re

from aimatrix import HttpClient

from aimatrix_worker.errors import ArtifactDamaged, JobRefused

BUCKET = "ml-artifacts"
SHA256 = re.compile(r"[0-9a-f]{64}")
TRANSFER_SECONDS = 300.0
LARGEST_DOWNLOAD = 1024 * 1024 * 1024


class Artifacts:
    def __init__(self, http: HttpClient) -> None:
        self.http = http

    def upload(self, content: bytes) -> str:
        """Store and return the hash. Storage says 409, or 400 with a Duplicate inside, when the object is there already."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = f"/storage/v1/object/{BUCKET}/{sha256}"
        response = self.http.request(
            "upload of the artifact",
            "POST",
            path,
            content=content,
            headers={"content-type": "application/octet-stream", "x-upsert": "false", "cache-control": "max-age=31536000"},
            accept=frozenset({400, 409}),
            timeout_seconds=TRANSFER_SECONDS,
        )
        if not response.is_success and not is_duplicate(response.status_code, response.text):
            raise self.http.refusal("upload of the artifact", response)
        return sha256

    def download(self, sha256: str, largest: int = LARGEST_DOWNLOAD) -> bytes:
        """Fetch by hash and verify. Never returns bytes other than those that were stored."""
        if not SHA256.fullmatch(sha256):
            raise JobRefused(f"{sha256!r} is not a SHA-256 in lower-case hex")
        path = f"/storage/v1/object/authenticated/{BUCKET}/{sha256}"
        content = self.http.download("download of the artifact", path, largest, TRANSFER_SECONDS)
        actual = hashlib.sha256(content).hexdigest()
        if actual != sha256:
            raise ArtifactDamaged(f"the artifact stored as {sha256} came back as {actual} ({len(content)} bytes)")
        return content


def is_duplicate(status: int, body: str) -> bool:
    return status == 409 or "duplicate" in body.lower() or "already exists" in body.lower()
