"""The same five pieces of work, done by the floor (`bench.floor_app`) under the same server."""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg

from bench.floor_app import TABLES
from bench.lines import Job, Line, spread
from bench.product import (
    BATCH,
    BATCHES,
    CHANGED,
    HELD,
    JSON,
    LANES,
    PAGE,
    PHOTOS,
    POLLS,
    READS,
    SINGLES,
    UPDATES,
    Measure,
    Sample,
)
from bench.records import inspection, photo, push_body
from tools.demo import BINARIES
from tools.paths import ROOT
from tools.simulated_phone import Row, new_id
from tools.stack import free_ports

PUSHER, READER = {"X-Token": "w"}, {"X-Token": "t"}


@contextmanager
def serving(database: str, home: Path) -> Iterator[tuple[str, int]]:
    """The floor under granian, as many workers and threads as the product; its URL and process."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(TABLES.encode())
    (port,) = free_ports(1)
    words = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "8", "--no-ws"]
    command = [str(BINARIES / "granian"), *words, "--port", str(port), "bench.floor_app:app"]
    settings = {"FLOOR_DATABASE": database, "FLOOR_FOLDER": str(home)}
    with (home / "floor.log").open("wb") as log:
        server = subprocess.Popen(
            command, env={**os.environ, **settings}, cwd=ROOT, stdout=log, stderr=log
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url)
        yield url, server.pid
    finally:
        server.terminate()
        server.wait()


def _wait(url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            Line(url).ask("GET", "/", expect=404)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the floor does not answer")


class Floor:
    """The running floor, with 5,000 records to pull."""

    def __init__(self, url: str, database: str, measure: Measure, house: Row, lists: Row) -> None:
        """Fill its feed with records of the same kind."""
        self.url, self.measure, self.rng = url, measure, random.Random(1)
        self.house, self.checklist = house, lists
        rows = [(number, json.dumps(self._record())) for number in range(1, HELD + 1)]
        with psycopg.connect(database, autocommit=True) as connection:
            connection.cursor().executemany("INSERT INTO feed VALUES ('reader', %s, %s)", rows)
            connection.execute("ANALYZE")

    def _record(self) -> Row:
        return inspection(self.rng, self.house, self.checklist, [])

    def push_batches(self) -> Sample:
        """50 records in each request."""
        return self._push("batch", BATCHES, BATCH)

    def push_singles(self) -> Sample:
        """One record in each request."""
        return self._push("single", SINGLES, 1)

    def _push(self, name: str, requests: int, each: int) -> Sample:
        bodies = [
            push_body(new_id(), 1, [self._record() for _ in range(each)]) for _ in range(requests)
        ]
        jobs: list[Job] = [partial(self._post, "/push", body, PUSHER, 200) for body in bodies]
        done = self.measure(lambda: spread(self.url, [jobs[lane::LANES] for lane in range(LANES)]))
        records = requests * each
        cpu = done.total / records * 1000
        return {f"W1 {name} rate": records / done.seconds, f"W1 {name} cpu": cpu}

    def _post(self, path: str, body: bytes, who: dict[str, str], expect: int, line: Line) -> bytes:
        return line.ask("POST", path, body, JSON | who, expect=expect)[1]

    def pull_all(self) -> Sample:
        """All 5,000 records, page by page."""
        sizes: list[int] = []

        def work(line: Line) -> None:
            for cursor in range(0, HELD, PAGE):
                body = json.dumps({"cursor": cursor, "limit": PAGE}).encode()
                sizes.append(len(self._post("/pull", body, READER, 200, line)))

        done = self.measure(lambda: spread(self.url, [[work] * READS]))
        figures = {"time": done.seconds, "cpu": done.total, "size": sum(sizes) / 1e6}
        return {f"W2 {name}": value / READS for name, value in figures.items()}

    def poll(self) -> Sample:
        """Nothing new."""
        body = json.dumps({"cursor": HELD, "limit": PAGE}).encode()
        one = partial(self._post, "/pull", body, READER, 204)
        done = self.measure(lambda: spread(self.url, [[one] * (POLLS // LANES)] * LANES))
        return {"W3 rate": POLLS / done.seconds, "W3 cpu": done.total / POLLS * 1000}

    def update(self) -> Sample:
        """The last 20 records."""
        body = json.dumps({"cursor": HELD - CHANGED, "limit": PAGE}).encode()
        one = partial(self._post, "/pull", body, READER, 200)
        done = self.measure(lambda: spread(self.url, [[one] * (UPDATES // LANES)] * LANES))
        size = len(one(Line(self.url))) / 1000
        return {"W4 cpu": done.total / UPDATES * 1000, "W4 size": size}

    def upload(self) -> Sample:
        """Photos, whole."""
        photos = [photo(self.rng) for _ in range(PHOTOS)]
        jobs: list[Job] = [partial(self._put, data) for data in photos]
        done = self.measure(lambda: spread(self.url, [jobs[lane::LANES] for lane in range(LANES)]))
        return {"W5 rate": PHOTOS / done.seconds, "W5 cpu": done.total / PHOTOS * 1000}

    def _put(self, data: bytes, line: Line) -> None:
        line.ask("PUT", "/photo", data, PUSHER, expect=204)
