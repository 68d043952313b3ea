"""`make bench-city`: a working day of 100,000 phones, computed from what `make bench` measured.

A discrete model by the second: every phone has its own day (when it begins, when it polls, when it
saves), the arrivals of all phones meet in one queue, and so many cores work it off.
"""

from __future__ import annotations

import json
import math
import random
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.report import RESULTS
from tools.say import Stop, run_or_explain, table

HOUR = 3600
DAY = 24 * HOUR
MORNING, EVENING, PEAK = 8 * HOUR, 18 * HOUR, int(16.5 * HOUR)
PHOTO, THUMB = 300 * 1024, 12 * 1024
BATCH = 10  # records of 37 answers fit into the 32 KB of a phone's batch
UPLINK = 1_600_000 / 8  # bytes a second of a phone
ROUND_TRIP = 0.15  # seconds
HEALTH = 15 * 60  # seconds between a phone's words about itself
HEADERS = 1_000  # bytes of a request and its answer, cookie and TLS included


@dataclass(frozen=True)
class Plan:
    """How many phones there are and what they do in a day."""

    phones: int = 100_000
    poll_minutes: int = 15
    records: int = 20
    photos: int = 10
    late: float = 0.5  # the share of phones that send the whole day's work in the hour from 16:30


@dataclass(frozen=True)
class Cost:
    """What one request of a kind takes."""

    cpu: float  # seconds of server and PostgreSQL
    bytes: float
    open: float  # seconds that its connection is in use, by a phone on a slow network


Costs = Mapping[str, Cost]
Arrivals = dict[str, "array[int]"]  # by kind, how many in each second of the day
PIECES = ("poll", "single", "batch", "failing", "update", "health", "have", "photo", "thumb")


def costs_of(figures: Mapping[str, float]) -> Costs:
    """The costs of requests from the benchmark's figures."""
    # Results from before photos went whole have three pieces under the plain name.
    upload = figures.get("W5 pieces cpu", figures["W5 cpu"]) / 1000
    requests = {
        "poll": (figures["W3 cpu"] / 1000, 0.0),
        "single": (figures["W1 single cpu"] / 1000, figures["W1 single bytes"]),
        "batch": (figures["W1 batch cpu"] * BATCH / 1000, figures["W1 batch bytes"] * BATCH),
        "failing": (figures["W1 failing cpu"] / 1000, figures["W1 single bytes"]),
        "update": (figures["W4 cpu"] / 1000, figures["W4 size"] * 1000),
        "health": (figures["health cpu"] / 1000, 300.0),
        "have": (figures["W3 cpu"] / 1000, 100.0),
        "photo": (upload, PHOTO),
        "thumb": (upload / 3, THUMB),  # one request of three
    }
    return {
        kind: Cost(cpu, size + HEADERS, 2 * ROUND_TRIP + size / UPLINK)
        for kind, (cpu, size) in requests.items()
    }


