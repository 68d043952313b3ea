"""While the database is away, every door says so; nobody is told that something is broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from backend.app import Gridfield, create_app
from backend.config import Settings
from backend.db import db
from backend.org.door import COOKIE
from tools.stack import sibling


@pytest.fixture
def lost_app(settings: Settings) -> Iterator[Gridfield]:
    """The application with the address of a database that is not there."""
    app = create_app(replace(settings, database_url=sibling(settings.database_url, "nowhere")))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("path", ["/api/health", "/api/session", "/api/tasks", "/sync/mutations"])
def test_every_door_asks_to_come_again(lost_app: Gridfield, path: str) -> None:
    browser = lost_app.test_client()
    browser.set_cookie(COOKIE, "somebody", domain="localhost")

    answer = browser.get(path)

    assert (answer.status_code, answer.json["type"]) == (503, "/problems/unavailable")
    assert int(answer.headers["Retry-After"]) > 0
