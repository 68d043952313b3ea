"""The API as it runs, and a line to it that breaks at any byte."""

from __future__ import annotations

import os
import random
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from backend.config import Settings
from tools.paths import ROOT
from tools.stack import free_ports

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing says RST, as a lost network does


@contextmanager
def serving(settings: Settings) -> Iterator[int]:
    """The API under its own server on this database and storage; answers its port."""
    [port] = free_ports(1)
    environ = os.environ | {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "STORAGE_URL": settings.storage_url,
        "LOG_LEVEL": "WARNING",
    }
    words = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
    command = [sys.executable, "-m", "granian", *words, "wsgi:app"]
    process = subprocess.Popen(command, env=environ, cwd=ROOT)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(15)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=2).close()
            return
        time.sleep(0.05)
    raise AssertionError("the API does not answer")


class BreakingLine:
    """A TCP line to a port: each connection breaks after a number of bytes that the dice tell.

    Bytes of both directions count, so it breaks in headers, bodies and answers alike; every
    fourth connection lasts for several pieces, so that whoever goes on arrives.
    """

    def __init__(self, port: int, seed: int, longest: int) -> None:
        self.breaks = 0
        self._port = port
        self._dice = random.Random(seed)
        self._longest = longest
        self._lock = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Nobody gets through any more."""
        self._door.close()

    def _accept(self) -> None:
        number = 0
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                number += 1
                left = self._dice.randint(1, self._longest) if number % 4 else 4 * self._longest
                threading.Thread(target=self._carry, args=(near, left), daemon=True).start()

    def _carry(self, near: socket.socket, left: int) -> None:
        far = socket.create_connection(("127.0.0.1", self._port))
        budget = [left]
        ways = [
            threading.Thread(target=self._pump, args=way, daemon=True)
            for way in ((near, far, budget), (far, near, budget))
        ]
        for way in ways:
            way.start()
        for way in ways:
            way.join()
        for end in (near, far):
            end.close()

    def _pump(self, source: socket.socket, sink: socket.socket, budget: list[int]) -> None:
        with suppress(OSError):
            while data := source.recv(4096):
                if not self._pass(sink, data, budget):
                    for end in (source, sink):
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                        end.shutdown(socket.SHUT_RDWR)
                    return
            sink.shutdown(socket.SHUT_WR)

    def _pass(self, sink: socket.socket, data: bytes, budget: list[int]) -> bool:
        with self._lock:
            left = budget[0]
            allowed = min(left, len(data))
            budget[0] = left - allowed
            self.breaks += 0 < left < len(data)
        sink.sendall(data[:allowed])
        return allowed == len(data)
