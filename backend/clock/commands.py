"""Changing the calendar."""

from __future__ import annotations

from datetime import date

from backend.audit import commands as audit
from backend.clock import office, queries
from backend.clock.models import CalendarDay
from backend.clock.signals import calendar_changed
from backend.db import db
from backend.org.access import Actor, Permission, require


def set_day(actor: Actor, day: date, kind: str, name: str) -> CalendarDay:
    """Make a day a holiday or a workday, whatever its week says.

    Raises:
        Forbidden: the calendar is not the actor's to change.
    """
    require(actor, Permission.CALENDAR_EDIT)
    row = _locked(day) or CalendarDay(day=day)
    if (row.kind, row.name) != (kind, name):
        row.kind, row.name = kind, name
        db.session.add(row)
        _audit(actor, "calendar.set", row)
        _tell()
    return row


def clear_day(actor: Actor, day: date) -> None:
    """Let a day be as its week has it; nothing happens where it is so already.

    Raises:
        Forbidden: the calendar is not the actor's to change.
    """
    require(actor, Permission.CALENDAR_EDIT)
    row = _locked(day)
    if row is None:
        return
    db.session.delete(row)
    _audit(actor, "calendar.clear", row)
    _tell()


def publish_announced_days() -> list[int]:
    """Enter what was announced of years of which no holiday is known; answers these years."""
    calendar = queries.calendar()
    missing = [
        CalendarDay(day=day.day, kind=day.kind, name=day.name)
        for day in office.announced_days()
        if not calendar.is_known(day.day.year) and day.day not in calendar.days
    ]
    db.session.add_all(missing)
    if missing:
        _tell()
    return sorted({day.day.year for day in missing})


def _locked(day: date) -> CalendarDay | None:
    return db.session.get(CalendarDay, day, with_for_update=True, populate_existing=True)


def _audit(actor: Actor, action: str, row: CalendarDay) -> None:
    meant = {"day": row.day.isoformat(), "meant": row.kind, "name": row.name}
    audit.record(actor.user_id, action, "calendar_day", None, **meant)


def _tell() -> None:
    db.session.flush()
    calendar_changed.send(queries.calendar())
