"""What happened to a house: lines that are added, and read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.db import db
from backend.delivery import live
from backend.houses.models import House
from backend.houses.register_models import HouseEvent
from backend.org.access import Actor

Row = dict[str, Any]


def note(house: House, kind: str, by: Actor, at: datetime, **detail: Any) -> None:  # noqa: ANN401
    """Add a line; `facts` in it are `{name: [before, after]}`, and masked for phones."""
    db.session.add(
        HouseEvent(
            house_id=house.id,
            grid_id=house.grid_id,
            kind=kind,
            at=at,
            by_id=by.user_id,
            by_name=by.name,
            detail=plain(detail),
        )
    )
    live.announce("house", house.id, org_path=house.org_path)


def plain(value: Any) -> Any:  # noqa: ANN401 - any fact, and what holds facts
    """The value as JSON keeps it."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def history_of(house_id: UUID) -> list[Row]:
    """All lines of a house, the newest first, people masked."""
    query = select(HouseEvent).where(HouseEvent.house_id == house_id)
    rows = db.session.scalars(query.order_by(HouseEvent.at.desc(), HouseEvent.id.desc()))
    return [{"id": row.id, **row.feed_row()} for row in rows]
