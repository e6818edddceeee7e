"""Access tokens, exchanged for JWTs as often as needed and no oftener."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fake_project import KEY, FakeProject

from aimatrix import Connection, HttpClient, Patience, PlatformUnavailable, Project, TokenRefused
from aimatrix.access_token import AccessTokenAuth

ACCESS_TOKEN = "aiml_" + "0a" * 32


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def project(fake: FakeProject, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    patience = Patience(total_seconds=0.5, first_pause=0.01, longest_pause=0.05)
    http = HttpClient(Connection(fake.url, KEY, ACCESS_TOKEN), patience=patience)
    assert isinstance(http.client.auth, AccessTokenAuth)
    monkeypatch.setattr(http.client.auth, "clock", clock)
    with Project(http) as connected:
        yield connected


def issued(jwt: str, seconds: int = 600) -> tuple[int, dict[str, object]]:
    return 200, {"access_token": jwt, "token_type": "bearer", "expires_in": seconds}


def bearers(fake: FakeProject) -> list[str]:
    return [headers["authorization"].removeprefix("Bearer ") for headers in fake.headers]


def test_one_exchange_serves_many_calls_and_the_access_token_reaches_no_function(fake: FakeProject, project: Project) -> None:
    fake.issues = [issued("first")]
    for _ in range(3):
        project.rpc("get_my_role")
    assert fake.shown == [ACCESS_TOKEN]
    assert bearers(fake) == ["first"] * 3


def test_a_jwt_is_exchanged_anew_a_minute_before_its_end(fake: FakeProject, project: Project, clock: Clock) -> None:
    fake.issues = [issued("first"), issued("second")]
    for clock.now in (0.0, 539.0, 541.0):
        project.rpc("get_my_role")
    assert bearers(fake) == ["first", "first", "second"]


def test_a_jwt_of_less_than_two_minutes_is_used_for_half_of_them(fake: FakeProject, project: Project, clock: Clock) -> None:
    fake.issues = [issued("first", 20), issued("second", 20)]
    for clock.now in (0.0, 9.0, 11.0):
        project.rpc("get_my_role")
    assert bearers(fake) == ["first", "first", "second"]


def test_a_refused_jwt_is_exchanged_once_more_and_the_call_sent_again(fake: FakeProject, project: Project) -> None:
    fake.issues = [issued("first"), issued("second")]
    project.rpc("get_my_role")
    fake.answers = [(401, {"message": "JWT expired"})]
    project.rpc("get_my_role")
    assert bearers(fake) == ["first", "first", "second"]


def test_a_fresh_jwt_that_is_refused_is_not_tried_again(fake: FakeProject, project: Project) -> None:
    fake.issues = [issued("first")]
    fake.answers = [(401, {"message": "no such key"})]
    with pytest.raises(TokenRefused, match="no such key"):
        project.rpc("get_my_role")
    assert len(fake.shown) == 1


def test_a_revoked_access_token_is_told_as_the_platform_words_it(fake: FakeProject, project: Project) -> None:
    message = "this access token is unknown, revoked or expired"
    fake.issues = [(401, {"code": "PT401", "message": message, "details": "token_invalid", "hint": ""})]
    with pytest.raises(TokenRefused, match="unknown, revoked or expired") as refused:
        project.rpc("get_my_role")
    assert refused.value.detail == "token_invalid"
    assert fake.calls == []
    assert ACCESS_TOKEN not in str(refused.value)


def test_trouble_with_the_exchange_is_tried_again(fake: FakeProject, project: Project) -> None:
    fake.issues = [(503, {"message": "not now"}), issued("first")]
    project.rpc("get_my_role")
    assert bearers(fake) == ["first"]
    fake.issues = [(503, {"message": "not now"})]
    project.http.client.auth.renew_at = 0.0  # type: ignore[union-attr]
    with pytest.raises(PlatformUnavailable, match="HTTP 503"):
        project.rpc("get_my_role")


def test_an_access_token_shows_in_no_repr(project: Project) -> None:
    assert ACCESS_TOKEN not in repr(project.http.connection)
    assert ACCESS_TOKEN not in repr(project)
