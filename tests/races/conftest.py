"""What several do at once needs rows that are really committed: a database for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest

from backend.app import Gridfield, create_app
from backend.config import Settings
from backend.db import db
from tests.conftest import SignIn, copy_of, signed_in_browser
from tests.town import Town, build_town

T = TypeVar("T")


@pytest.fixture
def racing_app(template: str, settings: Settings, tmp_path: Path) -> Iterator[Gridfield]:
    """The application on a database of this test's own; its context is pushed."""
    with copy_of(template, "race") as url:
        own = replace(settings, database_url=url, storage_url=f"file://{tmp_path}")
        app = create_app(own)
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def real_town(racing_app: Gridfield) -> Town:
    """The town, committed."""
    return build_town()


@pytest.fixture
def enter(racing_app: Gridfield, real_town: Town) -> SignIn:
    """A signed-in browser by user name."""
    return lambda username: signed_in_browser(racing_app, username)


def at_once(*deeds: Callable[[], T]) -> list[T]:
    """Do all of these in threads that begin together; answers what each gave."""
    start = Barrier(len(deeds))

    def begin(deed: Callable[[], T]) -> T:
        start.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(begin, deeds))
