"""How many houses stand in each state, and how many visits came in: what a head asks first."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select

from backend.cases.rules import local_day
from backend.clock.calendar import ZONE
from backend.db import db, utc_now
from backend.houses.models import House
from backend.inspections.models import Inspection
from backend.org.access import Actor, Permission, visible


def overview(actor: Actor) -> dict[str, Any]:
    """Houses by state as they stand, and the visits of today and of this month.

    Raises:
        Forbidden: no role of the actor allows it.
    """
    today = local_day(utc_now())
    seen = visible(actor, Permission.HOUSE_READ, House) & House.ended_on.is_(None)
    by_state = select(House.state, func.count()).where(seen).group_by(House.state)
    return {
        "houses": {row[0]: row[1] for row in db.session.execute(by_state)},
        "visits": {
            "today": _visits(actor, today),
            "month": _visits(actor, today.replace(day=1)),
        },
    }


def _visits(actor: Actor, since: date) -> int:
    """Of whatever outcome, by when they came in: as many as the list of them is long."""
    seen = visible(actor, Permission.ACTIVITY_READ, Inspection)
    begin = datetime.combine(since, time(), ZONE)
    query = select(func.count()).where(seen, Inspection.received_at >= begin)
    return db.session.scalars(query).one()
