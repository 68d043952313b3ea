"""What the phone's pull reads of the feed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.db import PlainConnection
from backend.feed.models import SyncMeta


@dataclass(frozen=True)
class FeedLine:
    """One record of one scope: `body` is its JSON text, None for a deletion."""

    kind: str
    record_id: UUID
    version: int
    body: str | None


def epoch(session: Session) -> UUID:
    """The identity of this database; a restore from backup changes it."""
    return session.scalars(select(SyncMeta.epoch)).one()


def changes_since(
    connection: PlainConnection, scope: str, cursor: int, limit: int, *, live_only: bool
) -> list[FeedLine]:
    """Up to `limit` changes after `cursor`, in order; `live_only` leaves tombstones out."""
    wanted = {"scope": scope, "cursor": cursor, "limit": limit}
    rows = connection.execute(_CHANGES_LIVE if live_only else _CHANGES, wanted)
    return [FeedLine(*row) for row in rows]


def live_records(connection: PlainConnection, scope: str) -> list[tuple[str, UUID, int]]:
    """`(kind, record_id, version)` of all that a scope holds, sorted."""
    return [(kind, its, version) for kind, its, version in connection.execute(_LIVE, [scope])]


_CHANGES = """
SELECT kind, record_id, version, body FROM sync_feed
 WHERE scope_id = %(scope)s AND version > %(cursor)s ORDER BY version LIMIT %(limit)s
"""
_CHANGES_LIVE = """
SELECT kind, record_id, version, body FROM sync_feed
 WHERE scope_id = %(scope)s AND version > %(cursor)s AND op = 'put'
 ORDER BY version LIMIT %(limit)s
"""
_LIVE = """
SELECT kind, record_id, version FROM sync_feed WHERE scope_id = %s AND op = 'put'
 ORDER BY kind COLLATE "C", record_id
"""
