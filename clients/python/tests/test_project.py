"""Calling a project's functions: keys, retries and refusals."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from fake_project import KEY, TOKEN, FakeProject

import aimatrix
from aimatrix import AimatrixError, Connection, PlatformRefused, PlatformUnavailable, Project, SettingsError, TokenRefused


def test_a_function_is_called_by_name_with_its_arguments_and_the_callers_keys(fake: FakeProject, project: Project) -> None:
    reply = project.rpc("get_online_features", {"features": ["order:total"], "entities": {"customer_id": [42]}})
    assert reply == {
        "function": "get_online_features",
        "arguments": {"features": ["order:total"], "entities": {"customer_id": [42]}},
    }
    [headers] = fake.headers
    assert headers["apikey"] == KEY
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["content-profile"] == headers["accept-profile"] == "ml"
    assert headers["user-agent"] == f"aimatrix-python/{aimatrix.__version__}"


def test_a_function_that_returns_nothing_returns_none(fake: FakeProject, project: Project) -> None:
    fake.answers = [(204, b""), (200, None)]
    assert project.rpc("release_job") is None
    assert project.rpc("release_job") is None


@pytest.mark.parametrize("name", ["", "a/b", "../auth", "Drop", "a?b=c"])
def test_only_a_functions_name_is_ever_put_into_a_path(fake: FakeProject, project: Project, name: str) -> None:
    with pytest.raises(ValueError, match="a function's name"):
        project.rpc(name)
    assert fake.calls == []


def test_a_refusal_carries_the_platforms_code_detail_and_hint(fake: FakeProject, project: Project) -> None:
    fake.answers = [
        (409, {"code": "PT409", "message": "param C was 1\nand is 2", "details": "param_changed", "hint": "rename it"})
    ]
    with pytest.raises(PlatformRefused) as caught:
        project.rpc("log_batch")
    refused = caught.value
    assert (refused.status, refused.code, refused.detail, refused.hint) == (409, "PT409", "param_changed", "rename it")
    assert refused.message == "param C was 1 and is 2"
    assert str(refused) == "log_batch was refused (409 param_changed): param C was 1 and is 2 (rename it)"
    assert refused.retryable is False


def test_a_sentence_for_detail_is_carried_and_the_code_named(fake: FakeProject, project: Project) -> None:
    fake.answers = [(404, {"code": "PGRST202", "message": "no such function", "details": "Searched for it.", "hint": None})]
    with pytest.raises(PlatformRefused) as caught:
        project.rpc("nothing")
    assert str(caught.value) == "nothing was refused (404 PGRST202): no such function"
    assert (caught.value.detail, caught.value.hint) == ("Searched for it.", "")


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_has_its_own_kind(fake: FakeProject, project: Project, status: int) -> None:
    fake.answers = [(status, {"code": "PGRST301", "message": "JWT expired"})]
    with pytest.raises(TokenRefused, match="JWT expired"):
        project.rpc("get_run")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_repeatable_call_is_sent_again_after_any_trouble(fake: FakeProject, project: Project, status: int) -> None:
    fake.answers = [(status, {})] * 3
    assert project.rpc("get_run", repeatable=True)["function"] == "get_run"
    assert len(fake.calls) == 4


@pytest.mark.parametrize("status", [429, 503])
def test_another_call_is_sent_again_where_the_first_was_turned_away(fake: FakeProject, project: Project, status: int) -> None:
    fake.answers = [(status, {})] * 3
    project.rpc("train_model")
    assert len(fake.calls) == 4


@pytest.mark.parametrize("status", [500, 502, 504])
def test_another_call_is_never_made_twice_where_the_first_may_have_been_done(
    fake: FakeProject, project: Project, status: int
) -> None:
    fake.answers = [(status, {})]
    with pytest.raises(PlatformUnavailable, match=f"HTTP {status}.*may have been done all the same"):
        project.rpc("train_model")
    assert len(fake.calls) == 1


def test_a_project_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(PlatformUnavailable, match=r"get_run failed \d+ times, last with ConnectError"):
        aimatrix.connect(url, KEY, patience_seconds=0.3).rpc("get_run")


def test_keys_show_in_no_repr_and_no_message(fake: FakeProject, project: Project) -> None:
    shown = [repr(project), repr(project.http.connection), repr(project.dataset("orders"))]
    fake.answers = [(401, {"message": "Invalid token"}), (500, b"<html>")]
    for function in ("get_run", "train_model"):
        with pytest.raises(AimatrixError) as caught:
            project.rpc(function)
        shown += [str(caught.value), repr(caught.value)]
    for secret in ("not a\nkey", "schlüssel"):
        with pytest.raises(SettingsError) as wrong:
            aimatrix.connect(fake.url, secret)
        assert secret not in str(wrong.value)
    assert not [text for text in shown if KEY in text or TOKEN in text]


def test_the_secret_key_stands_alone_and_a_key_that_is_a_token_is_one() -> None:
    url = "https://ref.supabase.co"
    assert Connection(url, "sb_secret_x").headers() == {"apikey": "sb_secret_x"}
    assert Connection(url, "eyJ.service.role").headers() == {
        "apikey": "eyJ.service.role",
        "authorization": "Bearer eyJ.service.role",
    }
    assert Connection(url, "eyJ.anon.key", "eyJ.me.jwt").headers()["authorization"] == "Bearer eyJ.me.jwt"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("ftp://x", KEY), "must be an http"),
        (("ref.supabase.co", KEY), "must be an http"),
        (("http://ref.supabase.co", KEY), "must be https for the host 'ref.supabase.co'"),
        (("https://me:word@ref.supabase.co", KEY), "must hold no user name and no password"),
        (("https://ref.supabase.co", None), "connect needs url and key"),
        ((None, KEY), "connect needs url and key"),
        ((None, None, TOKEN), "connect needs url and key"),
    ],
)
def test_a_wrong_address_or_half_the_arguments_are_refused(arguments: tuple[Any, ...], reason: str) -> None:
    with pytest.raises(SettingsError, match=reason) as caught:
        aimatrix.connect(*arguments)
    assert "word" not in str(caught.value).replace("password", "")


def test_without_arguments_the_environment_names_the_project(monkeypatch: pytest.MonkeyPatch, fake: FakeProject) -> None:
    for name, value in {"SUPABASE_URL": f" {fake.url}/ ", "SUPABASE_KEY": f"{KEY}\n", "SUPABASE_TOKEN": TOKEN}.items():
        monkeypatch.setenv(name, value)
    with aimatrix.connect() as project:
        assert project.http.connection == Connection(fake.url, KEY, TOKEN)
        project.rpc("get_run")
    monkeypatch.delenv("SUPABASE_KEY")
    with pytest.raises(SettingsError, match="SUPABASE_KEY: the project's publishable key") as caught:
        aimatrix.connect()
    assert "SUPABASE_URL" not in str(caught.value)
