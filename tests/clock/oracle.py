"""Working time counted minute by minute: slow, and too simple to be wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from backend.clock.calendar import ZONE, Calendar
from backend.clock.rules import Pause

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def counted_ends(
    unit: str, since: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> Iterator[tuple[datetime, bool]]:
    """The end of every minute from `since` on, and whether a span in that unit counts it."""
    minute = since
    while True:
        paused = any(
            pause.start <= minute and (pause.end is None or minute < pause.end) for pause in pauses
        )
        yield minute + MINUTE, not paused and _runs(unit, since, minute, calendar)
        minute += MINUTE


def _runs(unit: str, since: datetime, minute: datetime, calendar: Calendar) -> bool:
    if unit in {"wm", "wh"}:
        return is_office_minute(minute, calendar)
    if unit == "wd":  # each day ends at the hour of `since`, and is what it ends on
        day = since + ((minute - since) // DAY + 1) * DAY
        return is_worked(day, calendar)
    return True


def is_office_minute(minute: datetime, calendar: Calendar) -> bool:
    """Whether the office is open in the minute that begins here."""
    local = minute.astimezone(ZONE)
    clock = timedelta(hours=local.hour, minutes=local.minute)
    return is_worked(minute, calendar) and any(
        opens <= clock < closes for opens, closes in calendar.hours
    )


def is_worked(moment: datetime, calendar: Calendar) -> bool:
    """Whether a moment lies on a working day in China."""
    day = moment.astimezone(ZONE).date()
    if day in calendar.days:
        return calendar.days[day]
    return day.weekday() in calendar.weekdays