def day_of(plan: Plan, rng: random.Random) -> Iterator[tuple[str, int]]:
    """One phone's requests, each with its second."""
    begin, end = MORNING + rng.randrange(HOUR // 2), EVENING - rng.randrange(HOUR // 2)
    for second in range(begin + rng.randrange(plan.poll_minutes * 60), end, plan.poll_minutes * 60):
        yield "poll", second
    for second in range(begin + rng.randrange(HEALTH), end, HEALTH):
        yield "health", second
    if rng.random() < plan.late:
        yield from _all_at_once(plan, PEAK + rng.randrange(HOUR))
    else:
        yield from _as_it_goes(plan, begin, rng)


def _all_at_once(plan: Plan, second: int) -> Iterator[tuple[str, int]]:
    with_photo = min(plan.photos, plan.records)
    for _ in range(math.ceil((plan.records - with_photo) / BATCH)):
        yield "batch", second
    for _ in range(with_photo):
        yield "failing", second
    yield "update", second
    yield "have", second
    for _ in range(plan.photos):
        yield "thumb", second
    for number in range(plan.photos):
        yield "photo", second + int(number * PHOTO / UPLINK)


def _as_it_goes(plan: Plan, begin: int, rng: random.Random) -> Iterator[tuple[str, int]]:
    with_photo = set(rng.sample(range(plan.records), min(plan.photos, plan.records)))
    for number in range(plan.records):
        second = rng.randrange(begin, PEAK)
        yield "failing" if number in with_photo else "single", second
        yield "update", second
        if number in with_photo:
            for kind in ("have", "thumb", "photo"):
                yield kind, second


def arrivals(plan: Plan, seed: int = 1) -> Arrivals:
    """The requests of all phones, counted by kind and second."""
    rng = random.Random(seed)
    counted = {kind: array("l", bytes(8 * DAY)) for kind in PIECES}
    for _ in range(plan.phones):
        for kind, second in day_of(plan, rng):
            counted[kind][second] += 1
    return counted


def by_second(counted: Arrivals, of: Mapping[str, float]) -> list[float]:
    """What arrives in each second, weighed by kind."""
    total = [0.0] * DAY
    for kind, weight in of.items():
        for second, count in enumerate(counted[kind]):
            if count:
                total[second] += count * weight
    return total


@dataclass(frozen=True)
class Served:
    """What became of the work."""

    done: float
    left: float
    longest_wait: float  # seconds


def serve(work: Sequence[float], cores: float) -> Served:
    """Let so many cores work off what arrives, first come, first served."""
    left = done = longest = 0.0
    for arriving in work:
        left += arriving
        longest = max(longest, left / cores)
        step = min(left, cores)
        left, done = left - step, done + step
    return Served(done, left, longest)


def cores_for(work: Sequence[float], wait: float) -> int:
    """The fewest cores with which nothing waits longer than this."""
    cores = max(1, math.ceil(sum(work) / len(work)))
    while serve(work, cores).longest_wait > wait:
        cores += 1
    return cores


def busiest_minute(values: Sequence[float]) -> float:
    """The mean of the minute with the most."""
    return max(sum(values[at : at + 60]) for at in range(0, len(values), 60)) / 60


@dataclass(frozen=True)
class Load:
    """What a day asks for, second by second."""

    requests: list[float]
    work: list[float]  # CPU-seconds
    bytes: list[float]
    lines: list[float]  # connections in use


def load_of(plan: Plan, costs: Costs) -> Load:
    """The load of all phones."""
    counted = arrivals(plan)
    return Load(
        by_second(counted, dict.fromkeys(PIECES, 1.0)),
        by_second(counted, {kind: cost.cpu for kind, cost in costs.items()}),
        by_second(counted, {kind: cost.bytes for kind, cost in costs.items()}),
        by_second(counted, {kind: cost.open for kind, cost in costs.items()}),
    )


def row(name: str, plan: Plan, costs: Costs, figures: Mapping[str, float]) -> tuple[str, ...]:
    """One line of the table: what the city needs under this plan."""
    load = load_of(plan, costs)
    records, photos = plan.phones * plan.records, plan.phones * plan.photos
    return (
        name,
        f"{sum(load.requests) / 1e6:.1f}",
        f"{busiest_minute(load.requests):,.0f}",
        f"{busiest_minute(load.work):.1f}",
        str(cores_for(load.work, wait=1.0)),
        f"{busiest_minute(load.lines):,.0f}",
        f"{busiest_minute(load.bytes) * 8 / 1e6:,.0f}",
        f"{records * figures['W1 batch disk'] / 1e9:.1f}",
        f"{records * figures['W1 batch wal'] / 1e9:.1f}",
        f"{photos * (PHOTO + THUMB) / 1e9:.0f}",
    )


def by_hour(load: Load) -> list[tuple[str, ...]]:
    """The busiest minute of each hour of the working day."""
    found: list[tuple[str, ...]] = []
    for begin in range(MORNING, EVENING, HOUR):
        parts = (load.requests, load.work, load.lines, load.bytes)
        hour = [busiest_minute(part[begin : begin + HOUR]) for part in parts]
        name = f"{begin // HOUR:02}:00"
        shown = (f"{hour[0]:,.0f}", f"{hour[1]:.2f}", f"{hour[2]:,.0f}", f"{hour[3] * 8 / 1e6:.0f}")
        found.append((name, *shown))
    return found


HEAD = (
    "a day of 100,000 phones", "M requests", "peak req/s", "cores busy", "cores needed",
    "connections", "Mbit/s", "rows GB", "WAL GB", "photos GB",
)  # fmt: skip
HOURS = ("busiest minute from", "req/s", "cores busy", "connections", "Mbit/s")


def rows(figures: Mapping[str, float]) -> list[tuple[str, ...]]:
    """The table: the plan as it is, and what it is sensitive to."""
    plan, costs = Plan(), costs_of(figures)
    doubled = {kind: replace(cost, cpu=2 * cost.cpu) for kind, cost in costs.items()}
    return [
        row("polls every 15 min, half send late", plan, costs, figures),
        row("polls every 5 min", replace(plan, poll_minutes=5), costs, figures),
        row("all send late", replace(plan, late=1.0), costs, figures),
        row("both", replace(plan, poll_minutes=5, late=1.0), costs, figures),
        row("both, and all CPU doubled", replace(plan, poll_minutes=5, late=1.0), doubled, figures),
    ]


def read_figures(results: Path = RESULTS) -> dict[str, float]:
    """The product's figures of the last `make bench`, on the disk as it is."""
    if not results.exists():
        raise Stop("Nothing has been measured yet.", "make bench")
    figures = json.loads(results.read_text())["runs"][0]["figures"]
    return {
        one["name"].removeprefix("product "): one["value"]
        for one in figures
        if one["name"].startswith("product ")
    }


def main() -> int:
    """Print what a day needs, and at what time of it."""
    figures = read_figures()
    print(table(HEAD, rows(figures)))
    print(f"\n{table(HOURS, by_hour(load_of(Plan(), costs_of(figures))))}")
    return 0


if __name__ == "__main__":
    run_or_explain(main)
