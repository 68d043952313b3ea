"""`make bench-phone`: the app in Chromium, as slow as a cheap phone on a bad line."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections import defaultdict
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from statistics import median
from typing import cast

from playwright.sync_api import Browser, sync_playwright

from bench.phone import figures
from bench.phone.figures import CHEAP, OLD, Sample
from bench.phone.town import Person, town
from tools.chromium import CHROMIUM, FLAGS
from tools.paths import ENV_FILE
from tools.say import run_or_explain, step
from tools.services import read_env

RESULTS = Path(__file__).parents[1] / "results-phone.json"
ROUNDS = 3
SMALL, LARGE = 5000, 20_000
GOALS: dict[str, tuple[str, float | None]] = {
    "baseline empty page": ("ms", None),
    "baseline loop": ("ms", None),
    "weight sign-in": ("KB gzip", 100),
    "weight today": ("KB gzip", 100),
    "first visit usable": ("ms", 2500),
    f"offline start {CHEAP}x": ("ms", 1000),
    f"offline start {OLD}x": ("ms", 1000),
    "checklist open": ("ms", 200),
    "answer saved": ("ms", 50),
    "tap answered": ("ms", 100),
    "first sync 5,000 on 400 kbit/s": ("s", 60),
    "first sync 5,000 on loopback": ("s", 5),
    "first sync 20,000 on loopback": ("s", None),
    "list open": ("ms", 1000),
    "search answered": ("ms", 200),
    "map open": ("ms", 3000),
    "map longest frame": ("ms", 1000),
    "scroll longest frame": ("ms", 1000),
    "scroll frames over 1 s": ("frames", 0),
}


def measure(browser: Browser, url: str, small: Person, large: Person, rounds: int) -> list[Sample]:
    """All figures, in rounds that interleave them; what takes a minute is measured once."""
    samples: list[Sample] = []
    with figures.at_home(browser, url, small) as home:
        works = figures.each_round(browser, url, small, home)
        for number in range(rounds):
            step(f"Round {number + 1} of {rounds} …")
            samples += [work.sample(number) for work in works]
    step("First loads …")
    return samples + [work.sample(0) for work in figures.once(browser, url, small, large)]


def report(samples: list[Sample]) -> list[dict[str, object]]:
    """The median of each figure beside its goal; null where most of its attempts were missed."""
    by_name: dict[str, list[float]] = defaultdict(list)
    for sample in samples:
        for name, value in sample.items():
            by_name[name].append(value)
    return [
        {"name": name, "value": _known(median(by_name[name])), "unit": unit, "goal": goal}
        | {"samples": [_known(value) for value in by_name[name]]}
        for name, (unit, goal) in GOALS.items()
    ]


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def line(row: dict[str, object]) -> str:
    """A figure, its goal, and how often it was missed."""
    value = "missed" if row["value"] is None else f"{row['value']:.4g}"
    goal = "-" if row["goal"] is None else f"{row['goal']:g}"
    samples = cast("list[float | None]", row["samples"])
    missed = f"  ({samples.count(None)} of {len(samples)} missed)" if None in samples else ""
    return f"{row['name']:32} {value:>9} {row['unit']:8} {goal:>6}{missed}"


def _rounded(load: tuple[float, ...]) -> str:
    return " ".join(f"{part:.1f}" for part in load)


def main() -> int:
    """Measure, print one line for each figure, write `bench/results-phone.json`."""
    parser = argparse.ArgumentParser(prog="bench.phone")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    before = os.getloadavg()
    base = os.environ.get("DATABASE_URL") or read_env(ENV_FILE)["DATABASE_URL"]
    with (
        tempfile.TemporaryDirectory(prefix="gf", dir="/tmp") as home,
        town(Path(home), base, [SMALL, LARGE]) as (stack, (small, large)),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        rows = report(measure(browser, stack.url, small, large, rounds))
        about = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "chromium": browser.version,
            "cores": os.cpu_count(),
            "load": [before, os.getloadavg()],
        }
        browser.close()
    print("\n".join(line(row) for row in rows))
    print(f"load average before {_rounded(before)}, after {_rounded(os.getloadavg())}")
    RESULTS.write_text(json.dumps({**about, "rounds": rounds, "figures": rows}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    run_or_explain(main)
