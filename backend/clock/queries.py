"""Reading the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from backend.clock import office
from backend.clock.calendar import Calendar
from backend.clock.models import CalendarDay
from backend.db import db, statement
from backend.org.access import Actor, Permission, require


@dataclass(frozen=True)
class Year:
    """A year of the calendar; without a known holiday its weeks are taken for the truth."""

    year: int
    known: bool
    source: str | None
    weekdays: list[int]
    days: list[CalendarDay]


def calendar() -> Calendar:
    """The calendar by which deadlines count now."""
    rows = statement("SELECT day, kind = 'workday' AS worked FROM calendar_days", {})
    return office.calendar_with({row.day: row.worked for row in rows})


def read_year(actor: Actor, year: int) -> Year:
    """The days of a year that differ from their week, in order.

    Raises:
        Forbidden: it is not the actor's to read.
    """
    require(actor, Permission.ORG_READ)
    inside = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    days = list(db.session.scalars(select(CalendarDay).where(inside).order_by(CalendarDay.day)))
    known = any(day.kind == "holiday" for day in days)
    weekdays = [number + 1 for number in sorted(office.WEEKDAYS)]
    return Year(year, known, office.NOTICES.get(year), weekdays, days)
