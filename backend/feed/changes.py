"""Every committed change takes its number here (sync protocol, section 3).

The session's own change set is the source: a command cannot forget the feed, because no
command knows of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import event, select
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from backend.db import statement
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


@dataclass(frozen=True)
class Entry:
    """A line for the feed: a put carries its row, a deletion carries none."""

    scope: str
    kind: str
    record_id: UUID
    body: orjson.Fragment | None


def install(session_class: type[Session] | Any) -> None:  # noqa: ANN401 - a scoped session too
    """Watch every session of this class."""
    event.listen(session_class, "after_flush", _collect)
    event.listen(session_class, "before_commit", _write)
    event.listen(session_class, "after_rollback", _forget)
    event.listen(session_class, "do_orm_execute", _refuse_bulk)


def _collect(session: Session, _context: UOWTransaction) -> None:
    for item in session.new:
        if isinstance(item, Synced):
            note(session, type(item), item, is_new=True)
    for item in session.dirty:
        if isinstance(item, Synced) and session.is_modified(item):
            note(session, type(item), item, is_new=False)
    for item in session.deleted:
        if isinstance(item, Synced):
            _changes(session)[item.feed_kind, item.id] = Change(type(item), None, is_new=False)


def note(session: Session, model: type[Synced], record: Any, *, is_new: bool) -> None:  # noqa: ANN401
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
    if changes:
        _read_again(session, changes)
        _append(changes)


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


def _append(changes: dict[Key, Change]) -> None:
    goals = [_scope(change) for change in changes.values()]
    versions, homes = _lock(changes, {scope for scope in goals if scope})
    lines: list[dict[str, Any]] = []
    for (key, change), scope in zip(changes.items(), goals, strict=True):
        old = [] if change.is_new else homes.get(key, [])
        for entry in _entries(key, change, scope, old):
            versions[entry.scope] += 1
            lines.append(_line(entry, versions[entry.scope]))
    if lines:
        counters = {"ids": list(versions), "versions": list(versions.values())}
        statement(_WRITE, {**counters, "lines": orjson.dumps(lines).decode()})


def _scope(change: Change) -> str | None:
    return None if change.record is None else change.model.feed_scope(change.record)


def _entries(key: Key, change: Change, scope: str | None, homes: list[str]) -> Iterator[Entry]:
    for left in homes:
        if left != scope:
            yield Entry(left, *key, None)
    if scope is not None:
        yield Entry(scope, *key, _body(change))


def _body(change: Change) -> orjson.Fragment:
    row = {"id": change.record.id, **change.model.feed_row(change.record)}
    return orjson.Fragment(orjson.dumps(row, option=orjson.OPT_UTC_Z))


def _line(entry: Entry, version: int) -> dict[str, Any]:
    return {
        "scope_id": entry.scope,
        "kind": entry.kind,
        "record_id": entry.record_id,
        "version": version,
        "op": "del" if entry.body is None else "put",
        "body": entry.body,
    }


def _lock(
    changes: dict[Key, Change], scopes: set[str]
) -> tuple[dict[str, int], dict[Key, list[str]]]:
    """Lock the counters in sorted order; tell them, and where the old records live until now.

    An unknown scope starts at 0.
    """
    old = [key for key, change in changes.items() if not change.is_new]
    asked = {
        "ids": sorted(scopes),
        "kinds": [kind for kind, _ in old],
        "records": [record_id for _, record_id in old],
    }
    rows = statement(_LOCK, asked)
    if not scopes <= {row.id for row in rows}:
        statement(_ADD_SCOPES, {"ids": sorted(scopes)})
        rows = statement(_LOCK, asked)
    homes: dict[Key, list[str]] = defaultdict(list)
    for row in rows:
        for kind, record_id in zip(row.kinds, row.records, strict=True):
            homes[kind, record_id].append(row.id)
    return {row.id: row.version for row in rows}, homes


_LOCK = (
    "WITH home AS MATERIALIZED (SELECT f.kind, f.record_id, f.scope_id FROM sync_feed f"
    " JOIN unnest(CAST(%(kinds)s AS text[]), CAST(%(records)s AS uuid[])) AS old(kind, record_id)"
    " ON f.kind = old.kind AND f.record_id = old.record_id WHERE f.op = 'put')"
    " SELECT s.id, s.version,"
    " ARRAY(SELECT kind FROM home WHERE scope_id = s.id ORDER BY kind, record_id) AS kinds,"
    " ARRAY(SELECT record_id FROM home WHERE scope_id = s.id ORDER BY kind, record_id) AS records"
    " FROM sync_scopes s WHERE s.id = ANY(ARRAY("
    "SELECT unnest(CAST(%(ids)s AS text[])) UNION SELECT scope_id FROM home))"
    " ORDER BY s.id FOR NO KEY UPDATE OF s"
)
_ADD_SCOPES = (
    "INSERT INTO sync_scopes (id, version, min_version)"
    " SELECT id, 0, 0 FROM unnest(CAST(%(ids)s AS text[])) AS id ORDER BY id"
    " ON CONFLICT DO NOTHING"
)
_WRITE = (
    "WITH counted AS (UPDATE sync_scopes AS s SET version = v.version"
    " FROM unnest(CAST(%(ids)s AS text[]), CAST(%(versions)s AS bigint[])) AS v(id, version)"
    " WHERE s.id = v.id AND s.id = ANY(CAST(%(ids)s AS text[])))"
    " INSERT INTO sync_feed (scope_id, kind, record_id, version, op, body, changed_at)"
    " SELECT scope_id, kind, record_id, version, op, body, now()"
    " FROM json_to_recordset(CAST(%(lines)s AS json)) AS line(scope_id text, kind text,"
    " record_id uuid, version bigint, op text, body json)"
    " ON CONFLICT (scope_id, kind, record_id) DO UPDATE SET version = excluded.version,"
    " op = excluded.op, body = excluded.body, changed_at = excluded.changed_at"
)
