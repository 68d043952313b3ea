"""Taking in how phones are (docs/sync-protocol.md, section 12): one statement, nothing is asked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from backend.db import transaction, utc_now
from backend.feed.models import SyncMeta
from backend.org.access import Actor
from backend.org.models import DeviceReport


@dataclass(frozen=True)
class Health:
    """What a phone says of itself, its shape already checked; ages are by its own clock."""

    app: str
    client_now: datetime
    pending: int
    photos_pending: int
    rejected: int
    oldest_unsent_ms: int | None
    synced_ms: int | None
    storage_free: int | None
    storage_quota: int | None
    persisted: bool | None
    lost_mutations: int
    lost_photos: int


def keep(actor: Actor, health: Health) -> UUID:
    """Put it in the place of what the person's device said before; answers the epoch."""
    now = utc_now()
    told = asdict(health)
    client_now = told.pop("client_now")
    row = {
        "device_id": actor.device_id,
        "user_id": actor.user_id,
        "oldest_unsent_at": _before(now, told.pop("oldest_unsent_ms")),
        "synced_at": _before(now, told.pop("synced_ms")),
        "clock_offset_ms": int((now - client_now) / timedelta(milliseconds=1)),
        "told_at": now,
        **told,
    }
    statement = insert(DeviceReport).values(row)
    with transaction() as session:
        epoch: UUID = session.execute(
            statement.on_conflict_do_update(
                index_elements=["device_id", "user_id"], set_=row
            ).returning(select(SyncMeta.epoch).scalar_subquery())
        ).scalar_one()
        return epoch


def _before(now: datetime, age_ms: int | None) -> datetime | None:
    return None if age_ms is None else now - timedelta(milliseconds=age_ms)
