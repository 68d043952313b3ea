"""`make bench`: the five pieces of work, in rounds that interleave product, floor and limit."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from bench.floor import Floor, serving
from bench.processes import Spent, running, spent, with_descendants
from bench.product import Measure, Product
from bench.raw import Raw
from bench.records import inspection
from bench.report import Report
from tools import stack
from tools.postgres import Postgres, find_binaries
from tools.say import Stop, run_or_explain, step

ROUNDS = 5
HOUSES = 1000
WORKERS = 2  # as `make demo`
WORK = ("push_batches", "push_singles", "pull_all", "poll", "update", "upload")


@contextmanager
def own_postgres(home: Path) -> Iterator[Postgres]:
    """A cluster of the benchmark's own, so that all its CPU is the benchmark's."""
    binaries = find_binaries()
    if binaries is None:
        raise Stop("PostgreSQL with PostGIS is not installed.", "python3 -m tools.system")
    home.chmod(0o755)
    postgres = Postgres(home, binaries)
    postgres.start()
    try:
        yield postgres
    finally:
        postgres.stop()


def meter(parts: Mapping[str, Iterable[int]]) -> Measure:
    """Measures work by the clock and by these processes."""

    def measure(work: Callable[[], object]) -> Spent:
        return spent(work, parts)

    return measure


def prepare(home: Path, opened: ExitStack) -> tuple[dict[str, object], str]:
    """Start all three systems; answers them by name, and PostgreSQL's version."""
    postgres = opened.enter_context(own_postgres(home))
    database = {"postgres": [int((postgres.data / "postmaster.pid").read_text().split()[0])]}
    work = home / "product"
    work.mkdir()
    step(f"Starting the product with {HOUSES} houses …")
    here = opened.enter_context(stack.running(work, "bench", HOUSES, postgres.url, WORKERS))
    server = [*with_descendants([os.getpid()]) - {os.getpid()}, *running(f"{work}/v/")]
    product = Product(here, meter({"server": server, **database}), seed=1)
    plain = postgres.url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("CREATE DATABASE floor")
        version = str(connection.info.parameter_status("server_version"))
    url, pid = opened.enter_context(serving(stack.sibling(plain, "floor"), home))
    house, lists = product.writers[0].houses[0], product.writers[0].checklist
    limit = stack.sibling(plain, "floor")
    floor = Floor(url, limit, meter({"server": [pid], **database}), house, lists)
    raw = Raw(limit, meter(database), lambda: inspection(product.rng, house, lists, []))
    return {"product": product, "floor": floor, "raw": raw}, version


def main() -> int:
    """Measure, print, write `bench/results.json`."""
    began = time.monotonic()
    report = Report()
    with tempfile.TemporaryDirectory(prefix="gf", dir="/tmp") as home, ExitStack() as opened:
        systems, version = prepare(Path(home), opened)
        for number in range(ROUNDS):
            step(f"Round {number + 1} of {ROUNDS} …")
            for work in WORK:
                for name, system in systems.items():
                    if (do := getattr(system, work, None)) is not None:
                        report.add(name, do())
    report.print()
    report.write(version, time.monotonic() - began)
    return 0


if __name__ == "__main__":
    run_or_explain(main)
