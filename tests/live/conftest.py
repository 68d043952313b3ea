"""The live channel as it runs: a server of its own, a broker, a town that is really committed."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import orjson
import pytest
from flask_migrate import upgrade

from backend.app import Gridfield, create_app
from backend.config import Settings, load_settings
from backend.db import db
from tests.conftest import run_sql
from tests.delivery.services import running_broker
from tests.town import PASSWORD, Town, build_town
from tools.stack import free_ports, sibling
from tools.valkey import Valkey

PAGE = "http://127.0.0.1:8000"


@dataclass
class Screen:
    """An open stream, read line by line."""

    answer: http.client.HTTPResponse
    connection: http.client.HTTPConnection

    def event(self) -> tuple[str, dict[str, str]]:
        """The next event and its data; comments are passed over."""
        name = ""
        while line := self.line():
            if line.startswith("event: "):
                name = line.removeprefix("event: ").strip()
            if line.startswith("data: "):
                return name, orjson.loads(line.removeprefix("data: "))
        raise EOFError

    def line(self) -> str:
        """The next line of the stream; empty at its end."""
        return self.answer.readline().decode()

    def close(self) -> None:
        """Hang up."""
        self.answer.close()
        self.connection.close()


@dataclass
class LiveServer:
    """A running live channel, and the application that announces to it."""

    app: Gridfield
    valkey: Valkey
    port: int
    town: Town
    process: subprocess.Popen[bytes] | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    screens: list[Screen] = field(default_factory=list)

    def start(self) -> None:
        """Start the server and wait until it hears the broker."""
        settings: Settings = self.app.extensions["gridfield_settings"]
        environ = os.environ | {
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "PUBLIC_URL": PAGE,
        }
        words = ["--interface", "asgi", "--host", "127.0.0.1", "--port", str(self.port)]
        command = [sys.executable, "-m", "granian", *words, "--no-ws", "backend.live:app"]
        self.process = subprocess.Popen(command, env=environ)
        self.wait(200)

    def wait(self, status: int) -> None:
        """Poll the server's health until it is as expected."""
        deadline = time.monotonic() + 30
        while self.health() != status:
            assert time.monotonic() < deadline, "the live channel does not come up"
            time.sleep(0.05)

    def health(self) -> int:
        """The status of /healthz, 0 while nobody listens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def stop(self) -> int:
        """Stop the server as an operator would; answers its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(15)

    def cookie(self, username: str) -> str:
        """A session of this person."""
        if username not in self.cookies:
            device = {"id": str(uuid4()), "name": "test", "kind": "desk"}
            body = {"username": username, "password": PASSWORD, "device": device}
            answer = self.app.test_client().post("/api/session", json=body)
            self.cookies[username] = answer.headers["Set-Cookie"].partition(";")[0]
        return self.cookies[username]

    def ask(self, path: str = "/live", **headers: str) -> Screen:
        """Send a request; the answer may be a stream."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path, headers=headers)
        self.screens.append(Screen(connection.getresponse(), connection))
        return self.screens[-1]

    def hang_up(self) -> None:
        """Close every screen."""
        while self.screens:
            self.screens.pop().close()

    def screen(self, username: str) -> Screen:
        """Open this person's stream; when it answers, it hears."""
        screen = self.ask(Cookie=self.cookie(username))
        assert screen.answer.status == 200
        assert screen.line() == "retry: 3000\n"
        return screen


@pytest.fixture(scope="session")
def standing_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Gridfield, Valkey]]:
    """An application on a database in which commits are commits."""
    base = load_settings().database_url
    name = f"gridfield_live_{os.getpid()}"
    run_sql(base, f"CREATE DATABASE {name} TEMPLATE template0")
    with running_broker() as valkey:
        settings = Settings(
            database_url=sibling(base, name), redis_url=valkey.url, log_level="WARNING"
        )
        app = create_app(settings)
        with app.app_context():
            upgrade()
        yield app, valkey
        with app.app_context():
            db.engine.dispose()
    run_sql(base, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def standing_town(standing_app: tuple[Gridfield, Valkey]) -> Town:
    app, _ = standing_app
    with app.app_context():
        town = build_town()
        for row in (*town.units.values(), *town.users.values(), *town.departments.values()):
            db.session.refresh(row)
        db.session.expunge_all()
    return town


@contextmanager
def running_server(standing_app: tuple[Gridfield, Valkey], town: Town) -> Iterator[LiveServer]:
    """A server of its own on a free port."""
    app, valkey = standing_app
    [port] = free_ports(1)
    it = LiveServer(app, valkey, port, town)
    it.start()
    try:
        yield it
    finally:
        it.hang_up()
        it.stop()
        if "gridfield_broker" in app.extensions:
            app.extensions.pop("gridfield_broker").close()


@pytest.fixture(scope="session")
def standing_server(
    standing_app: tuple[Gridfield, Valkey], standing_town: Town
) -> Iterator[LiveServer]:
    with running_server(standing_app, standing_town) as it:
        yield it


@pytest.fixture
def server(standing_server: LiveServer) -> Iterator[LiveServer]:
    yield standing_server
    standing_server.hang_up()
