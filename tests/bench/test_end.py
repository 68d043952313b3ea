"""The benchmark leaves nothing behind, however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from bench.lines import Line, spread
from tools.paths import ROOT


def marked(mark: str) -> Iterator[Path]:
    """The processes that carry the mark in their environment: the benchmark and all it started."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                yield process
        except OSError:
            continue


def cluster(processes: list[Path]) -> Path:
    """The folder that the benchmark made, from its PostgreSQL's command."""
    for process in processes:
        words = (process / "cmdline").read_bytes().decode().split("\0")
        if words[0].endswith("/postgres"):
            return Path(words[words.index("-D") + 1]).parent
    raise AssertionError("no PostgreSQL runs")


def test_sigterm_removes_processes_and_data() -> None:
    mark = f"bench-{uuid4()}"
    command = [sys.executable, "-m", "bench", "--rounds", "1"]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"MARK": mark}, stdout=subprocess.PIPE, text=True
    ) as bench:
        assert bench.stdout
        next(line for line in bench.stdout if "金新街道" in line)  # it is loading houses
        folder = cluster(list(marked(mark)))
        bench.send_signal(signal.SIGTERM)
        bench.stdout.read()
        assert bench.wait(60) == 130
    assert folder.name.startswith("gf")
    assert not folder.exists()
    assert not list(marked(mark))


def test_the_slow_run_is_asked_to_end_and_waited_for(tmp_path: Path) -> None:
    began, ended = tmp_path / "began", tmp_path / "ended"
    cleans_up = (
        "import pathlib, signal; from bench.world import end_cleanly; end_cleanly()\n"
        f"try: pathlib.Path({str(began)!r}).touch(); signal.pause()\n"
        f"finally: pathlib.Path({str(ended)!r}).touch()"
    )
    runs = (
        "import sys; from bench import slow, world; from tools.say import run_or_explain\n"
        f"command = [sys.executable, '-c', {cleans_up!r}]\n"
        "world.end_cleanly(); run_or_explain(lambda: slow._run(command))"
    )
    with subprocess.Popen([sys.executable, "-c", runs], cwd=ROOT, stderr=subprocess.DEVNULL) as one:
        eventually(began.exists)
        one.send_signal(signal.SIGTERM)
        assert one.wait(30) == 130
    assert ended.exists()


def test_one_lane_s_error_ends_the_others() -> None:
    """Lanes do real jobs, which need no server here."""
    done: list[int] = []

    def fail(_line: Line) -> None:
        raise RuntimeError("not as expected")

    def work(_line: Line) -> None:
        done.append(1)
        time.sleep(0.01)

    with pytest.raises(RuntimeError, match="not as expected"):
        spread("http://127.0.0.1:1", [[fail], [work] * 1000])
    assert len(done) < 1000


def eventually(true: Callable[[], bool]) -> None:
    """Wait for a condition, half a minute at most."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
