"""What the phone's pull reads of the feed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from backend.feed.models import SyncMeta, SyncScope


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


def scope_versions(session: Session, scopes: list[str]) -> dict[str, tuple[int, int]]:
    """`{scope: (version, min_version)}` of those scopes that exist."""
    rows = session.execute(
        select(SyncScope.id, SyncScope.version, SyncScope.min_version).where(
            SyncScope.id.in_(scopes)
        )
    )
    return {row.id: (row.version, row.min_version) for row in rows}


def changes_since(
    session: Session, scope: str, cursor: int, limit: int, *, live_only: bool
) -> list[FeedLine]:
    """Up to `limit` changes after `cursor`, in order; `live_only` leaves tombstones out."""
    rows = session.execute(
        _CHANGES_LIVE if live_only else _CHANGES,
        {"scope": scope, "cursor": cursor, "limit": limit},
    )
    return [FeedLine(row.kind, row.record_id, row.version, row.body) for row in rows]


_CHANGES = text(
    "SELECT kind, record_id, version, body FROM sync_feed"
    " WHERE scope_id = :scope AND version > :cursor ORDER BY version LIMIT :limit"
)
_CHANGES_LIVE = text(
    "SELECT kind, record_id, version, body FROM sync_feed"
    " WHERE scope_id = :scope AND version > :cursor AND op = 'put'"
    " ORDER BY version LIMIT :limit"
)


def live_records(session: Session, scope: str) -> list[tuple[str, UUID, int]]:
    """`(kind, record_id, version)` of all that a scope holds, sorted."""
    rows = session.execute(
        text(
            "SELECT kind, record_id, version FROM sync_feed WHERE scope_id = :scope"
            " AND op = 'put' ORDER BY kind COLLATE \"C\", record_id"
        ),
        {"scope": scope},
    )
    return [(row.kind, row.record_id, row.version) for row in rows]
