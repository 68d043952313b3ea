"""The program with workers who hold as many houses as is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg

from tools.stack import Stack, running

HOUSES = 60  # of the sample; what is wanted beyond them are copies


@dataclass(frozen=True)
class Person:
    """Someone who can sign in, and how many records the own grid has."""

    username: str
    password: str
    records: int


@contextmanager
def town(home: Path, base_url: str, sizes: list[int]) -> Iterator[tuple[Stack, list[Person]]]:
    """The whole program, and a worker for each size whose grid holds that many records."""
    with running(home, f"gridfield_phone_{uuid4().hex[:8]}", HOUSES, base_url) as stack:
        with psycopg.connect(stack.database_url.replace("+psycopg", "")) as connection:
            found = connection.execute(_WORKERS, [len(sizes)]).fetchall()
            by_name = {one["username"]: one for one in stack.accounts["grid_worker"]}
            people = []
            for (username, scope), size in zip(found, sizes, strict=True):
                connection.execute(_COPY, {"scope": scope, "size": size})
                connection.execute(_VERSION, {"scope": scope})
                people.append(Person(username, by_name[username]["password"], size))
            connection.commit()
        yield stack, people


# People on duty in one basic grid alone, in which nobody else of them is.
_WORKERS = """
SELECT min(u.username), min('grid:' || d.grid_id) FROM grid_duties d
JOIN users u ON u.id = d.user_id JOIN grids g ON g.id = d.grid_id
JOIN houses h ON h.grid_id = d.grid_id
WHERE d.until IS NULL AND g.kind <> 'micro'
  AND (SELECT count(*) FROM grid_duties o WHERE o.user_id = d.user_id) = 1
  AND EXISTS (SELECT FROM role_grants r WHERE r.user_id = u.id AND r.role = 'grid_worker')
GROUP BY d.grid_id ORDER BY min(u.username) LIMIT %s
"""
# Copies of the grid's houses, each with its own id and number, until it holds so many records;
# one in ten is to be checked today.
_COPY = """
WITH here AS (
    SELECT count(*) FILTER (WHERE op = 'put') AS held, max(version) AS version
    FROM sync_feed WHERE scope_id = %(scope)s),
known AS (
    SELECT body, row_number() OVER () - 1 AS number, count(*) OVER () AS of
    FROM sync_feed WHERE scope_id = %(scope)s AND kind = 'house' AND op = 'put'),
copies AS (
    SELECT gen_random_uuid() AS id, n,
           CASE n %% 10 WHEN 0 THEN to_json(current_date)::text ELSE 'null' END AS due
    FROM here, generate_series(1, %(size)s - here.held) AS n)
INSERT INTO sync_feed (scope_id, kind, record_id, version, op, body, changed_at)
SELECT %(scope)s, 'house', copies.id, here.version + copies.n, 'put',
       regexp_replace(regexp_replace(regexp_replace(
           known.body, '"id":"[^"]+"', '"id":"' || copies.id || '"'),
           '"address":"([^"]+)"', '"address":"\\1-' || copies.n || '"'),
           '"next_due_on":("[^"]*"|null)', '"next_due_on":' || copies.due), now()
FROM here, copies JOIN known ON known.number = copies.n %% known.of
"""
_VERSION = """
UPDATE sync_scopes SET version = (SELECT max(version) FROM sync_feed WHERE scope_id = %(scope)s)
WHERE id = %(scope)s
"""
