"""`make bench-desk`: 10,000 open cases, and 200 dispatchers' requests a second.

Each kind of request alone over four connections: what it costs the server, and PostgreSQL. What a
dispatcher waits for on the screen. Then 200 dispatchers at once, step by step more requests a
second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from backend.org.door import COOKIE
from bench.bulk import add_cases, add_dispatchers, bulk_connection, id_of, token
from bench.crowd import watch
from bench.crowd_phone import SECONDS_TO_ANSWER, Connection, Counts, Refused
from bench.lines import Line, spread
from bench.product import JSON, LANES
from bench.report import machine
from bench.workbench import SLOWER, Waits, waits
from bench.world import World, end_cleanly, opened
from tools.say import run_or_explain, step, table
from tools.simulated_phone import SimulatedPhone

RESULTS = Path(__file__).parent / "results-desk.json"
CASES = 10_000  # open ones
DISPATCHERS = 200
LONER = DISPATCHERS + 1  # who measures each kind alone
ALONE = 200  # requests of each kind
RATES = (100, 200, 300, 400)  # requests a second
KINDS = ("queue", "counts", "words", "case", "presence", "step")


@dataclass(frozen=True)
class Ask:
    """A request of a desk, of a kind."""

    kind: str
    method: str
    path: str
    body: dict[str, Any] | None = None

    @property
    def data(self) -> bytes:
        """The body as it is sent."""
        return b"" if self.body is None else json.dumps(self.body).encode()


def asks(number: int) -> Iterator[Ask]:
    """What a dispatcher asks for, without end: the queue, its counts, and one case after another.

    Each has some cases to write to: nobody is overtaken.
    """
    rng, versions = random.Random(number), defaultdict[str, int](lambda: 1)
    words = [quote(word) for word in ("飞线", "通道", "路12", "垃圾")]
    while True:
        case, other = (id_of("case", rng.randint(*ends)) for ends in (_own(number), (1, CASES)))
        yield Ask("queue", "GET", "/api/cases/queue?view=mine&limit=100")
        yield Ask("counts", "GET", "/api/cases/queue/counts?view=mine")
        yield Ask("case", "GET", f"/api/cases/{case}")
        yield Ask("presence", "PUT", f"/api/cases/{case}/presence", {"mode": "viewing"})
        note = {"seen": versions[case], "text": "已与部门电话核对,今日到场"}
        yield Ask("step", "POST", f"/api/cases/{case}/actions/note", note)
        versions[case] += 1
        yield Ask("queue", "GET", "/api/cases/queue?view=overdue&limit=100")
        yield Ask("case", "GET", f"/api/cases/{other}")
        yield Ask("presence", "PUT", f"/api/cases/{other}/presence", {"mode": "viewing"})
        yield Ask("words", "GET", f"/api/cases/queue?limit=100&q={rng.choice(words)}")
        yield Ask("counts", "GET", "/api/cases/queue/counts?view=mine")


def _own(number: int) -> tuple[int, int]:
    each = CASES // (DISPATCHERS + 1)
    return (number - 1) * each + 1, number * each


def headers_of(number: int) -> dict[str, str]:
    """What a dispatcher's requests carry."""
    return {"Cookie": f"{COOKIE}={token(number)}", "X-CSRF-Token": "csrf"}


def populate(world: World) -> None:
    """Open cases and dispatchers, as a large township would have them."""
    step(f"{CASES:,} open cases and {DISPATCHERS} dispatchers …")
    phone = SimulatedPhone(world.stack.url, world.stack.account("dispatcher"), random.Random(1))
    phone.sign_in()
    with bulk_connection(world.product_database) as connection:
        add_dispatchers(connection, 1, LONER)
        add_cases(connection, 1, CASES)
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


def alone(world: World, kind: str) -> dict[str, Any]:
    """One kind of request over four connections: CPU-ms and KB."""
    wanted = list(islice((ask for ask in asks(LONER) if ask.kind == kind), ALONE))
    sizes: list[int] = []

    def one(ask: Ask, line: Line) -> None:
        _, data = line.ask(ask.method, ask.path, ask.data, JSON | headers_of(LONER))
        sizes.append(len(data))

    lanes = LANES if kind != "step" else 1  # the versions of one's steps follow each other
    jobs = [partial(one, ask) for ask in wanted]
    done = world.measure(lambda: spread(world.stack.url, [jobs[n::lanes] for n in range(lanes)]))
    cpu = {name: seconds / ALONE * 1000 for name, seconds in done.cpu.items()}
    return {"kind": kind, **cpu, "rate": ALONE / done.seconds, "KB": sum(sizes) / ALONE / 1000}


