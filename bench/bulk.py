"""A city's data in a minute: copies of a sample town's rows, made by PostgreSQL itself.

Each grid has ten houses and a worker who is signed in on a phone; each record is an inspection with
its feed row, verdict and audit line, every second one with a photo.
"""

from __future__ import annotations

from uuid import UUID

import psycopg

HOUSES_OF_A_GRID = 10
KINDS = (
    *("grid", "user", "role", "duty", "device", "session", "client", "house"),
    *("inspection", "photo", "mutation", "audit", "phone", "case", "event"),
)
A_YEAR = 31_536_000  # seconds; records lie within the last one

Columns = dict[str, str]  # what a copy's column holds, in SQL; `n` is its number, `p` its pattern


def key(kind: str, number: str | int) -> str:
    """The SQL for a thing's id: in the order of the numbers, as UUIDv7 are in the order of time."""
    return f"('{_prefix(kind)}' || lpad(to_hex({number}), 24, '0'))::uuid"


def id_of(kind: str, number: int) -> str:
    """What `key` stands for."""
    return str(UUID(f"{_prefix(kind)}{number:024x}"))


def _prefix(kind: str) -> str:
    return f"{KINDS.index(kind) + 160:08x}"


def token(grid: int) -> str:
    """The session token of a grid's worker."""
    return f"token-{grid}"


def add_grids(connection: psycopg.Connection, first: int, last: int) -> None:
    """Add the grids with these numbers, with houses and workers."""
    home = "'grid:' || " + key("grid", "n")
    worker, phone = {"user_id": key("user", "n")}, {"device_id": key("device", "n")}
    grid = {"grid_id": key("grid", "n")}
    moved = "ST_AsGeoJSON(ST_Translate(p.geom, 0.5 + n % 100 * 0.05, 0.5 + n / 100 * 0.05))::jsonb"
    session = {"token_sha256": "sha256(('token-' || n)::bytea)", "csrf_token": "'csrf'"}
    alive = {"last_seen_at": "now()", "ended_at": "NULL"}
    feed = {"scope_id": home, "record_id": key("grid", "n"), "version": "1"}
    basic = "grids WHERE kind = 'basic' AND retired_at IS NULL"
    role = "role_grants WHERE role = 'grid_worker'"
    tables: list[tuple[str, str, Columns]] = [
        ("grids", basic, {"id": key("grid", "n"), "code": "'B' || n", "outline": moved}),
        ("users", "users WHERE active", {"id": key("user", "n"), "username": "'b' || n"}),
        ("role_grants", role, {"id": key("role", "n"), **worker}),
        ("grid_duties", "grid_duties", {"id": key("duty", "n"), **worker, **grid, "until": "NULL"}),
        ("devices", "devices", {"id": key("device", "n"), "last_seen_at": "now()"}),
        (
            "sessions",
            "sessions",
            {"id": key("session", "n"), **worker, **phone, **session, **alive},
        ),
        ("sync_clients", "sync_clients", {"client_id": key("client", "n"), **worker, **phone}),
        ("sync_scopes", "sync_scopes", {"id": home, "version": "1", "min_version": "0"}),
        ("sync_feed", "sync_feed WHERE kind = 'grid'", feed),
    ]
    for table, pattern, columns in tables:
        _copy(connection, table, pattern, columns, (first, last))
    _add_houses(connection, (first - 1) * HOUSES_OF_A_GRID + 1, last * HOUSES_OF_A_GRID)
    _settle(connection)


def _add_houses(connection: psycopg.Connection, first: int, last: int) -> None:
    number = f"(n - 1) / {HOUSES_OF_A_GRID} + 1"
    grid = key("grid", number)
    named = {"id": key("house", "n"), "code": "'B' || n", "token": "'B' || n"}
    house = {**named, "grid_id": grid, "micro_grid_id": "NULL"}
    version = f"(n - 1) % {HOUSES_OF_A_GRID} + 2"
    feed = {"scope_id": f"'grid:' || {grid}", "record_id": key("house", "n"), "version": version}
    _copy(connection, "houses", "houses", house, (first, last))
    _copy(connection, "sync_feed", "sync_feed WHERE kind = 'house'", feed, (first, last))


