"""Processes that run together and end together."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.say import Stop
from tools.supervisor import RESTARTS, Child, Supervisor

SLEEPS = "import time; print('awake', flush=True); time.sleep(600)"
HAS_A_CHILD = (
    "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time;"
    " time.sleep(600)']); print(p.pid, flush=True); time.sleep(600)"
)


def child(folder: Path, program: str) -> Child:
    return Child("Clerk", [sys.executable, "-c", program], folder / "clerk.log")


def supervisor(folder: Path, *children: Child) -> Supervisor:
    return Supervisor(children, os.environ, folder)


def log_holds(one: Child, text: str = "\n") -> Callable[[], bool]:
    return lambda: one.log.exists() and text in one.log.read_text()


def alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_stop_ends_children_and_their_children(tmp_path: Path) -> None:
    one = child(tmp_path, HAS_A_CHILD)
    house = supervisor(tmp_path, one)
    house.start()
    house.wait_until(log_holds(one), 20, "silent")
    grandchild = int(one.log.read_text())

    house.stop()

    assert one.ended() == -signal.SIGTERM
    supervisor(tmp_path).wait_until(lambda: not alive(grandchild), 20, "The grandchild lives on")


def test_a_child_that_keeps_dying_stops_everything_with_its_last_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house = supervisor(tmp_path, child(tmp_path, "print('the well is dry'); raise SystemExit(3)"))
    house.start()

    with pytest.raises(Stop, match=r"(?s)Clerk ended with code 3.*the well is dry"):
        house.watch()
    assert capsys.readouterr().out.count("Starting it again") == RESTARTS


def test_a_child_that_dies_before_all_is_ready_is_told_at_once(tmp_path: Path) -> None:
    house = supervisor(tmp_path, child(tmp_path, "raise SystemExit(4)"))
    house.start()

    with pytest.raises(Stop, match="code 4"):
        house.wait_until(lambda: False, 20, "never")


def test_children_end_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    program = (
        "import os, sys, time; from pathlib import Path; from tools.supervisor import *\n"
        "log = Path(sys.argv[1])\n"
        "one = Child('Clerk', [sys.executable, '-c', sys.argv[2]], log)\n"
        "Supervisor([one], os.environ, log.parent).start()\n"
        "print(one.process.pid, flush=True); time.sleep(600)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "clerk.log"), SLEEPS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert alive(pid)
        parent.kill()
    waiting = supervisor(tmp_path)
    waiting.wait_until(lambda: not alive(pid), 20, "The child outlived its supervisor")
