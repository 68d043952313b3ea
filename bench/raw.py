"""The limit: what PostgreSQL alone does with the same rows, one statement a transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg

from bench.floor_app import INSERT
from bench.product import BATCH, CHANGED, HELD, Measure, Sample
from tools.simulated_phone import Row, new_id

CONNECTIONS = 8
BATCHES = 200
SINGLES = 2000
READS = 20
POLLS = 4000
UPDATES = 2000

Statement = tuple[str, Sequence[object]]


class Raw:
    """Connections to the floor's database, and the floor's statements over them."""

    def __init__(self, database: str, measure: Measure, record: Callable[[], Row]) -> None:
        """Open the connections."""
        self.measure, self.record = measure, record
        self.connections = [psycopg.connect(database, autocommit=True) for _ in range(CONNECTIONS)]

    def push_batches(self) -> Sample:
        """INSERT of 50 rows a transaction."""
        return self._insert("batch", BATCHES, BATCH)

    def push_singles(self) -> Sample:
        """INSERT of one row a transaction."""
        return self._insert("single", SINGLES, 1)

    def _insert(self, name: str, count: int, each: int) -> Sample:
        statements = [(INSERT, [self._rows(each)]) for _ in range(count)]
        done = self.measure(lambda: self._do(statements))
        records = count * each
        cpu = done.total / records * 1000
        return {f"W1 {name} rate": records / done.seconds, f"W1 {name} cpu": cpu}

    def _rows(self, count: int) -> str:
        rows = [{"mid": 1, "mutation_id": new_id(), "args": self.record()} for _ in range(count)]
        return json.dumps(rows)

    def pull_all(self) -> Sample:
        """SELECT of 5,000 rows."""
        done = self.measure(lambda: self._do([_after(0)] * READS))
        return {"W2 time": done.seconds / READS, "W2 cpu": done.total / READS}

    def poll(self) -> Sample:
        """SELECT that finds nothing."""
        done = self.measure(lambda: self._do([_after(HELD)] * POLLS))
        return {"W3 rate": POLLS / done.seconds, "W3 cpu": done.total / POLLS * 1000}

    def update(self) -> Sample:
        """SELECT of 20 rows."""
        done = self.measure(lambda: self._do([_after(HELD - CHANGED)] * UPDATES))
        return {"W4 cpu": done.total / UPDATES * 1000}

    def _do(self, statements: Sequence[Statement]) -> None:
        def run(number: int) -> None:
            for statement, values in statements[number::CONNECTIONS]:
                cursor = self.connections[number].execute(statement.encode(), values)
                if cursor.description:
                    cursor.fetchall()

        with ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(run, range(CONNECTIONS)))


def _after(version: int) -> Statement:
    query = "SELECT version, body FROM feed WHERE scope = %s AND version > %s ORDER BY version"
    return query, ["reader", version]
