"""A worker that dies between taking a message and the answer loses none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import func, select
from standardwebhooks import Webhook

from backend.app import Gridfield
from backend.config import current_settings
from backend.db import db, transaction, utc_now
from backend.partners.jobs import sweep
from backend.partners.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from tests.delivery.services import on_trial, running_broker
from tests.inspections.work import hazard
from tests.town import Town
from tools.valkey import Valkey

CASES = 4
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class SlowPartner:
    """Takes what is sent; holds back its first answer until the caller is gone."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.held = threading.Event()
        self.free = threading.Event()

    def take(self, headers: dict[str, str], body: bytes) -> None:
        Webhook(SECRET).verify(body, headers)
        self.taken.append(headers["webhook-id"])
        self.held.set()
        self.free.wait(60)


@contextmanager
def listening(partner: SlowPartner) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            partner.take({name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        partner.free.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def worker(valkey: Valkey) -> Iterator[subprocess.Popen[bytes]]:
    own = {"DATABASE_URL": current_settings().database_url, "REDIS_URL": valkey.url, "DEMO": "1"}
    words = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    process = subprocess.Popen(words, env=os.environ | own)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def count(state: str) -> int:
    with transaction() as session:
        query = select(func.count()).where(WebhookMessage.state == state)
        return session.scalar(query.select_from(WebhookMessage)) or 0


@pytest.mark.slow
def test_a_killed_worker_loses_no_message(racing_app: Gridfield, real_town: Town) -> None:
    partner = SlowPartner()
    with running_broker() as valkey, on_trial(racing_app, valkey.url), listening(partner) as port:
        with transaction():
            admin, town = real_town.users["admin"], real_town.units["金新街道"]
            db.session.add(
                WebhookEndpoint(
                    name="x",
                    url=f"http://127.0.0.1:{port}/",
                    secret=SECRET,
                    events=["case.opened"],
                    org_unit_id=town.id,
                    created_by_id=admin.id,
                    failures=0,
                )
            )
        for _ in range(CASES):
            hazard(real_town)
        assert count("queued") == CASES

        with worker(valkey) as first:
            assert partner.held.wait(60)
            first.send_signal(signal.SIGKILL)
            first.wait()
        assert count("queued") == CASES
        assert db.session.query(WebhookAttempt).count() == 0
        partner.free.set()
        with worker(valkey):
            with transaction():  # the dead worker's lease ends
                db.session.query(WebhookMessage).update({"next_attempt_at": utc_now()})
            sweep()
            wait_for(lambda: count("sent") == CASES)

        assert len(set(partner.taken)) == CASES
        assert len(partner.taken) == CASES + 1  # the one that nobody heard the answer of came twice
