"""The five pieces of work, done by the product with everything on."""

from __future__ import annotations

import base64
import gzip
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

import psycopg

from bench.lines import Job, Line, spread
from bench.processes import Spent
from bench.records import failing, health, inspection, manifest, photo, push_body
from tools.simulated_phone import Row, SimulatedPhone, new_id
from tools.stack import Stack

LANES = 4
BATCH = 50
BATCHES = 200  # clients
SINGLES = 1000
FAILING = 200
HELD = 5000  # records in the reader's grid
CHANGED = 20
PAGE = 200  # rows, as phones ask
READS = 3  # CPU is counted in ticks of 10 ms
POLLS = 2000
UPDATES = 400
PHOTOS = 80
CHUNK = 128 * 1024  # a piece on a slow line
JSON = {"Content-Type": "application/json"}
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = TUS | {"Content-Type": "application/offset+octet-stream"}

Sample = dict[str, float]
Measure = Callable[[Callable[[], object]], Spent]


@dataclass
class Worker:
    """A signed-in person with houses to inspect."""

    headers: dict[str, str]
    houses: list[Row]
    checklist: Row


class Product:
    """The running product, with writers, a reader of 5,000 records, and a seeded dice."""

    def __init__(self, stack: Stack, measure: Measure, seed: int) -> None:
        """Sign people in and fill the reader's grid with inspections that were really pushed."""
        self.url, self.measure, self.rng = stack.url, measure, random.Random(seed)
        self.database = stack.database_url.replace("+psycopg", "")
        accounts = stack.accounts["grid_worker"]
        phones = [self._sign_in(account) for account in accounts[: 4 * LANES]]
        self.writers = [
            Worker(phone.headers, houses, phone.rows("checklist")[0])
            for phone in phones
            if (houses := phone.rows("house"))
        ]
        self.push_batches(BATCHES // 10)
        self.reader = self._sign_in(accounts[4 * LANES])
        with psycopg.connect(self.database) as connection:
            fill(connection, self.reader)

    def _sign_in(self, account: dict[str, str]) -> SimulatedPhone:
        phone = SimulatedPhone(self.url, account, self.rng)
        phone.sign_in()
        phone.pull()
        return phone

    # --- W1 ----------------------------------------------------------------------------------

    def push_batches(self, clients: int = BATCHES) -> Sample:
        """New clients push one batch of 50 records each."""
        bodies = [self._body(worker, new_id(), 1, BATCH) for worker in self._turns(clients)]
        before = self._written()
        sample = self._push(bodies, clients * BATCH)
        disk, wal = (now - then for now, then in zip(self._written(), before, strict=True))
        records = clients * BATCH
        sample |= {"disk": disk / records, "wal": wal / records}
        return {f"W1 batch {name}": value for name, value in sample.items()}

    def _written(self) -> tuple[int, int]:
        """The bytes of the database, indexes included, and those of the log so far."""
        with psycopg.connect(self.database) as connection:
            row = connection.execute(
                "SELECT pg_database_size(current_database()),"
                " pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"
            ).fetchone()
        return row or (0, 0)

    def push_singles(self, count: int = SINGLES) -> Sample:
        """The same records, one in each request."""
        clients = [(worker, new_id()) for worker in self._turns(LANES)]
        numbers = range(1, count // LANES + 1)
        bodies = [self._body(*client, mid, 1) for mid in numbers for client in clients]
        sample = self._push(bodies, count)
        return {f"W1 single {name}": value for name, value in sample.items()}

    def push_failing(self) -> Sample:
        """Records in which an item fails, with its photo, one in each request."""
        data = photo(self.rng)
        bodies = [
            (worker, push_body(new_id(), 1, [failing(self.rng, house, worker.checklist, data)]))
            for worker in self._turns(FAILING)
            for house in [self.rng.choice(worker.houses)]
        ]
        return {"W1 failing cpu": self._push(bodies, FAILING)["cpu"]}

    def _turns(self, count: int) -> Iterator[Worker]:
        return (self.writers[number % len(self.writers)] for number in range(count))

    def _body(self, worker: Worker, client: str, mid: int, count: int) -> tuple[Worker, bytes]:
        houses = [self.rng.choice(worker.houses) for _ in range(count)]
        records = [inspection(self.rng, house, worker.checklist, []) for house in houses]
        return worker, push_body(client, mid, records)

    def _push(self, bodies: list[tuple[Worker, bytes]], records: int) -> Sample:
        jobs: list[Job] = [partial(self._push_one, *body) for body in bodies]
        done = self.measure(lambda: spread(self.url, [jobs[lane::LANES] for lane in range(LANES)]))
        return {
            "rate": records / done.seconds,
            "cpu": done.total / records * 1000,
            "postgres cpu": done.cpu["postgres"] / records * 1000,
            "bytes": sum(len(body) for _, body in bodies) / records,
        }

    def _push_one(self, worker: Worker, body: bytes, line: Line) -> None:
        headers = worker.headers | JSON | {"Content-Encoding": "gzip"}
        _, data = line.ask("POST", "/sync/push", body, headers)
        bad = [one for one in json.loads(data)["results"] if one["verdict"] != "ok"]
        if bad:
            raise RuntimeError(f"not accepted: {bad[0]}")

    # --- W2, W3, W4 --------------------------------------------------------------------------

    def pull_all(self) -> Sample:
        """A fresh client pulls all that its scopes hold."""
        got: list[int] = []
        work = partial(self._pull_all, got)
        done = self.measure(lambda: spread(self.url, [[work] * READS]))
        figures = {"time": done.seconds, "cpu": done.total, "size": sum(got) / 1e6}
        return {f"W2 {name}": value / READS for name, value in figures.items()}

    def _pull_all(self, got: list[int], line: Line) -> None:
        cursors: dict[str, int] = {}
        loading: dict[str, int] = {}
        more = True
        while more:
            page, size = self._pull(line, cursors, loading)
            got.append(size)
            more = page["more"]
            for scope, part in page["scopes"].items():
                cursors[scope] = part["next"]
                loading.pop(scope, None)
                if "until" in part:
                    loading[scope] = part["until"]

    def _pull(
        self, line: Line, cursors: dict[str, int], loading: dict[str, int]
    ) -> tuple[Row, int]:
        body = self._ask_body(cursors, loading)
        headers = self.reader.headers | JSON | {"Accept-Encoding": "gzip"}
        answer, data = line.ask("POST", "/sync/pull", body, headers)
        packed = answer.getheader("Content-Encoding") == "gzip"
        page: Row = json.loads(gzip.decompress(data) if packed else data)
        return page, len(data)

    def _ask_body(self, cursors: dict[str, int], loading: dict[str, int]) -> bytes:
        ask = {"proto": 1, "epoch": None, "client_id": self.reader.client_id, "view": 1}
        return json.dumps(ask | {"cursors": cursors, "loading": loading, "limit": PAGE}).encode()

    def poll(self) -> Sample:
        """Pulls with nothing new."""
        body = self._ask_body(self.reader.cursors, {})
        headers = self.reader.headers | JSON | {"Accept-Encoding": "gzip"}

        def one(line: Line) -> None:
            line.ask("POST", "/sync/pull", body, headers, expect=204)

        done = self.measure(lambda: spread(self.url, [[one] * (POLLS // LANES)] * LANES))
        return {"W3 rate": POLLS / done.seconds, "W3 cpu": done.total / POLLS * 1000}

    def update(self) -> Sample:
        """Pulls after 20 of the 5,000 records have changed."""
        grid = next(scope for scope in self.reader.cursors if scope.startswith("grid:"))
        cursors = self.reader.cursors | {grid: self.reader.cursors[grid] - CHANGED}
        sizes: list[int] = []

        def one(line: Line) -> None:
            page, size = self._pull(line, cursors, {})
            if len(page["scopes"][grid]["changes"]) != CHANGED:
                raise RuntimeError("not what was to be pulled")
            sizes.append(size)

        done = self.measure(lambda: spread(self.url, [[one] * (UPDATES // LANES)] * LANES))
        return {"W4 cpu": done.total / UPDATES * 1000, "W4 size": sum(sizes) / UPDATES / 1000}

    def tell_health(self) -> Sample:
        """What a phone says of itself every quarter of an hour."""
        headers, body = self.reader.headers | JSON, health()

        def one(line: Line) -> None:
            line.ask("POST", "/sync/health", body, headers, expect=204)

        done = self.measure(lambda: spread(self.url, [[one] * (UPDATES // LANES)] * LANES))
        return {"health cpu": done.total / UPDATES * 1000}

    # --- W5 ----------------------------------------------------------------------------------

    def upload(self) -> Sample:
        """Photos of 300 KiB, announced by a record before, whole as phones send them."""
        return {f"W5 {name}": value for name, value in self._upload_all(1).items()}

    def upload_in_pieces(self) -> Sample:
        """The same on a line that takes no 512 KiB in two seconds: in three pieces."""
        return {f"W5 pieces {name}": value for name, value in self._upload_all(3).items()}

    def _upload_all(self, pieces: int) -> Sample:
        lanes = [
            [partial(self._upload, worker, data, pieces) for data in self._announced(worker)]
            for worker in islice(self.writers, LANES)
        ]
        done = self.measure(lambda: spread(self.url, lanes))
        return {"rate": PHOTOS / done.seconds, "cpu": done.total / PHOTOS * 1000}

    def _announced(self, worker: Worker) -> list[bytes]:
        photos = [photo(self.rng) for _ in range(PHOTOS // LANES)]
        announced = [manifest(data) for data in photos]
        args = inspection(self.rng, worker.houses[0], worker.checklist, announced)
        body = push_body(new_id(), 1, [args])
        spread(self.url, [[partial(self._push_one, worker, body)]])
        return photos

    def _upload(self, worker: Worker, data: bytes, pieces: int, line: Line) -> None:
        size = CHUNK if pieces > 1 else len(data)
        told = {"sha256": manifest(data)["sha256"], "filetype": "image/jpeg"}
        pairs = [f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in told.items()]
        metadata = {"Upload-Metadata": ",".join(pairs), "Upload-Length": str(len(data))}
        headers = worker.headers | PIECE | metadata
        answer, _ = line.ask("POST", "/sync/photos/", data[:size], headers, expect=201)
        place = answer.headers["Location"].removeprefix(self.url)
        for offset in range(size, len(data), size):
            where = worker.headers | PIECE | {"Upload-Offset": str(offset)}
            line.ask("PATCH", place, data[offset : offset + size], where, expect=204)


def fill(connection: psycopg.Connection, reader: SimulatedPhone) -> None:
    """Copy pushed inspections into the feed of the reader's grid until it holds 5,000 records."""
    grid = next(scope for scope in reader.cursors if scope.startswith("grid:"))
    connection.execute(_FILL, {"scope": grid, "held": HELD})
    connection.execute(
        "UPDATE sync_scopes SET version = (SELECT max(version) FROM sync_feed WHERE scope_id = id)"
        " WHERE id = %s",
        [grid],
    )
    connection.execute("ANALYZE")  # as every database is that has run for a day
    connection.commit()
    reader.pull()


_FILL = """
WITH pushed AS (
    SELECT body, row_number() OVER () AS number FROM sync_feed
    WHERE kind = 'inspection' AND op = 'put' ORDER BY changed_at DESC LIMIT 1000),
here AS (
    SELECT count(*) AS held, max(version) AS version FROM sync_feed
    WHERE scope_id = %(scope)s AND op = 'put'),
copies AS (
    SELECT gen_random_uuid() AS id, n AS number
    FROM here, generate_series(1, %(held)s - here.held) AS n)
INSERT INTO sync_feed (scope_id, kind, record_id, version, op, body, changed_at)
SELECT %(scope)s, 'inspection', copies.id, here.version + copies.number, 'put',
       regexp_replace(pushed.body, '"id":"[^"]+"', '"id":"' || copies.id || '"'), now()
FROM here, copies JOIN pushed ON pushed.number = copies.number %% 1000 + 1
"""
