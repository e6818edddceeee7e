"""Retries, refusals and guards of the HTTP client."""

from __future__ import annotations

import socket
import uuid
from typing import Any

import pytest
from aimatrix import Connection, DownloadTooLarge, HttpClient, Patience, PlatformRefused, PlatformUnavailable, TokenRefused
from conftest import connection_of
from fake_http import PUBLISHABLE_KEY, WORKER_JWT, Refused
from fake_platform import FakePlatform

from aimatrix_worker.errors import ArtifactDamaged, JobRefused, LeaseLost
from aimatrix_worker.export.artifacts import Artifacts
from aimatrix_worker.queue.platform import Platform

QUICK = Patience(total_seconds=2.0, first_pause=0.01, longest_pause=0.05)


def platform_client(platform: FakePlatform, **options: Any) -> Platform:
    return Platform(HttpClient(connection_of(platform), **{"patience": QUICK, **options}))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_trouble_is_retried(platform: FakePlatform, status: int) -> None:
    platform.before = lambda _name, _arguments, count: status if count < 4 else None
    job = platform.add_job("x", {})
    assert (
        platform_client(platform)
        .claim_jobs("w", ("training",), {"gpus": 0, "gpu_memory_gb": 0, "labels": []}, 30, uuid.uuid4())[0]
        .id
        == job.id
    )
    assert platform.names().count("claim_jobs") == 4


def test_a_lasting_trouble_is_given_up_with_its_reason(platform: FakePlatform) -> None:
    platform.before = lambda _name, _arguments, _count: 503
    with pytest.raises(PlatformUnavailable, match=r"get_run failed \d+ times, last with HTTP 503"):
        platform_client(platform, patience=Patience(0.2, 0.01, 0.02)).call("get_run", run_id="x")


def test_a_platform_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        connection = Connection(f"http://127.0.0.1:{free.getsockname()[1]}", PUBLISHABLE_KEY, WORKER_JWT)
    with pytest.raises(PlatformUnavailable, match="ConnectError"):
        Platform(HttpClient(connection, patience=Patience(0.1, 0.01, 0.02))).call("get_run", run_id="x")


def test_a_refusal_is_one_line_with_code_and_hint_and_is_not_retried(platform: FakePlatform) -> None:
    def refuse(_name: str, _arguments: dict[str, Any], _count: int) -> None:
        raise Refused(409, "PT409", "param C was 1\nand is 2", "param_changed", "log it under another name")

    platform.before = refuse
    with pytest.raises(PlatformRefused) as caught:
        platform_client(platform).call("get_run", run_id="x")
    assert str(caught.value) == "get_run was refused (409 param_changed): param C was 1 and is 2 (log it under another name)"
    assert (caught.value.code, caught.value.detail) == ("PT409", "param_changed")
    assert len(platform.calls) == 1


def test_a_refused_token_has_its_own_kind(platform: FakePlatform) -> None:
    platform.token = "other"
    with pytest.raises(TokenRefused):
        platform_client(platform).call("get_run", run_id="x")


def test_a_guard_that_raises_keeps_the_request_from_leaving(platform: FakePlatform) -> None:
    def lost() -> None:
        raise LeaseLost("gone")

    with pytest.raises(LeaseLost):
        platform_client(platform, guard=lost).call("get_run", run_id="x")
    assert platform.calls == []


def test_the_guard_is_asked_before_each_retry(platform: FakePlatform) -> None:
    asked: list[int] = []

    def guard() -> None:
        asked.append(1)
        if len(asked) == 3:
            raise LeaseLost("gone")

    platform.before = lambda _name, _arguments, _count: 500
    with pytest.raises(LeaseLost):
        platform_client(platform, guard=guard).call("get_run", run_id="x")
    assert len(platform.calls) == 2


def artifacts_of(platform: FakePlatform) -> Artifacts:
    return Artifacts(HttpClient(connection_of(platform), patience=QUICK))


def test_an_artifact_uploaded_twice_is_there_once(platform: FakePlatform) -> None:
    artifacts = artifacts_of(platform)
    sha256 = artifacts.upload(b"model")
    assert sha256 == "9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4"
    assert artifacts.upload(b"model") == sha256
    assert artifacts.download(sha256) == b"model"


def test_an_artifact_that_changed_in_storage_is_not_returned(platform: FakePlatform) -> None:
    artifacts = artifacts_of(platform)
    sha256 = artifacts.upload(b"model")
    platform.objects[sha256] = b"other"
    with pytest.raises(ArtifactDamaged, match=sha256):
        artifacts.download(sha256)


def test_a_download_stops_at_its_bound(platform: FakePlatform) -> None:
    artifacts = artifacts_of(platform)
    sha256 = artifacts.upload(b"x" * 5000)
    with pytest.raises(DownloadTooLarge, match="4999 bytes"):
        artifacts.download(sha256, 4999)
    assert len(artifacts.download(sha256, 5000)) == 5000


def test_a_missing_artifact_is_refused(platform: FakePlatform) -> None:
    with pytest.raises(PlatformRefused, match="Object not found"):
        artifacts_of(platform).download("0" * 64)


@pytest.mark.parametrize("name", ["../x", "A" * 64, "0" * 63])
def test_only_a_sha256_is_ever_put_into_a_path(platform: FakePlatform, name: str) -> None:
    with pytest.raises(JobRefused, match="not a SHA-256"):
        artifacts_of(platform).download(name)
    assert platform.calls == []
