"""Usage, environment and exit codes."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from aimatrix import Connection, SettingsError
from conftest import WorkerProcess
from fake_http import PUBLISHABLE_KEY, WORKER_JWT
from fake_platform import FakePlatform

from aimatrix_worker.cli import main

Start = Callable[..., WorkerProcess]


def test_missing_variables_are_named_with_what_they_are_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SUPABASE_URL", "http://127.0.0.1:1")
    monkeypatch.delenv("SUPABASE_PUBLISHABLE_KEY", raising=False)
    monkeypatch.setenv("WORKER_JWT", " ")
    assert main([]) == 2
    told = capsys.readouterr().err
    assert "SUPABASE_PUBLISHABLE_KEY: the project's publishable key" in told
    assert "WORKER_JWT: an access token of scope worker" in told
    assert "SUPABASE_URL" not in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("--lease-seconds", "1", "--lease-seconds must lie between 3 and 3600, it is 1"),
        ("--poll-seconds", "0", "--poll-seconds"),
        ("--grace-seconds", "-1", "--grace-seconds"),
        ("--queues", " , ", "--queues needs at least one name"),
    ],
)
def test_an_option_out_of_range_is_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str, value: str, reason: str
) -> None:
    for name in ("SUPABASE_URL", "SUPABASE_PUBLISHABLE_KEY", "WORKER_JWT"):
        monkeypatch.setenv(name, "http://localhost:1")
    assert main([option, value]) == 2
    assert reason in capsys.readouterr().err


def test_help_explains_options_environment_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    for word in ("--queues", "--worker-id", "--lease-seconds", "--poll-seconds", "--once", "WORKER_JWT", "exit status"):
        assert word in told


@pytest.mark.parametrize("url", ["http://example.com", "ftp://127.0.0.1", "example.com", "http://8.8.8.8"])
def test_an_address_that_would_send_the_token_in_the_clear_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="SUPABASE_URL"):
        Connection(url, PUBLISHABLE_KEY, WORKER_JWT)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:54321", "http://localhost:1", "http://kong:8000", "http://10.1.2.3", "https://ref.supabase.co"]
)
def test_local_addresses_may_be_plain_http(url: str) -> None:
    assert Connection(url, PUBLISHABLE_KEY, WORKER_JWT).url == url


def test_a_connection_shows_no_keys(platform: FakePlatform) -> None:
    shown = repr(Connection(platform.url, PUBLISHABLE_KEY, WORKER_JWT))
    assert PUBLISHABLE_KEY not in shown
    assert WORKER_JWT not in shown


def test_once_with_empty_queues_ends_with_0(platform: FakePlatform, start_worker: Start) -> None:
    worker = start_worker("--once", "--queues", "a,b", "--worker-id", "me")
    assert worker.wait() == 0
    [claim] = platform.calls_of("claim_jobs")
    assert claim["queues"] == ["a", "b"]
    assert claim["worker_id"] == "me"
    assert claim["lease_seconds"] == 60
    assert claim["max_jobs"] == 1


def test_a_platform_that_refuses_the_call_ends_the_worker_with_3(platform: FakePlatform, start_worker: Start) -> None:
    platform.before = lambda _name, _arguments, _count: 406
    worker = start_worker("--once")
    assert worker.wait() == 3
    assert "claim_jobs was refused (406): forced by a test" in worker.output
    assert "Traceback" not in worker.output


def test_a_platform_that_cannot_be_reached_ends_once_with_4(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("SUPABASE_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("SUPABASE_PUBLISHABLE_KEY", PUBLISHABLE_KEY)
    monkeypatch.setenv("WORKER_JWT", WORKER_JWT)
    monkeypatch.setattr("aimatrix.http.Patience.pause", lambda _self, _tries: 100.0)
    assert main(["--once"]) == 4
