"""`make bench-crowd`: as many phones as this machine holds, for ten minutes.

Each phone keeps the protocol's schedule twenty times as fast: a round every 15 seconds, 20 records
and 10 photos in 144 rounds. Phones are added step by step until something gives out.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.bulk import add_grids, add_records, bulk_connection, id_of
from bench.crowd_phone import SECONDS_TO_ANSWER, Counts, Phone
from bench.processes import cpu_seconds
from bench.product import Product
from bench.report import machine
from bench.world import World, end_cleanly, opened
from tools.say import run_or_explain, step, table

RESULTS = Path(__file__).parent / "results-crowd.json"
EVERY = 15.0  # seconds between a phone's rounds
MINUTES = 10.0
SETTLING, STEP = 15.0, 45.0  # seconds; the first rounds of new phones are not counted
PHONES = (500, 1_000, 2_000, 4_000, 6_000, 8_000, 10_000, 13_000, 16_000)
RECORDS = 100_000
SLOWEST = 1.0  # seconds, the 99th percentile of a step that holds
KINDS = ("poll", "push", "pull after a push", "photo", "health")


def populate(world: World, product: Product) -> list[Phone]:
    """A grid, a session and cursors for each phone, and records that lie there already."""
    step(f"{max(PHONES):,} grids and {RECORDS:,} records …")
    product.upload()
    checklist = product.writers[0].checklist
    with bulk_connection(world.product_database) as connection:
        add_grids(connection, 1, max(PHONES))
        add_records(connection, 1, RECORDS, max(PHONES))
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
        scopes = connection.execute("SELECT id, version FROM sync_scopes").fetchall()
    versions = {str(name): int(version) for name, version in scopes}
    shared = {name: versions[name] for name in versions if name.startswith(("town:", "global"))}
    place = {name: product.writers[0].houses[0][name] for name in ("lng", "lat")}
    counts = [Counts()]
    return [
        Phone(world.stack.url, number, checklist, place,
              shared | {(grid := f"grid:{id_of('grid', number)}"): versions[grid]},
              counts, random.Random(number))
        for number in range(1, max(PHONES) + 1)
    ]  # fmt: skip


async def raise_load(phones: list[Phone], world: World, minutes: float) -> list[dict[str, Any]]:
    """Add phones while they are served in time; then hold what was served until the end."""
    end = time.monotonic() + minutes * 60
    found: list[dict[str, Any]] = []
    tasks: list[asyncio.Task[None]] = []
    steps = list(PHONES)
    while steps and time.monotonic() + SETTLING + STEP <= end:
        count = steps.pop(0)
        for task in tasks[count:]:
            task.cancel()
        tasks = tasks[:count]
        tasks += [asyncio.create_task(one.live(EVERY)) for one in phones[len(tasks) : count]]
        await asyncio.sleep(SETTLING)
        found.append({"phones": count, **await watch(phones[0].counts, world.parts)})
        print(line(found[-1]), flush=True)
        if not found[-1]["held"]:
            held = [one["phones"] for one in found if one["held"]]
            steps = [max(held)] * int((end - time.monotonic()) // (SETTLING + STEP)) if held else []
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=2 * SECONDS_TO_ANSWER)
    return found


async def watch(counts: list[Counts], parts: Mapping[str, list[int]]) -> dict[str, Any]:
    """What phones meet, and what the processes spend, in one step."""
    everyone = {**parts, "phones": [os.getpid()]}
    before = {name: _cpu(name, pids) for name, pids in everyone.items()}
    counts.append(Counts())
    began = time.monotonic()
    longest = await _lag(STEP)
    seconds = time.monotonic() - began
    met = counts[-1]
    counts.append(Counts())
    cores = {name: (_cpu(name, pids) - before[name]) / seconds for name, pids in everyone.items()}
    times = {kind: percentiles(seconds) for kind, seconds in met.seconds.items() if seconds}
    worst = max((p99 for _, p99 in times.values()), default=0.0)
    return {
        "requests_per_second": sum(map(len, met.seconds.values())) / seconds,
        "times": times,
        "errors": dict(met.errors),
        "late": met.late / max(1, met.rounds),
        "cores": cores,
        "lag": longest,
        "held": worst <= SLOWEST and not met.errors and met.late < met.rounds / 100,
    }


def _cpu(name: str, pids: list[int]) -> float:
    """CPU-seconds of a part; the phones' process is this one, whose descendants are the server."""
    return time.process_time() if name == "phones" else cpu_seconds(pids)


async def _lag(seconds: float) -> float:
    """Wait; answers how late the phones' own clock work ran at worst."""
    longest, end = 0.0, time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        await asyncio.sleep(0.05)
        longest = max(longest, time.monotonic() - now - 0.05)
    return longest


def percentiles(seconds: list[float]) -> tuple[float, float]:
    """The 50th and the 99th percentile."""
    if len(seconds) < 2:
        return seconds[0], seconds[0]
    cuts = quantiles(seconds, n=100, method="inclusive")
    return cuts[49], cuts[98]


def line(one: dict[str, Any]) -> str:
    """What a step was, in a line."""
    cores = ", ".join(f"{name} {value:.2f}" for name, value in one["cores"].items())
    word = "held" if one["held"] else "gave out"
    return f"  {one['phones']:>6,} phones: {one['requests_per_second']:.0f} req/s, {cores}; {word}"


def lines(found: list[dict[str, Any]]) -> str:
    """The table for people: milliseconds at the 50th and 99th percentile, cores, errors."""
    head = ("phones", "req/s", *KINDS, "server", "PostgreSQL", "phones' own", "late", "errors")
    rows = []
    for one in found:
        times = [one["times"].get(kind, (0, 0)) for kind in KINDS]
        shown = [f"{p50 * 1000:.0f} / {p99 * 1000:.0f}" for p50, p99 in times]
        cores = [f"{one['cores'][name]:.2f}" for name in ("server", "postgres", "phones")]
        ends = (f"{one['late']:.1%}", str(sum(one["errors"].values())))
        request = f"{one['requests_per_second']:.0f}"
        rows.append((f"{one['phones']:,}", request, *shown, *cores, *ends))
    return table(head, rows)


def main() -> int:
    """Raise the load, print, write `bench/results-crowd.json`."""
    parser = argparse.ArgumentParser(prog="bench.crowd")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    minutes = parser.parse_args().minutes
    end_cleanly()
    with opened() as world:
        phones = populate(world, Product(world.stack, world.measure, seed=1))
        step(f"Phones come for {minutes:g} minutes, a round every {EVERY:g} s each …")
        found = asyncio.run(raise_load(phones, world, minutes))
        told = {**machine(world), "steps": found}
    print(lines(found))
    for error, count in sorted({k: v for one in found for k, v in one["errors"].items()}.items()):
        print(f"  {count} × {error}")
    RESULTS.write_text(json.dumps(told, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    run_or_explain(main)
