from __future__ import annotations

from collections.abc import Iterator

import pytest
from fake_project import KEY, TOKEN, FakeProject

from aimatrix import Connection, HttpClient, Patience, Project


@pytest.fixture
def fake() -> Iterator[FakeProject]:
    project = FakeProject()
    yield project
    project.close()


@pytest.fixture
def project(fake: FakeProject) -> Iterator[Project]:
    patience = Patience(total_seconds=2.0, first_pause=0.01, longest_pause=0.05)
    with Project(HttpClient(Connection(fake.url, KEY, TOKEN), patience=patience)) as connected:
        yield connected
