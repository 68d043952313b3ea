"""While the database is away, every door says so; nobody is told that something is broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from backend.app import Gridfield, create_app
from backend.config import Settings
from backend.db import db, plain
from backend.org.door import COOKIE
from tests.conftest import copy_of, run_sql, signed_in_browser
from tests.sync.phone import Phone
from tests.town import build_town
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


def test_lost_connections_cost_one_request(template: str, settings: Settings) -> None:
    with copy_of(template, "lost") as url:
        app = create_app(replace(settings, database_url=url))
        with app.app_context():
            build_town()
            phone = Phone(signed_in_browser(app, "worker"))
            phone.pull()
            db.session.remove()
            with plain(), plain():  # two in the pool
                pass
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"
            run_sql(settings.database_url, ended.format(f"{template}_lost"))

            assert [phone.ask().status_code for _ in range(3)] == [503, 204, 204]
            db.engine.dispose()
