"""The whole program, as `make demo` runs it, on a small sample township of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from backend.config import load_settings
from tests.conftest import run_sql, sibling
from tools.demo import BINARIES, FLASK
from tools.paths import ROOT
from tools.supervisor import Child, Supervisor
from tools.valkey import Valkey

HOUSES = 120


@dataclass(frozen=True)
class Stack:
    """Where it runs, and who can sign in: `{role: [account, …]}`."""

    url: str
    accounts: dict[str, list[dict[str, str]]]
    database_url: str
    environment: dict[str, str]

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
def running(home: Path) -> Iterator[Stack]:
    """Start everything under `home`, and stop it at the end."""
    name = f"gridfield_browser_{os.getpid()}"
    base = load_settings().database_url
    run_sql(base, f"CREATE DATABASE {name} TEMPLATE template0")
    valkey = Valkey(home / "v")
    valkey.home.mkdir()
    valkey.start()
    api, live = free_ports(2)
    environment = {
        **os.environ,
        "PATH": f"{BINARIES}:{os.environ.get('PATH', '')}",
        "DATABASE_URL": sibling(base, name),
        "REDIS_URL": valkey.url,
        "STORAGE_URL": f"file://{home / 'storage'}",
        "PUBLIC_URL": f"http://127.0.0.1:{api}",
        "LIVE_URL": f"http://127.0.0.1:{live}/live",
        "COOKIE_SECURE": "false",
        "DEMO": "true",
        "LOG_LEVEL": "WARNING",
    }
    supervisor = Supervisor(_children(api, live, home), environment, ROOT)
    try:
        accounts = _load(environment)
        supervisor.start()
        supervisor.wait_until(lambda: _healthy(api), 60, "the API did not answer")
        yield Stack(environment["PUBLIC_URL"], accounts, environment["DATABASE_URL"], environment)
    finally:
        supervisor.stop()
        valkey.stop()
        run_sql(base, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _load(environment: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    for words in (["db", "upgrade"], ["demo", "load", "--houses", str(HOUSES)]):
        subprocess.run([*FLASK, *words], env=environment, cwd=ROOT, check=True)
    told = subprocess.run(
        [*FLASK, "demo", "accounts", "--json"],
        env=environment,
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
    )
    by_role: dict[str, list[dict[str, str]]] = {}
    for account in json.loads(told.stdout):
        by_role.setdefault(account["role"], []).append(account)
    return by_role


def _children(api: int, live: int, home: Path) -> list[Child]:
    granian = [str(BINARIES / "granian"), "--host", "127.0.0.1", "--no-ws"]
    wsgi = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "8"]
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
