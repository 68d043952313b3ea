"""CPU-seconds of other processes, from /proc: the client's own are not among them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spent:
    """What a piece of work took: by the clock, and in CPU-seconds by part."""

    seconds: float
    cpu: dict[str, float]

    @property
    def total(self) -> float:
        """CPU-seconds of all parts."""
        return sum(self.cpu.values())


def spent(work: Callable[[], object], parts: Mapping[str, Iterable[int]]) -> Spent:
    """Do the work; `parts` name the processes (each with its descendants) that it keeps busy."""
    before = {name: cpu_seconds(roots) for name, roots in parts.items()}
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    after = {name: cpu_seconds(roots) for name, roots in parts.items()}
    return Spent(seconds, {name: after[name] - before[name] for name in parts})


def cpu_seconds(roots: Iterable[int]) -> float:
    """CPU-seconds of these processes and all below them, those that have ended included."""
    ticks = 0
    for pid in with_descendants(roots):
        fields = _fields(pid)
        ticks += sum(map(int, fields[11:15])) if fields else 0  # own, then of ended children
    return ticks / TICK


def with_descendants(roots: Iterable[int]) -> set[int]:
    """These processes and all below them."""
    children: dict[int, list[int]] = {}
    for pid in every():
        fields = _fields(pid)
        if fields:
            children.setdefault(int(fields[1]), []).append(pid)
    found: set[int] = set()
    left = list(roots)
    while left:
        pid = left.pop()
        found.add(pid)
        left += children.get(pid, [])
    return found


def running(words: str) -> list[int]:
    """The processes whose command holds these words."""
    return [pid for pid in every() if words in _command(pid)]


def every() -> list[int]:
    """All processes of this machine."""
    return [int(path.name) for path in PROC.iterdir() if path.name.isdecimal()]


def _fields(pid: int) -> list[str]:
    """Its state and what follows in `stat`; empty when it is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _command(pid: int) -> str:
    try:
        words = (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return ""
    return words.replace(b"\0", b" ").decode(errors="replace")
