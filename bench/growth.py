"""`make bench-growth`: the same work in a database that grows, in scopes and in records."""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from bench.bulk import add_grids, add_records, bulk_connection
from bench.product import Product, Sample
from bench.report import UNITS, machine
from bench.world import end_cleanly, opened
from tools.say import run_or_explain, step, table

RESULTS = Path(__file__).parent / "results-growth.json"
ROUNDS = 3
CLIENTS = 20  # of a round's batches: what is pushed must not be what grows
SINGLES = 200
STEPS = ((100, 10_000), (1_000, 10_000), (10_000, 10_000), (10_000, 100_000), (10_000, 1_000_000))
SHOWN = ("W1 batch cpu", "W1 single cpu", "W2 cpu", "W3 cpu", "W4 cpu", "W5 cpu")
SCANNED = 50  # rows a statement may read one by one where an index could help


def grow(connection: psycopg.Connection, before: tuple[int, int], after: tuple[int, int]) -> None:
    """Add what is missing from one size, in grids and records, to the next."""
    if after[0] > before[0]:
        add_grids(connection, before[0] + 1, after[0])
    if after[1] > before[1]:
        add_records(connection, before[1] + 1, after[1], after[0])
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE")
    connection.autocommit = False


def measure(product: Product, rounds: int) -> Sample:
    """The medians of all pieces of work."""
    samples: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        done = [product.push_batches(CLIENTS), product.push_singles(SINGLES)]
        done += [product.pull_all(), product.poll(), product.update(), product.upload()]
        for name, value in (pair for sample in done for pair in sample.items()):
            samples[name].append(value)
    return {name: median(values) for name, values in samples.items()}


def scans(connection: psycopg.Connection) -> dict[str, tuple[int, int]]:
    """How often each table was read from end to end until now, and how many rows that were."""
    connection.execute("SELECT pg_stat_force_next_flush()")
    connection.commit()
    rows = connection.execute("SELECT relname, seq_scan, seq_tup_read FROM pg_stat_user_tables")
    found = {str(name): (int(times), int(read)) for name, times, read in rows}
    connection.commit()
    return found


def scanned(before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> Sample:
    """The tables that were read from end to end meanwhile, and how many rows a time."""
    found = {}
    for name, (times, rows) in after.items():
        times_now, rows_now = times - before[name][0], rows - before[name][1]
        if times_now and rows_now / times_now > SCANNED:
            found[name] = rows_now / times_now
    return found


def take(rounds: int, steps: tuple[tuple[int, int], ...]) -> dict[str, Any]:
    """Grow and measure step by step."""
    found = []
    with opened() as world:
        product = Product(world.stack, world.measure, seed=1)
        product.upload()
        with bulk_connection(world.product_database) as connection:
            size = (0, 0)
            for grids, records in steps:
                began = time.monotonic()
                grow(connection, size, (grids, records))
                size = (grids, records)
                step(f"{grids} scopes, {records} records ({time.monotonic() - began:.0f} s) …")
                before = scans(connection)
                sample = measure(product, rounds)
                read = scanned(before, scans(connection))
                found.append({"scopes": grids, "records": records, "scanned": read, **sample})
        return {**machine(world), "rounds": rounds, "sizes": found}


def lines(sizes: list[dict[str, Any]]) -> str:
    """The table for people: CPU by size, and what was read from end to end."""
    head = ("scopes", "records", *(f"{name} ({UNITS[name]})" for name in SHOWN), "scanned")
    rows = [
        (
            f"{row['scopes']:,}",
            f"{row['records']:,}",
            *(f"{row[name]:.3g}" for name in SHOWN),
            ", ".join(f"{name} {read:.0f}" for name, read in row["scanned"].items()) or "-",
        )
        for row in sizes
    ]
    return table(head, rows)


def main() -> int:
    """Measure at each size, print, write `bench/results-growth.json`."""
    parser = argparse.ArgumentParser(prog="bench.growth")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--steps", type=int, default=len(STEPS), help="how many sizes")
    options = parser.parse_args()
    end_cleanly()
    taken = take(options.rounds, STEPS[: options.steps])
    print(lines(taken["sizes"]))
    RESULTS.write_text(json.dumps(taken, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    run_or_explain(main)
