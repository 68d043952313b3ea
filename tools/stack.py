"""The whole program, as `make demo` runs it, on a sample township and a database of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tools.demo import BINARIES, FLASK
from tools.paths import ROOT
from tools.say import Stop
from tools.supervisor import Child, Supervisor
from tools.valkey import Valkey

SECONDS_TO_START = 60


@dataclass(frozen=True)
class Stack:
    """Where it runs, and who can sign in: `{role: [account, …]}`."""

    url: str
    accounts: dict[str, list[dict[str, str]]]
    database_url: str
    supervisor: Supervisor
    valkey: Valkey

    @property
    def storage(self) -> Path:
        """The folder in which the photos lie."""
        return Path(urlsplit(self.supervisor.environment["STORAGE_URL"]).path)

    def kill(self, name: str) -> None:
        """End a process as a crash does."""
        child = next(child for child in self.supervisor.children if child.name == name)
        child.signal(signal.SIGKILL)
        if child.process is not None:
            child.process.wait()

    def revive(self) -> None:
        """Start again what has died; returns when the API answers.

        Raises:
            Stop: it does not, for a minute.
        """
        deadline = time.monotonic() + SECONDS_TO_START
        while not (self._all_run() and _healthy(urlsplit(self.url).port or 80)):
            if time.monotonic() > deadline:
                raise Stop(
                    "The program does not come back.", f"See {self.supervisor.children[0].log}"
                )

    def _all_run(self) -> bool:
        dead = [child for child in self.supervisor.children if child.ended() is not None]
        for child in dead:
            child.start(self.supervisor.environment, self.supervisor.folder)
        return not dead

    def account(self, role: str, number: int = 0) -> dict[str, str]:
        """The account number `number` of a role."""
        return self.accounts[role][number]


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@contextmanager
def running(home: Path, name: str, houses: int, base_url: str, workers: int = 1) -> Iterator[Stack]:
    """Start everything under `home` on a new database `name` beside that of `base_url`.

    Everything is stopped, and the database dropped, at the end.
    """
    valkey = Valkey(home / "v")
    valkey.home.mkdir()
    api, live = free_ports(2)
    environment = _environment(home, sibling(base_url, name), valkey.url, (api, live))
    supervisor = Supervisor(_children((api, live), home, workers), environment, ROOT)
    try:
        _sql(base_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        _sql(base_url, f"CREATE DATABASE {name} TEMPLATE template0")
        valkey.start()
        accounts = _load(environment, houses)
        supervisor.start()
        supervisor.wait_until(lambda: _healthy(api), SECONDS_TO_START, "The API did not answer")
        url, database = environment["PUBLIC_URL"], environment["DATABASE_URL"]
        yield Stack(url, accounts, database, supervisor, valkey)
    finally:
        supervisor.stop()
        valkey.stop()
        _sql(base_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def sibling(url: str, name: str) -> str:
    """The URL of another database on the same server."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{name}{query}"


def _sql(url: str, statement: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement.encode())


def _environment(home: Path, database: str, broker: str, ports: tuple[int, int]) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{BINARIES}:{os.environ.get('PATH', '')}",
        "DATABASE_URL": database,
        "REDIS_URL": broker,
        "STORAGE_URL": f"file://{home / 'storage'}",
        "PUBLIC_URL": f"http://127.0.0.1:{ports[0]}",
        "LIVE_URL": f"http://127.0.0.1:{ports[1]}/live",
        "COOKIE_SECURE": "false",
        "DEMO": "true",
        "QUIET_HOURS": "",
        "LOG_LEVEL": "WARNING",
    }


def _load(environment: dict[str, str], houses: int) -> dict[str, list[dict[str, str]]]:
    for words in (["db", "upgrade"], ["demo", "load", "--houses", str(houses)]):
        subprocess.run([*FLASK, *words], env=environment, cwd=ROOT, check=True)
    told = subprocess.run(
        [*FLASK, "demo", "accounts", "--all", "--json"],
        env=environment,
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
    )
    by_role: dict[str, list[dict[str, str]]] = {}
    for account in json.loads(told.stdout):
        by_role.setdefault(account["role"], []).append(account)
    return by_role


def _children(ports: tuple[int, int], home: Path, workers: int) -> list[Child]:
    api, live = ports
    granian = [str(BINARIES / "granian"), "--host", "127.0.0.1", "--no-ws"]
    wsgi = ["--interface", "wsgi", "--workers", str(workers), "--blocking-threads", "8"]
    asgi = ["--interface", "asgi", "--workers", "1"]
    commands = {
        "api": [*granian, *wsgi, "--port", str(api), "wsgi:app"],
        "live": [*granian, *asgi, "--port", str(live), "backend.live:app"],
        "worker": [*FLASK, "worker"],
        "schedule": [*FLASK, "schedule"],
    }
    return [Child(name, command, home / f"{name}.log") for name, command in commands.items()]


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        time.sleep(0.2)
        return False
