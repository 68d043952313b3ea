"""Valkey, the worker or the receiver dies in the middle: each message arrives, and is known to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
import pytest
from sqlalchemy import text

from backend.app import Gridfield
from backend.db import db, transaction, utc_now
from backend.delivery import gateways
from backend.delivery.commands import send
from backend.delivery.jobs import sweep
from backend.delivery.models import Contact, Delivery, Message
from tests.delivery.services import on_trial, running_broker
from tests.town import Town
from tools.paths import ROOT
from tools.valkey import Valkey

MESSAGES = 8
SECRET = "守口如瓶"
KILLS = 3
PATIENCE = 120  # seconds; a worker takes some to start


@dataclass
class Receiver:
    """A chat and a text gateway that write down what they get, and do harm at a given moment."""

    port: int = 0
    got: list[tuple[str, str]] = field(default_factory=list)
    harm: dict[int, Callable[[], None]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, path: str, headers: dict[str, str], body: bytes) -> None:
        """Note a request, verified; then what must break breaks, before the answer."""
        if path == "/texts":
            moment = headers["x-gridfield-timestamp"]
            assert headers["x-gridfield-signature"] == gateways.signature(SECRET, moment, body)
        else:
            assert orjson.loads(body)["message"].startswith("紧急案件 ")
        with self.lock:
            self.got.append((path, headers["idempotency-key"]))
            harm = self.harm.get(len(self.got))
        if harm is not None:
            harm()


def dies_itself() -> None:
    """The receiver's own death: what it has got stays without an answer."""
    raise ConnectionAbortedError


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    it = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                it.take(self.path, headers, body)
            except ConnectionAbortedError:
                self.connection.close()
                return
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

        def handle_error(self) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    it.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield it
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Worker:
    """`flask worker` as a process of its own, started again whenever it is gone."""

    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    def see_to_it(self) -> None:
        """Have it run."""
        if self.process is None or self.process.poll() is not None:
            command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environ, stderr=subprocess.DEVNULL
            )

    def kill(self) -> None:
        """End it as a crash does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)


def environ_of(app: Gridfield, valkey: Valkey, receiver: Receiver) -> dict[str, str]:
    settings = app.extensions["gridfield_settings"]
    return os.environ | {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": valkey.url,
        "DEMO": "true",
        "QUIET_HOURS": "",
        "TEXT_GATEWAY_URL": f"http://127.0.0.1:{receiver.port}/texts",
        "TEXT_GATEWAY_SECRET": SECRET,
    }


def send_all(town: Town, receiver: Receiver) -> None:
    """Urgent messages whose chat and text steps are due."""
    user_id = town.users["worker"].id
    with transaction():
        address = f"json://127.0.0.1:{receiver.port}/chat"
        db.session.add(Contact(user_id=user_id, channel="chat", address=address))
    with transaction():
        for number in range(MESSAGES):
            told = {"title": "紧急案件", "body": "", "url": f"/cases/{number}"}
            send(Message(user_id=user_id, code="case-urgent", urgency="urgent", **told))
    make_due()


def make_due() -> None:
    """Let the time of each next attempt come, and of each probe."""
    with transaction():
        for table, column in (("deliveries", "next_attempt_at"), ("ways", "paused_until")):
            db.session.execute(
                text(f"UPDATE {table} SET {column} = :now WHERE {column} > :now"),  # noqa: S608
                {"now": utc_now()},
            )


def unsent() -> int:
    with transaction():
        outside = db.session.query(Delivery).filter(Delivery.channel.in_(["chat", "text"]))
        return outside.filter_by(state="queued").count()


@pytest.mark.parametrize("victim", ["valkey", "worker", "receiver", "all"])
def test_nothing_is_lost_and_nothing_new_is_doubled(
    racing_app: Gridfield, real_town: Town, victim: str
) -> None:
    with running_broker() as valkey, running_receiver() as receiver:
        worker = Worker(environ_of(racing_app, valkey, receiver))
        kills = {"valkey": valkey.kill, "worker": worker.kill, "receiver": dies_itself}
        chosen = list(kills.values()) if victim == "all" else [kills[victim]] * KILLS
        receiver.harm = dict(zip((2, 5, 9), chosen, strict=True))
        with on_trial(racing_app, valkey.url):
            send_all(real_town, receiver)
            try:
                work_through(valkey, worker, receiver)
            finally:
                worker.kill()
        wanted = {
            ("/chat" if row.channel == "chat" else "/texts", str(row.id))
            for row in db.session.query(Delivery).filter(Delivery.channel.in_(["chat", "text"]))
        }

    assert len(wanted) == 2 * MESSAGES
    assert set(receiver.got) == wanted  # each arrived, under one key for ever
    assert len(receiver.got) <= len(wanted) + KILLS  # again only what was cut off


def work_through(valkey: Valkey, worker: Worker, receiver: Receiver) -> None:
    """Have everything run, as supervisors do, until nothing waits."""
    deadline, before = time.monotonic() + PATIENCE, (0, 0)
    still_since = time.monotonic()
    while waiting := unsent():
        assert time.monotonic() < deadline, f"{waiting} still wait"
        valkey.start()
        worker.see_to_it()
        if (waiting, len(receiver.got)) != before:
            before, still_since = (waiting, len(receiver.got)), time.monotonic()
        elif time.monotonic() > still_since + 4:  # nobody is at work: the time has come
            make_due()
            still_since = time.monotonic()
        sweep()
        time.sleep(0.5)
