"""The world outside, for tests of delivery: a broker that can be stopped, a push service."""

from __future__ import annotations

import base64
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orjson
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from backend.app import Gridfield
from tests.browser.push_receiver import Receiver
from tools.valkey import Valkey


@contextmanager
def running_broker() -> Iterator[Valkey]:
    """A broker of the test's own. A short folder: sockets have short names."""
    home = Path(tempfile.mkdtemp(prefix="gfv", dir="/var/tmp"))
    valkey = Valkey(home)
    valkey.start()
    try:
        yield valkey
    finally:
        valkey.stop()
        _remove(home)


def _remove(home: Path) -> None:
    """Remove the folder; a broker that has hung up may still be writing into it."""
    deadline = time.monotonic() + 10
    while home.exists():
        shutil.rmtree(home, ignore_errors=time.monotonic() < deadline)


@contextmanager
def on_trial(app: Gridfield, redis_url: str) -> Iterator[None]:
    """The application with another broker, and with receivers on loopback allowed."""
    before = app.extensions["gridfield_settings"]
    app.extensions["gridfield_settings"] = replace(before, redis_url=redis_url, demo=True)
    app.extensions.pop("gridfield_broker", None)
    app.extensions.pop("gridfield_broker_away", None)
    try:
        yield
    finally:
        app.extensions["gridfield_settings"] = before
        if "gridfield_broker" in app.extensions:
            app.extensions.pop("gridfield_broker").close()


@dataclass
class PushService:
    """Takes what is sent and answers as it is told to."""

    port: int = 0
    status: int = 201
    answer: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def browser(self) -> Receiver:
        """A browser with an address here."""
        it = Receiver("")
        it.endpoint = f"http://127.0.0.1:{self.port}/push/{id(it)}"
        return it


def handler_of(service: PushService) -> type[BaseHTTPRequestHandler]:
    """The handler that writes down what comes."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.requests.append((self.path, headers, body))
            self.send_response(service.status)
            for name, value in service.answer.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    return Handler


@contextmanager
def running_push_service() -> Iterator[PushService]:
    """A push service on a free port."""
    service = PushService()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(service))
    service.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def unpadded(word: str) -> bytes:
    """The bytes of base64url without padding."""
    return base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))


def verified_claims(authorization: str, public_key: str) -> dict[str, object]:
    """The claims of a VAPID header (RFC 8292), whose signature must be the public key's."""
    scheme, _, parts = authorization.partition(" ")
    words = dict(part.strip().split("=", 1) for part in parts.split(","))
    assert (scheme, words["k"]) == ("vapid", public_key)
    head, claims, signature = words["t"].split(".")
    raw = unpadded(signature)
    r, s = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
    key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), unpadded(public_key))
    key.verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ECDSA(SHA256()))
    told: dict[str, object] = orjson.loads(unpadded(claims))
    return told
