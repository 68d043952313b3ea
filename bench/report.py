"""From the samples of all rounds to the lines and the file."""

from __future__ import annotations

import json
import os
import platform
from collections import defaultdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

RESULTS = Path(__file__).parent / "results.json"
UNITS = {
    "W1 batch rate": "records/s",
    "W1 batch cpu": "CPU-s/1000",
    "W1 batch postgres cpu": "CPU-s/1000",
    "W1 batch bytes": "B/record",
    "W1 single rate": "records/s",
    "W1 single cpu": "CPU-s/1000",
    "W1 single postgres cpu": "CPU-s/1000",
    "W1 single bytes": "B/record",
    "W2 time": "s",
    "W2 cpu": "CPU-s",
    "W2 size": "MB",
    "W3 rate": "requests/s",
    "W3 cpu": "CPU-ms",
    "W4 cpu": "CPU-ms",
    "W4 size": "KB",
    "W5 rate": "photos/s",
    "W5 cpu": "CPU-ms",
}
PACKAGES = ("flask", "sqlalchemy", "psycopg", "granian", "orjson", "marshmallow")


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

    def print(self) -> None:
        """One line for each figure: name, value, unit, ratio to the limit."""
        for row in self.figures():
            ratio = "-" if row["ratio"] is None else f"{row['ratio']:.3g}"
            print(f"{row['name']:32} {row['value']:>10.4g} {row['unit']:11} {ratio:>7}")

    def write(self, database: str, seconds: float) -> None:
        """Write all of it down, with what it ran on."""
        told = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "seconds": round(seconds)}
        document = told | {"machine": _machine(database), "figures": self.figures()}
        RESULTS.write_text(json.dumps(document, indent=1) + "\n")


def _machine(database: str) -> dict[str, Any]:
    cpu = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    return {
        "cores": os.cpu_count(),
        "cpu": cpu[0].partition(":")[2].strip() if cpu else platform.machine(),
        "kernel": platform.release(),
        "load": os.getloadavg(),
        "python": platform.python_version(),
        "postgresql": database,
        **{package: version(package) for package in PACKAGES},
    }
