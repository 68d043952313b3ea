"""Keep several processes running together, and stop them together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from tools.say import Stop, step

LOG_LINES = 12
RESTARTS = 3
RESTART_WINDOW = 60.0  # seconds
SECONDS_TO_STOP = 15.0
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process: what it is for people, its command, its log."""

    name: str
    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self, environment: Mapping[str, str], folder: Path) -> None:
        """Start the process in a group of its own, its output added to the log."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=environment, cwd=folder, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - the supervisor has one thread
            )  # fmt: skip

    def ended(self) -> int | None:
        """The exit code of a process that is gone, else None."""
        return self.process.poll() if self.process else None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and its own children."""
        if self.process and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def last_words(self) -> str:
        """The end of the log, for a person who asks why."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(f"    {line}" for line in lines[-LOG_LINES:])


@dataclass
class Supervisor:
    """Starts children in order, restarts one that dies, stops all of them in reverse order."""

    children: Sequence[Child]
    environment: Mapping[str, str]
    folder: Path
    stopping: bool = False

    def start(self) -> None:
        """Start all children."""
        for child in self.children:
            child.start(self.environment, self.folder)

    def obey_signals(self) -> None:
        """From now on Ctrl-C, SIGTERM and a closed terminal ask for a stop."""

        def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
            self.stopping = True

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, ask_to_stop)

    def wait_until(self, ready: Callable[[], bool], seconds: float, what: str) -> None:
        """Return when `ready`, or when asked to stop; raise Stop when a child dies before."""
        deadline = time.monotonic() + seconds
        while not self.stopping and not ready():
            for child in self.children:
                if (code := child.ended()) is not None:
                    raise Stop(_obituary(child, code))
            if time.monotonic() > deadline:
                logs = f"Logs are in {self.children[0].log.parent}"
                raise Stop(f"{what} after {seconds:.0f} s.", logs)
            time.sleep(0.1)

    def watch(self) -> None:
        """Restart what dies, until asked to stop; raise Stop when one keeps dying."""
        while not self.stopping:
            for child in self.children:
                if (code := child.ended()) is not None and not self.stopping:
                    self._revive(child, code)
            time.sleep(0.2)

    def stop(self) -> None:
        """End all children: first asked, in reverse order, then made to."""
        for child in reversed(self.children):
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + SECONDS_TO_STOP
        for child in reversed(self.children):
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                step(f"{child.name} did not stop by itself; ending it.")
                child.signal(signal.SIGKILL)
                child.process.wait()

    def _revive(self, child: Child, code: int) -> None:
        now = time.monotonic()
        child.deaths = [*(then for then in child.deaths if now - then < RESTART_WINDOW), now]
        if len(child.deaths) > RESTARTS:
            raise Stop(f"{_obituary(child, code)}\n  It keeps dying, so everything stops.")
        step(f"{_obituary(child, code)}\n  Starting it again …")
        child.start(self.environment, self.folder)


def _obituary(child: Child, code: int) -> str:
    how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
    return f"{child.name} {how}. Its last words, from {child.log}:\n{child.last_words()}"


def _end_with_parent() -> None:
    """Ask Linux to end this process when the supervisor is killed and cannot do it itself."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
