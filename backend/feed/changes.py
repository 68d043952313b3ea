"""Every committed change takes its number here (sync protocol, section 3).

The session's own change set is the source: a command cannot forget the feed, because no
command knows of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import event, select, text
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from backend.feed.synced import Synced

Key = tuple[str, UUID]


class BulkWriteError(RuntimeError):
    """A bulk statement on a synced model would pass the feed by."""


@dataclass(frozen=True)
class Change:
    """A record that the transaction touched; `record` is None when it was deleted."""

    record: Synced | None
    is_new: bool


@dataclass(frozen=True)
class Entry:
    """A line for the feed: a put carries its row, a deletion carries none."""

    scope: str
    kind: str
    record_id: UUID
    body: str | None


def install(session_class: type[Session] | Any) -> None:  # noqa: ANN401 - a scoped session too
    """Watch every session of this class."""
    event.listen(session_class, "after_flush", _collect)
    event.listen(session_class, "before_commit", _write)
    event.listen(session_class, "after_rollback", _forget)
    event.listen(session_class, "do_orm_execute", _refuse_bulk)


def _collect(session: Session, _context: UOWTransaction) -> None:
    changes: dict[Key, Change] = session.info.setdefault("feed_changes", {})
    for item in session.new:
        if isinstance(item, Synced):
            changes[item.feed_kind, item.id] = Change(item, is_new=True)
    for item in session.dirty:
        if isinstance(item, Synced) and session.is_modified(item):
            known = changes.get((item.feed_kind, item.id))
            is_new = known is not None and known.is_new
            changes[item.feed_kind, item.id] = Change(item, is_new=is_new)
    for item in session.deleted:
        if isinstance(item, Synced):
            changes[item.feed_kind, item.id] = Change(None, is_new=False)


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
        _append(session, _entries(changes, _homes(session, changes)))


def _read_again(session: Session, changes: dict[Key, Change]) -> None:
    """Bring changed records up to date: another may have changed a column since they were read.

    Our own change has locked the row, so that what is read now is what will be committed.
    """
    ids: dict[type[Synced], list[UUID]] = defaultdict(list)
    for (_, record_id), change in changes.items():
        if change.record is not None and not change.is_new:
            ids[type(change.record)].append(record_id)
    for model, its in ids.items():
        here = select(model).where(model.id.in_(its)).order_by(model.id)
        locked = here.with_for_update(key_share=True, of=model)
        session.execute(locked.execution_options(populate_existing=True)).unique().all()


def _homes(session: Session, changes: dict[Key, Change]) -> dict[Key, list[str]]:
    """The scopes in which each record that is not new lives until now."""
    old = [key for key, change in changes.items() if not change.is_new]
    homes: dict[Key, list[str]] = defaultdict(list)
    if not old:
        return homes
    rows = session.execute(
        text(
            "SELECT f.kind, f.record_id, f.scope_id FROM sync_feed f"
            " JOIN unnest(CAST(:kinds AS text[]), CAST(:ids AS uuid[])) AS k(kind, id)"
            " ON f.kind = k.kind AND f.record_id = k.id WHERE f.op = 'put'"
        ),
        {"kinds": [kind for kind, _ in old], "ids": [record_id for _, record_id in old]},
    )
    for kind, record_id, scope in rows:
        homes[kind, record_id].append(scope)
    return homes


def _entries(changes: dict[Key, Change], homes: dict[Key, list[str]]) -> list[Entry]:
    entries: list[Entry] = []
    for (kind, record_id), change in changes.items():
        scope = change.record.feed_scope() if change.record is not None else None
        old = homes.get((kind, record_id), [])
        entries += [Entry(left, kind, record_id, None) for left in old if left != scope]
        if scope is not None and change.record is not None:
            entries.append(Entry(scope, kind, record_id, _body(change.record)))
    return entries


def _body(record: Synced) -> str:
    return orjson.dumps({"id": record.id, **record.feed_row()}, option=orjson.OPT_UTC_Z).decode()


def _append(session: Session, entries: Iterable[Entry]) -> None:
    by_scope: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_scope[entry.scope].append(entry)
    if not by_scope:
        return
    versions = _lock(session, sorted(by_scope))
    lines = []
    for scope, its in by_scope.items():
        for number, entry in enumerate(its, start=versions[scope] + 1):
            lines.append(_line(entry, number))
        versions[scope] += len(its)
    session.execute(_SET_VERSIONS, {"ids": list(versions), "versions": list(versions.values())})
    session.execute(_UPSERT, {"lines": orjson.dumps(lines).decode()})


def _line(entry: Entry, version: int) -> dict[str, Any]:
    return {
        "scope_id": entry.scope,
        "kind": entry.kind,
        "record_id": entry.record_id,
        "version": version,
        "op": "del" if entry.body is None else "put",
        "body": entry.body,
    }


def _lock(session: Session, scopes: list[str]) -> dict[str, int]:
    """Lock the counters in sorted order; an unknown scope starts at 0."""
    locked = _locked(session, scopes)
    if len(locked) < len(scopes):
        session.execute(_ADD_SCOPES, {"ids": scopes})
        locked = _locked(session, scopes)
    return locked


def _locked(session: Session, scopes: list[str]) -> dict[str, int]:
    rows = session.execute(_LOCK_SCOPES, {"ids": scopes})
    return {row.id: row.version for row in rows}


_LOCK_SCOPES = text(
    "SELECT id, version FROM sync_scopes WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE"
)
_ADD_SCOPES = text(
    "INSERT INTO sync_scopes (id, version, min_version)"
    " SELECT id, 0, 0 FROM unnest(CAST(:ids AS text[])) AS id ORDER BY id"
    " ON CONFLICT DO NOTHING"
)
_SET_VERSIONS = text(
    "UPDATE sync_scopes AS s SET version = v.version"
    " FROM unnest(CAST(:ids AS text[]), CAST(:versions AS bigint[])) AS v(id, version)"
    " WHERE s.id = v.id"
)
_UPSERT = text(
    "INSERT INTO sync_feed (scope_id, kind, record_id, version, op, body, changed_at)"
    " SELECT scope_id, kind, record_id, version, op, body, now()"
    " FROM json_to_recordset(CAST(:lines AS json)) AS line(scope_id text, kind text,"
    " record_id uuid, version bigint, op text, body text)"
    " ON CONFLICT (scope_id, kind, record_id) DO UPDATE SET version = excluded.version,"
    " op = excluded.op, body = excluded.body, changed_at = excluded.changed_at"
)