def add_records(connection: psycopg.Connection, first: int, last: int, grids: int) -> None:
    """Add the inspections with these numbers, spread over the grids 1 to `grids`."""
    house = f"n % {grids * HOUSES_OF_A_GRID} + 1"
    grid = f"(({house}) - 1) / {HOUSES_OF_A_GRID} + 1"
    user, record = key("user", grid), key("inspection", "n")
    at = f"now() - n % {A_YEAR} * interval '1 second'"
    home = f"'grid:' || {key('grid', grid)}"
    place = {"grid_id": key("grid", grid), "house_id": key("house", house)}
    inspection = {"id": record, **place, "inspector_id": user, "received_at": at}
    verdict = {
        "client_id": key("client", grid),
        "mid": "n",
        "mutation_id": key("mutation", "n"),
        "decided_at": at,
    }
    feed = {"scope_id": home, "record_id": record, "version": "2 * n + 20", "changed_at": at}
    audit = {"id": key("audit", "n"), "actor_id": user, "subject_id": record, "at": at}
    tables: list[tuple[str, str, Columns]] = [
        ("inspections", "inspections WHERE result = 'pass'", inspection),
        ("sync_mutations", "sync_mutations WHERE name = 'inspection.submit'", verdict),
        ("sync_feed", "sync_feed WHERE kind = 'inspection' AND op = 'put'", feed),
        ("audit_lines", "audit_lines WHERE subject_kind = 'inspection'", audit),
    ]
    for table, pattern, columns in tables:
        _copy(connection, table, pattern, columns, (first, last))
    _add_photos(connection, (first + 1) // 2, last // 2, grid.replace("n %", "2 * n %"))
    connection.execute(
        "UPDATE sync_clients c SET last_mid = m.mid FROM"
        " (SELECT client_id, max(mid) AS mid FROM sync_mutations GROUP BY 1) m"
        " WHERE m.client_id = c.client_id AND m.mid > c.last_mid"
    )
    _settle(connection)


def _add_photos(connection: psycopg.Connection, first: int, last: int, grid: str) -> None:
    """A photo of every second record: number n belongs to record 2n."""
    home = f"'grid:' || {key('grid', grid)}"
    sha256 = "encode(sha256(('photo ' || n)::bytea), 'hex')"
    whose = {"owner_id": key("inspection", "2 * n"), "scope": home}
    photo = {"id": key("photo", "n"), **whose, "sha256": sha256, "arrived_at": "now()"}
    feed = {"scope_id": home, "record_id": key("photo", "n"), "version": "4 * n + 21"}
    _copy(connection, "photos", "photos WHERE owner_kind = 'inspection'", photo, (first, last))
    _copy(connection, "blobs", "blobs", {"sha256": sha256}, (first, last))
    _copy(connection, "sync_feed", "sync_feed WHERE kind = 'photo'", feed, (first, last))


def add_cases(connection: psycopg.Connection, first: int, last: int) -> None:
    """Add open cases, found within the last month, with the first line of their thread."""
    found = "now() - n * 37 % 2592000 * interval '1 second'"
    due = "now() + (n * 61 % 1209600 - 345600) * interval '1 second'"
    step = "now() + (n * 53 % 172800 - 43200) * interval '1 second'"
    case = {"id": key("case", "n"), "number": "'BENCH-' || n", "captured_at": found}
    case |= {"received_at": found, "due_at": due, "step_due_at": step, "version": "1"}
    line = {"id": key("event", "n"), "case_id": key("case", "n"), "version": "1", "at": found}
    _copy(
        connection, "cases", "cases WHERE owner IS NOT NULL AND NOT restricted", case, (first, last)
    )
    _copy(connection, "case_events", "case_events WHERE action = 'report'", line, (first, last))


def add_dispatchers(connection: psycopg.Connection, first: int, last: int) -> None:
    """Add dispatchers of the sample's township who are signed in, as its own one is."""
    pattern = "(SELECT id FROM users WHERE username = 'dispatcher')"
    person = {"user_id": key("user", "n")}
    session = {"token_sha256": "sha256(('token-' || n)::bytea)", "csrf_token": "'csrf'"}
    alive = {"last_seen_at": "now()", "ended_at": "NULL", "device_id": key("device", "n")}
    tables: list[tuple[str, str, Columns]] = [
        ("users", f"users WHERE id = {pattern}", {"id": key("user", "n"), "username": "'b' || n"}),
        (
            "role_grants",
            f"role_grants WHERE user_id = {pattern}",
            {"id": key("role", "n"), **person},
        ),
        ("devices", "devices", {"id": key("device", "n")}),
        (
            "sessions",
            f"sessions WHERE user_id = {pattern}",
            {"id": key("session", "n"), **person, **session, **alive},
        ),
    ]
    for table, rows, columns in tables:
        _copy(connection, table, rows, columns, (first, last))


def _copy(
    connection: psycopg.Connection,
    table: str,
    pattern: str,
    columns: Columns,
    numbers: tuple[int, int],
) -> None:
    """Insert a copy of a pattern's row for each number; 500 patterns take turns."""
    written = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND table_schema = 'public' AND is_generated = 'NEVER'",
        [table],
    )
    names = [str(row[0]) for row in written]
    quoted = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(columns.get(name, f'p."{name}"') for name in names)
    done = connection.execute(
        f"WITH patterns AS (SELECT * FROM {pattern} LIMIT 500),"
        " p AS MATERIALIZED (SELECT *, row_number() OVER () - 1 AS nth FROM patterns)"
        f" INSERT INTO {table} ({quoted}) SELECT {values}"
        f" FROM generate_series({numbers[0]}, {numbers[1]}) AS n"
        " JOIN p ON p.nth = n % (SELECT count(*) FROM p)".encode()
    )
    if done.rowcount != numbers[1] - numbers[0] + 1:
        raise RuntimeError(f"{table}: {done.rowcount} copies of {pattern}")


def _settle(connection: psycopg.Connection) -> None:
    """Bring the counters of scopes up to their feed."""
    connection.execute(
        "UPDATE sync_scopes s SET version = f.version FROM"
        " (SELECT scope_id, max(version) AS version FROM sync_feed GROUP BY 1) f"
        " WHERE f.scope_id = s.id AND f.version > s.version"
    )


def bulk_connection(url: str) -> psycopg.Connection:
    """A connection that trusts its copies: no foreign keys are checked, no commit is waited for."""
    connection = psycopg.connect(url)
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET synchronous_commit = off")
    connection.execute("SET work_mem = '256MB'")
    connection.commit()
    return connection
