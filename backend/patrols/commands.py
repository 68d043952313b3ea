"""What happens on a patrol."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from backend.db import db, utc_now
from backend.patrols.models import LastSeen


def note_last_seen(user_id: UUID, lng: float, lat: float, at: datetime, source: str) -> None:
    """Remember where a worker on duty was; the newest time wins, one in the future counts as now.

    `source` is gps, map, house or photo: where the position was taken from.
    """
    at = min(at, utc_now())
    line = insert(LastSeen).values(user_id=user_id, lng=lng, lat=lat, at=at, source=source)
    fresh = {name: line.excluded[name] for name in ("lng", "lat", "at", "source")}
    db.session.execute(
        line.on_conflict_do_update(
            index_elements=[LastSeen.user_id], set_=fresh, where=LastSeen.at < line.excluded.at
        )
    )
