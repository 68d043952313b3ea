"""Every test runs on a real, migrated PostgreSQL, inside a transaction that is undone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import select

from backend.app import Gridfield, create_app
from backend.config import Settings, load_settings
from backend.db import db, transaction
from backend.org import sessions
from backend.org.door import COOKIE
from backend.org.models import User
from tests.town import Town, build_town
from tools.stack import sibling

# What a slow machine takes longer for is no failure; the same examples for everyone in CI.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci")

SignIn = Callable[[str], FlaskClient]


def run_sql(url: str, statement: str) -> None:
    """Run one statement outside any transaction."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="session")
def template() -> Iterator[str]:
    """The name of an empty database, migrated from nothing, that nobody is ever connected to."""
    base = load_settings().database_url
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"gridfield_test_{os.getpid()}_{worker}"
    run_sql(base, f"CREATE DATABASE {name} TEMPLATE template0")
    with create_app(Settings(database_url=sibling(base, name))).app_context():
        upgrade()
        db.engine.dispose()
    try:
        yield name
    finally:
        run_sql(base, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def copy_of(template: str, suffix: str) -> Iterator[str]:
    """The URL of a database that is made of the template, and dropped at the end."""
    base, name = load_settings().database_url, f"{template}_{suffix}"
    run_sql(base, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield sibling(base, name)
    finally:
        run_sql(base, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def database_url(template: str) -> Iterator[str]:
    """The database in which each test is undone."""
    with copy_of(template, "undone") as url:
        yield url


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings for tests: the run's database, a folder for photos."""
    return Settings(
        database_url=database_url,
        redis_url=load_settings().redis_url,
        storage_url=f"file://{tmp_path_factory.mktemp('storage')}",
        log_level="WARNING",
        quiet_hours=None,  # a test passes at night, too
    )


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[Gridfield]:
    """The application on the run's database."""
    application = create_app(settings)
    yield application
    with application.app_context():
        db.engine.dispose()


@contextmanager
def undone(app: Gridfield) -> Iterator[None]:
    """An app context in an outer transaction; what the code commits is a savepoint of it."""
    with app.app_context():
        engines = dict(db.engines)
        connection = engines[None].connect()
        outer = connection.begin()
        db._app_engines[app] = {None: connection}  # type: ignore[dict-item]
        try:
            yield
        finally:
            db.session.remove()
            db._app_engines[app] = engines
            outer.rollback()
            connection.close()


@pytest.fixture
def database(app: Gridfield) -> Iterator[None]:
    """The run's database, for one test."""
    with undone(app):
        yield


@pytest.fixture
def town(database: None) -> Town:
    """The county, two townships and their people; with rows that nobody asks for beside them."""
    return build_town()


@pytest.fixture
def client(app: Gridfield, database: None) -> FlaskClient:
    """A browser that nobody is signed in on."""
    return app.test_client()


class SignedInClient(FlaskClient):
    """A browser that proves itself with the session's CSRF token."""

    csrf_token = ""

    def open(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
        """Send a request as the page would."""
        headers = dict(kwargs.pop("headers", None) or {})  # type: ignore[call-overload]
        if self.csrf_token:
            headers.setdefault("X-CSRF-Token", self.csrf_token)
        return super().open(*args, headers=headers, **kwargs)  # type: ignore[arg-type]


@pytest.fixture
def sign_in(app: Gridfield, town: Town) -> SignIn:
    """A signed-in browser by user name, without the slow hash (tests/org signs in for real)."""
    return lambda username: signed_in_browser(app, username)


def signed_in_browser(app: Gridfield, username: str) -> FlaskClient:
    """A browser with a session of that person, opened in the running app context."""
    device = sessions.DeviceInfo(uuid4(), "test", "phone")
    with transaction():
        user = db.session.scalars(select(User).where(User.username == username)).one()
        signed_in = sessions.open_session(user, device)
        csrf_token = signed_in.row.csrf_token
    browser = SignedInClient(app, app.response_class)
    browser.set_cookie(COOKIE, signed_in.token, domain="localhost")
    browser.csrf_token = csrf_token
    return browser
