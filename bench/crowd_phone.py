"""One phone of the crowd: its rounds over a connection of their own, each request timed."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from backend.org.door import COOKIE
from bench.bulk import HOUSES_OF_A_GRID, id_of, token
from bench.product import CHUNK, JSON, PAGE, PIECE
from bench.records import health, inspection, manifest, photo, push_body
from tools.simulated_phone import Row

SECONDS_TO_ANSWER = 10
A_DAY = 144  # rounds: every five minutes for twelve hours
RECORDS, PHOTOS = 20 / A_DAY, 10 / A_DAY  # a round
HEALTH_EVERY = 3  # rounds: a quarter of an hour


class Refused(Exception):  # noqa: N818 - an answer that was not the expected one
    """An answer with another status."""


@dataclass
class Counts:
    """What phones met since the last look: seconds by kind of request, errors, late rounds."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    rounds: int = 0
    late: int = 0

    @contextmanager
    def timing(self, kind: str) -> Iterator[None]:
        """Time one request."""
        began = time.perf_counter()
        yield
        self.seconds[kind].append(time.perf_counter() - began)


class Connection:
    """A connection of HTTP/1.1, for one round."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Over an open socket."""
        self.reader, self.writer = reader, writer

    async def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """One request and its answer."""
        told = {"Host": "crowd", "Content-Length": str(len(body)), **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        self.writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
        first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        answered = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines if line)}
        data = await self.reader.readexactly(int(answered.get("content-length", 0)))
        return int(first.split()[1]), answered, data


@dataclass
class Phone:
    """The phone of the worker of grid `number`."""

    url: str
    number: int
    checklist: Row
    place: Row  # where its houses are
    cursors: dict[str, int]
    counts: list[Counts]  # the last one is filled
    rng: random.Random
    mid: int = 0
    rounds: int = 0

    def __post_init__(self) -> None:
        """What every request carries."""
        self.headers = {"Cookie": f"{COOKIE}={token(self.number)}", "X-CSRF-Token": "csrf"}
        self.client_id = id_of("phone", self.number)

    async def live(self, every: float) -> None:
        """A round every so many seconds, until cancelled; a long one makes the next late."""
        due = time.monotonic() + self.rng.random() * every
        while True:
            wait = due - time.monotonic()
            await asyncio.sleep(max(0.0, wait))
            counts = self.counts[-1]
            counts.rounds += 1
            counts.late += wait < -every / 2
            try:
                await self._round(counts)
            except (OSError, EOFError, TimeoutError, Refused) as error:
                counts.errors[f"{type(error).__name__} {error}"[:80]] += 1
            due = max(due + every, time.monotonic() - every)

    async def _round(self, counts: Counts) -> None:
        place = urlsplit(self.url)
        async with asyncio.timeout(SECONDS_TO_ANSWER):
            reader, writer = await asyncio.open_connection(place.hostname, place.port)
        connection = Connection(reader, writer)
        try:
            await self._work(connection, counts)
        finally:
            writer.close()
            await writer.wait_closed()
        self.rounds += 1

    async def _work(self, connection: Connection, counts: Counts) -> None:
        if self.rng.random() < RECORDS:
            data = photo(self.rng) if self.rng.random() < PHOTOS / RECORDS else None
            await self._push(connection, counts, data)
            await self._pull(connection, counts, "pull after a push")
            if data is not None:
                await self._upload(connection, counts, data)
        else:
            await self._pull(connection, counts, "poll")
        if self.rounds % HEALTH_EVERY == 0:
            await self._ask(connection, counts, "health", ("POST", "/sync/health"), health())

    async def _ask(
        self,
        connection: Connection,
        counts: Counts,
        kind: str,
        what: tuple[str, str],
        body: bytes,
        headers: Mapping[str, str] = JSON,
    ) -> tuple[int, dict[str, str], bytes]:
        with counts.timing(kind):
            # Not wait_for: in Python 3.11 it may swallow the end of the phone.
            async with asyncio.timeout(SECONDS_TO_ANSWER):
                answer = await connection.ask(*what, {**self.headers, **headers}, body)
        if answer[0] >= 300:
            raise Refused(f"{kind}: {answer[0]} {answer[2][:60].decode(errors='replace')}")
        return answer

    async def _pull(self, connection: Connection, counts: Counts, kind: str) -> None:
        ask = {"proto": 1, "epoch": None, "client_id": self.client_id, "view": 1}
        body = json.dumps(ask | {"cursors": self.cursors, "loading": {}, "limit": PAGE}).encode()
        status, _, data = await self._ask(connection, counts, kind, ("POST", "/sync/pull"), body)
        if status != 204:
            scopes = json.loads(data)["scopes"]
            self.cursors |= {scope: part["next"] for scope, part in scopes.items()}

    async def _push(self, connection: Connection, counts: Counts, data: bytes | None) -> None:
        number = (self.number - 1) * HOUSES_OF_A_GRID + self.rng.randint(1, HOUSES_OF_A_GRID)
        house = {"id": id_of("house", number), **self.place}
        args = inspection(self.rng, house, self.checklist, [manifest(data)] if data else [])
        body = push_body(self.client_id, self.mid + 1, [args])
        headers = JSON | {"Content-Encoding": "gzip"}
        _, _, answer = await self._ask(
            connection, counts, "push", ("POST", "/sync/push"), body, headers
        )
        self.mid += 1
        (result,) = json.loads(answer)["results"]
        if result["verdict"] != "ok":
            raise Refused(f"push: {result['verdict']} {result.get('code')}")

    async def _upload(self, connection: Connection, counts: Counts, data: bytes) -> None:
        sha256 = manifest(data)["sha256"]
        body = json.dumps({"sha256": [sha256]}).encode()
        await self._ask(connection, counts, "photo", ("POST", "/sync/photos/have"), body)
        pairs = {"sha256": sha256, "filetype": "image/jpeg"}
        told = [f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in pairs.items()]
        headers = PIECE | {"Upload-Metadata": ",".join(told), "Upload-Length": str(len(data))}
        what = ("POST", "/sync/photos/")
        _, answered, _ = await self._ask(connection, counts, "photo", what, data[:CHUNK], headers)
        path = urlsplit(answered["location"]).path
        for offset in range(CHUNK, len(data), CHUNK):
            headers = PIECE | {"Upload-Offset": str(offset)}
            piece = data[offset : offset + CHUNK]
            await self._ask(connection, counts, "photo", ("PATCH", path), piece, headers)
