"""Every committed change takes its number here (sync protocol, section 3).

The session's own change set is the source: a command cannot forget the feed, because no
command knows of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import event, select
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from backend.db import statement
from backend.feed.bulk import Rows, parts
from backend.feed.synced import Synced

Key = tuple[str, UUID]


class BulkWriteError(RuntimeError):
    """A bulk statement on a synced model would pass the feed by."""


@dataclass(frozen=True)
class Change:
    """A record that the transaction touched; `record` is None when it was deleted.

    It is an object of the session, or any other with the attributes of the model's row.
    """

    model: type[Synced]
    record: Any
    is_new: bool


def install(session_class: type[Session] | Any) -> None:  # noqa: ANN401 - a scoped session too
    """Watch every session of this class."""
    event.listen(session_class, "after_flush", _collect)
    event.listen(session_class, "before_commit", _write)
    event.listen(session_class, "after_rollback", _forget)
    event.listen(session_class, "do_orm_execute", _refuse_bulk)


def _collect(session: Session, _context: UOWTransaction) -> None:
    for item in session.new:
        if isinstance(item, Synced):
            _note(session, type(item), item, is_new=True)
    for item in session.dirty:
        if isinstance(item, Synced) and session.is_modified(item):
            _note(session, type(item), item, is_new=False)
    for item in session.deleted:
        if isinstance(item, Synced):
            _changes(session)[item.feed_kind, item.id] = Change(type(item), None, is_new=False)


def write(session: Session, writes: Iterable[Rows]) -> None:
    """Write all of it now, by one statement; what of it is synced is in the feed at the commit."""
    some = _noted(session, writes)
    if some:
        sql, values = parts(some)
        statement(f"WITH {sql} SELECT", values)


def leave(session: Session, writes: Iterable[Rows]) -> None:
    """Have all of it written by the commit, in the statement that writes the feed.

    Nothing may read or change these rows until then; those that are changed are locked already.
    """
    _left(session).extend(_noted(session, writes))


def _noted(session: Session, writes: Iterable[Rows]) -> list[Rows]:
    some = [rows for rows in writes if rows.records]
    for rows in some:
        if issubclass(rows.model, Synced):
            for record in rows.records:
                _note(session, rows.model, record, is_new=not rows.changed)
    return some


def _left(session: Session) -> list[Rows]:
    left: list[Rows] = session.info.setdefault("feed_rows", [])
    return left


def _note(session: Session, model: type[Synced], record: Any, *, is_new: bool) -> None:  # noqa: ANN401
    """Remember for the feed that a record was written, and how it stands; the last word counts."""
    changes, key = _changes(session), (model.feed_kind, record.id)
    known = changes.get(key)
    changes[key] = Change(model, record, is_new or (known is not None and known.is_new))


def _changes(session: Session) -> dict[Key, Change]:
    changes: dict[Key, Change] = session.info.setdefault("feed_changes", {})
    return changes


def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop("feed_changes", None)
        session.info.pop("feed_rows", None)


def _refuse_bulk(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete or state.is_insert):
        return
    mapper = state.bind_mapper
    if mapper is not None and issubclass(mapper.class_, Synced):
        msg = f"{mapper.class_.__name__} is synced: change its objects, not its table"
        raise BulkWriteError(msg)


def _write(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    changes: dict[Key, Change] = session.info.pop("feed_changes", {})
    left: list[Rows] = session.info.pop("feed_rows", [])
    _read_again(session, changes)
    if changes or left:
        _append(changes, left)


def _read_again(session: Session, changes: dict[Key, Change]) -> None:
    """Bring changed records up to date: another may have changed a column since they were read.

    Our own change has locked the row, so that what is read now is what will be committed.
    """
    ids: dict[type[Synced], list[UUID]] = defaultdict(list)
    for (_, record_id), change in changes.items():
        if isinstance(change.record, Synced) and not change.is_new:
            ids[change.model].append(record_id)
    for model, its in ids.items():
        here = select(model).where(model.id.in_(its)).order_by(model.id)
        locked = here.with_for_update(key_share=True, of=model)
        session.execute(locked.execution_options(populate_existing=True)).unique().all()


def _append(changes: dict[Key, Change], left: list[Rows]) -> None:
    lines = [_line(key, change) for key, change in changes.items()]
    sql, values = parts(left)
    statement(_with(sql), values | {"changes": orjson.dumps(lines).decode()})


def _line(key: Key, change: Change) -> dict[str, Any]:
    scope = None if change.record is None else change.model.feed_scope(change.record)
    return {
        "kind": key[0],
        "id": key[1],
        "is_new": change.is_new,
        "scope": scope,
        "body": None if scope is None else _body(change),
    }


def _body(change: Change) -> orjson.Fragment:
    row = {"id": change.record.id, **change.model.feed_row(change.record)}
    return orjson.Fragment(orjson.dumps(row, option=orjson.OPT_UTC_Z))


@lru_cache(maxsize=64)
def _with(rows: str) -> str:
    return f"WITH {rows}{', ' if rows else ''}{_FEED}"


# Counters are locked in sorted order. A record's old home can be read before that, as whoever
# changes a record holds its row; one by one, as OFFSET 0 says, and never by reading the feed whole.
_FEED = """
line AS (
    SELECT * FROM ROWS FROM (json_to_recordset(CAST(%(changes)s AS json))
        AS (kind text, id uuid, is_new boolean, scope text, body json))
    WITH ORDINALITY AS line(kind, id, is_new, scope, body, number)),
entry AS (
    SELECT home.scope_id AS scope, kind, id, NULL AS body, number
    FROM line, LATERAL (
        SELECT scope_id FROM sync_feed AS f WHERE NOT line.is_new AND f.kind = line.kind
            AND f.record_id = line.id AND f.op = 'put' AND f.scope_id IS DISTINCT FROM line.scope
        OFFSET 0) AS home
    UNION ALL SELECT scope, kind, id, body::text, number FROM line WHERE scope IS NOT NULL),
counted AS (
    INSERT INTO sync_scopes AS known (id, version, min_version)
    SELECT scope, count(*), 0 FROM entry GROUP BY scope ORDER BY scope
    ON CONFLICT (id) DO UPDATE SET version = known.version + excluded.version
    RETURNING id, version)
INSERT INTO sync_feed (scope_id, kind, record_id, version, op, body, changed_at)
SELECT scope, kind, entry.id,
    version + 1 - row_number() OVER (PARTITION BY scope ORDER BY number DESC),
    CASE WHEN body IS NULL THEN 'del' ELSE 'put' END, body, now()
FROM entry JOIN counted ON counted.id = scope
ON CONFLICT (scope_id, kind, record_id) DO UPDATE SET version = excluded.version,
    op = excluded.op, body = excluded.body, changed_at = excluded.changed_at
"""
