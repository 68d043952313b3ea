"""The three systems, on a PostgreSQL cluster that is made for them and removed after them."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from types import FrameType

import psycopg

from bench.floor import Floor, serving
from bench.processes import Spent, running, spent
from bench.product import Measure, Product
from bench.raw import Raw
from bench.records import inspection
from tools import stack
from tools.postgres import Postgres, find_binaries
from tools.say import Stop, step

HOUSES = 1000
WORKERS = 2  # as `make demo`
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class World:
    """A running product, where its cluster is, and the processes that work for it."""

    stack: stack.Stack
    home: Path
    database: str
    parts: Mapping[str, list[int]]

    @property
    def product_database(self) -> str:
        """The product's database, as psycopg names it."""
        return self.stack.database_url.replace("+psycopg", "")

    @property
    def measure(self) -> Measure:
        """Measures work by the clock and by the product's processes."""
        return meter(self.parts)


def end_cleanly() -> None:
    """From now on Ctrl-C, SIGTERM and a closed terminal undo what was started; once is enough."""

    def end(_number: int, _frame: FrameType | None) -> None:
        for number in ENDS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in ENDS:
        signal.signal(number, end)


def meter(parts: Mapping[str, Iterable[int]]) -> Measure:
    """Measures work by the clock and by these processes."""

    def measure(work: Callable[[], object]) -> Spent:
        return spent(work, parts)

    return measure


@contextmanager
def own_postgres(home: Path) -> Iterator[Postgres]:
    """A cluster of the benchmark's own, so that all its CPU is the benchmark's."""
    binaries = find_binaries()
    if binaries is None:
        raise Stop("PostgreSQL with PostGIS is not installed.", "python3 -m tools.system")
    home.chmod(0o755)
    postgres = Postgres(home, binaries)
    try:
        postgres.start()
        yield postgres
    finally:
        if (postgres.data / "postmaster.pid").exists():  # also one that is still starting
            postgres.kill()


@contextmanager
def opened() -> Iterator[World]:
    """The product as `make demo` runs it, for as long as it is needed."""
    with (
        tempfile.TemporaryDirectory(prefix="gf", dir="/tmp") as folder,
        own_postgres(Path(folder)) as postgres,
    ):
        home = Path(folder)
        work = home / "product"
        work.mkdir()
        step(f"Starting the product with {HOUSES} houses …")
        with stack.running(work, "bench", HOUSES, postgres.url, WORKERS) as here:
            started = [one.process.pid for one in here.supervisor.children if one.process]
            parts = {
                "server": [*started, *running(f"{work}/v/")],
                "postgres": [int((postgres.data / "postmaster.pid").read_text().split()[0])],
            }
            yield World(here, home, postgres.url.replace("+psycopg", ""), parts)


@contextmanager
def three_systems() -> Iterator[tuple[dict[str, object], World]]:
    """Product, floor and PostgreSQL alone, by name."""
    with ExitStack() as stays:
        world = stays.enter_context(opened())
        with psycopg.connect(world.database, autocommit=True) as connection:
            connection.execute("CREATE DATABASE floor")
        limit = stack.sibling(world.database, "floor")
        url, pid = stays.enter_context(serving(limit, world.home))
        product = Product(world.stack, world.measure, seed=1)
        house, lists = product.writers[0].houses[0], product.writers[0].checklist
        database = {"postgres": world.parts["postgres"]}
        floor = Floor(url, limit, meter({"server": [pid], **database}), house, lists)
        raw = Raw(limit, meter(database), lambda: inspection(product.rng, house, lists, []))
        yield {"product": product, "floor": floor, "raw": raw}, world


def fsync_ms(folder: Path) -> float:
    """What it takes to bring a page to this folder's disk: the median of 50, in milliseconds."""
    times = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(50):
            file.write(b"x" * 8192)
            file.flush()
            began = perf_counter()
            os.fdatasync(file.fileno())
            times.append(perf_counter() - began)
    return median(times) * 1000