@dataclass
class Dispatcher:
    """One of those who ask all at once; what they have still to ask is kept between the steps."""

    number: int
    wanted: Iterator[Ask]

    async def work(self, url: str, every: float, counts: list[Counts]) -> None:
        """One request every so many seconds over a connection of its own, until cancelled."""
        place = urlsplit(url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        connection = Connection(reader, writer)
        due = time.monotonic() + random.Random(self.number).random() * every
        try:
            while True:
                wait = due - time.monotonic()
                await asyncio.sleep(max(0.0, wait))
                counts[-1].rounds += 1
                counts[-1].late += wait < -every / 2
                await _ask(connection, self.number, next(self.wanted), counts[-1])
                due += every
        finally:
            writer.close()


async def _ask(connection: Connection, number: int, ask: Ask, counts: Counts) -> None:
    headers = JSON | headers_of(number)
    with counts.timing(ask.kind):
        async with asyncio.timeout(SECONDS_TO_ANSWER):
            status, _, data = await connection.ask(ask.method, ask.path, headers, ask.data)
    if status >= 300:
        raise Refused(f"{ask.kind}: {status} {data[:200].decode(errors='replace')}")


async def together(world: World, people: Sequence[Dispatcher], rate: int) -> dict[str, Any]:
    """All dispatchers at so many requests a second."""
    counts, every = [Counts()], len(people) / rate
    tasks = [asyncio.create_task(one.work(world.stack.url, every, counts)) for one in people]
    await asyncio.sleep(2 * every)
    found = await watch(counts, world.parts)
    for task in tasks:
        task.cancel()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    failed = [end for end in ends if not isinstance(end, asyncio.CancelledError)]
    return {"rate": rate, **found, "failed": [str(end)[:200] for end in failed]}


def shown(alones: list[dict[str, Any]], steps: list[dict[str, Any]]) -> str:
    """The two tables for people."""
    head = ("request", "server CPU-ms", "PostgreSQL CPU-ms", "requests/s", "KB")
    rows = [
        (one["kind"], *(f"{one[name]:.3g}" for name in ("server", "postgres", "rate", "KB")))
        for one in alones
    ]
    kinds = [one["kind"] for one in alones]
    wide = ("wanted/s", "requests/s", *kinds, "server", "PostgreSQL", "late", "errors")
    many = []
    for one in steps:
        times = [one["times"].get(kind, (0, 0)) for kind in kinds]
        met = [f"{p50 * 1000:.0f} / {p99 * 1000:.0f}" for p50, p99 in times]
        cores = [f"{one['cores'][name]:.2f}" for name in ("server", "postgres")]
        ends = (f"{one['late']:.1%}", str(len(one["failed"])))
        rates = (f"{one['rate']}", f"{one['requests_per_second']:.0f}")
        many.append((*rates, *met, *cores, *ends))
    return f"{table(head, rows)}\n\n{table(wide, many)}"


def screen(world: World) -> dict[str, Waits]:
    """What a dispatcher waits for, on this machine's processor and on a slower one."""
    step("A dispatcher's screen …")
    account = world.stack.account("dispatcher")
    return {f"{rate}x": waits(world.stack.url, account, rate) for rate in (1, SLOWER)}


def seen(screens: dict[str, Waits]) -> str:
    """The table of what one waits for."""
    names = list(screens["1x"])
    rows = [(name, *(f"{one[name]:,.0f}" for one in screens.values())) for name in names]
    return table(("on the screen, ms", *screens), rows)


def main() -> int:
    """Measure, print, write `bench/results-desk.json`."""
    argparse.ArgumentParser(prog="bench.desk").parse_args()
    end_cleanly()
    with opened() as world:
        populate(world)
        alones = [alone(world, kind) for kind in KINDS]
        screens = screen(world)
        people = [Dispatcher(n, asks(n)) for n in range(1, DISPATCHERS + 1)]
        steps = []
        for rate in RATES:
            step(f"{DISPATCHERS} dispatchers, {rate} requests a second …")
            steps.append(asyncio.run(together(world, people, rate)))
        told = {**machine(world), "alone": alones, "screen": screens, "together": steps}
    print(f"{shown(alones, steps)}\n\n{seen(screens)}")
    RESULTS.write_text(json.dumps(told, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    run_or_explain(main)
