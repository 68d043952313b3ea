"""Rounds that interleave the systems, and from their samples to the lines and the file."""

from __future__ import annotations

import json
import os
import platform
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from bench.world import World, fsync_ms, three_systems
from tools.say import step

RESULTS = Path(__file__).parent / "results.json"
UNITS = {
    "W1 batch rate": "records/s",
    "W1 batch cpu": "CPU-s/1000",
    "W1 batch postgres cpu": "CPU-s/1000",
    "W1 batch bytes": "B/record",
    "W1 batch disk": "B/record",
    "W1 batch wal": "B/record",
    "W1 single rate": "records/s",
    "W1 single cpu": "CPU-s/1000",
    "W1 single postgres cpu": "CPU-s/1000",
    "W1 single bytes": "B/record",
    "W1 failing cpu": "CPU-s/1000",
    "W2 time": "s",
    "W2 cpu": "CPU-s",
    "W2 size": "MB",
    "W3 rate": "requests/s",
    "W3 cpu": "CPU-ms",
    "W4 cpu": "CPU-ms",
    "W4 size": "KB",
    "health cpu": "CPU-ms",
    "W5 rate": "photos/s",
    "W5 cpu": "CPU-ms",
    "W5 pieces rate": "photos/s",
    "W5 pieces cpu": "CPU-ms",
}
PACKAGES = ("flask", "sqlalchemy", "psycopg", "granian", "orjson", "msgspec", "marshmallow")


WORK = (
    *("push_batches", "push_singles", "push_failing", "pull_all", "poll", "update"),
    *("tell_health", "upload", "upload_in_pieces"),
)

Run = dict[str, Any]


def take(rounds: int) -> Run:
    """Measure everything in as many rounds: the figures, and what they were measured on."""
    began = time.monotonic()
    report = Report()
    with three_systems() as (systems, world):
        for number in range(rounds):
            step(f"Round {number + 1} of {rounds} …")
            for work in WORK:
                for name, system in systems.items():
                    if (do := getattr(system, work, None)) is not None:
                        report.add(name, do())
        conditions = {"fsync_ms": fsync_ms(world.home), **machine(world)}
    seconds = round(time.monotonic() - began)
    return {**conditions, "rounds": rounds, "seconds": seconds, "figures": report.figures()}


class Report:
    """The samples of each system by figure."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.samples: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))

    def add(self, system: str, sample: dict[str, float]) -> None:
        """Keep what one round gave."""
        for name, value in sample.items():
            self.samples[system][name].append(value)

    def figures(self) -> list[dict[str, Any]]:
        """The median of each figure of each system, and its ratio to the limit's.

        The limit is PostgreSQL alone; where there is nothing of the kind, the floor.
        """
        found = []
        for name, unit in UNITS.items():
            of = {system: median(its[name]) for system, its in self.samples.items() if its[name]}
            limit = of.get("raw", of.get("floor"))
            for system, value in of.items():
                ratio = value / limit if limit else None
                row = {"name": f"{system} {name}", "value": value, "unit": unit, "ratio": ratio}
                found.append(row | {"samples": self.samples[system][name]})
        return found


def lines(run: Run) -> str:
    """One line for each figure: name, value, unit, ratio to the limit."""
    found = [f"# fsync {run['fsync_ms']:.2f} ms, load {run['load'][0]:.1f}"]
    for row in run["figures"]:
        ratio = "-" if row["ratio"] is None else f"{row['ratio']:.3g}"
        found.append(f"{row['name']:32} {row['value']:>10.4g} {row['unit']:11} {ratio:>7}")
    return "\n".join(found)


def write(runs: Sequence[Run]) -> None:
    """Write all of it down."""
    RESULTS.write_text(json.dumps({"runs": runs}, indent=1) + "\n")


def machine(world: World) -> dict[str, Any]:
    """What it runs on: the versions, the processor, how busy it is, and when."""
    cpu = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    with psycopg.connect(world.database) as connection:
        database = connection.info.parameter_status("server_version")
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "cpu": cpu[0].partition(":")[2].strip() if cpu else platform.machine(),
        "kernel": platform.release(),
        "load": os.getloadavg(),
        "python": platform.python_version(),
        "postgresql": database,
        **{package: version(package) for package in PACKAGES},
    }
