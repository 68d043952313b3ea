"""What an operator or the night does to the feed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import text, update

from backend.db import db, transaction, utc_now
from backend.feed.models import SyncMeta

TOMBSTONES_KEPT = timedelta(days=180)  # sync protocol, section 3


def new_epoch() -> UUID:
    """Make this database another one for phones; needed after a restore from backup."""
    epoch = uuid4()
    with transaction():
        db.session.execute(update(SyncMeta).values(epoch=epoch))
    return epoch


def forget_old_tombstones() -> None:
    """Drop deletions that all but long-lost phones have seen; those few start anew."""
    with transaction():
        db.session.execute(_FORGET, {"before": utc_now() - TOMBSTONES_KEPT})


_FORGET = text(
    "WITH scopes AS (SELECT id FROM sync_scopes WHERE id IN (SELECT scope_id FROM sync_feed"
    " WHERE op = 'del' AND changed_at < :before) ORDER BY id FOR NO KEY UPDATE),"
    " gone AS (DELETE FROM sync_feed USING scopes WHERE scope_id = scopes.id AND op = 'del'"
    " AND changed_at < :before RETURNING scope_id, version)"
    " UPDATE sync_scopes s SET min_version = g.top FROM (SELECT scope_id, max(version) AS top"
    " FROM gone GROUP BY scope_id) g WHERE s.id = g.scope_id"
)
