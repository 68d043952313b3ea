"""Deadlines: spans of time written as data, pauses, and the marks on the way. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from backend.clock.calendar import (
    DAY,
    EVERY_DAY,
    WHOLE_DAY,
    ZONE,
    Calendar,
    Clock,
    since_midnight,
)

SPAN = re.compile(r"([1-9][0-9]{0,3})(w?)([mhd])")
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": DAY}
NOTHING = timedelta()


class Counts(Enum):
    """What of the time a span counts."""

    ALL = ""
    OFFICE_HOURS = "office hours"
    WORKING_DAYS = "working days"  # all their hours


@dataclass(frozen=True)
class Span:
    """A length of time, and which time it counts."""

    length: timedelta
    counts: Counts = Counts.ALL

    @staticmethod
    def read(text: str) -> Span | None:
        """What data calls `30wm`, `2wh` (office hours), `3wd` (working days), `15m`, `24h`, `7d`.

        `immediate` is 24 hours. Anything else is no span.
        """
        match = SPAN.fullmatch("24h" if text == "immediate" else text)
        if match is None:
            return None
        count, working, unit = match.groups()
        inside = Counts.WORKING_DAYS if unit == "d" else Counts.OFFICE_HOURS
        return Span(int(count) * UNITS[unit], inside if working else Counts.ALL)

    def part(self, share: float) -> Span:
        """A share of it, or more than all."""
        return Span(self.length * share, self.counts)

    def clock(self, calendar: Calendar, since: datetime) -> Clock:
        """The clock that measures it from `since` on.

        Working days end at the hour of `since`: that is where the days of their clock begin.
        """
        if self.counts is Counts.ALL:
            return Clock(EVERY_DAY, WHOLE_DAY)
        if self.counts is Counts.OFFICE_HOURS:
            return Clock(calendar, calendar.hours)
        return Clock(calendar, WHOLE_DAY, ahead=DAY - since_midnight(since.astimezone(ZONE)))


@dataclass(frozen=True)
class Pause:
    """A time that does not count, and why; without an end while it lasts."""

    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True)
class Mark:
    """What is reached when a share of the time is used, or so many days after it is over.

    Some call the next level (提级).
    """

    name: str
    share: float = 1.0
    days: int = 0
    step_up: bool = False

    @property
    def late(self) -> bool:
        """Whether the time is over at it."""
        return self.share >= 1 and self.days >= 0

    @property
    def weight(self) -> tuple[bool, bool, int, float]:
        """Of two, the one that says more is greater."""
        return self.step_up, self.late, self.days, self.share


def due_at(
    since: datetime, span: Span, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """When a span that began at `since` ends; None while a pause without end keeps it open."""
    clock = span.clock(calendar, since)
    target = clock.reading(since) + span.length
    for start, end in _stops(pauses, since):
        if target <= clock.reading(start):
            break
        if end is None:
            return None
        target += clock.reading(end) - clock.reading(start)
    return max(since, clock.moment(target)).astimezone(since.tzinfo)


def working_minutes_between(
    start: datetime, end: datetime, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> float:
    """Minutes of office hours from one moment to another, without pauses; never below nothing."""
    clock = Clock(calendar, calendar.hours)
    return _spent(clock, start, end, pauses) / timedelta(minutes=1)


def share_used(
    since: datetime, now: datetime, span: Span, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> float:
    """How much of a span is used: 1 when it is due, more when it is late."""
    return _spent(span.clock(calendar, since), since, now, pauses) / span.length


def reached(share: float, marks: Sequence[Mark]) -> list[Mark]:
    """The marks that so large a share has reached, in their order."""
    return [mark for mark in marks if mark.share <= share]


def mark_at(
    mark: Mark, since: datetime, span: Span, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """When a mark is reached; None while a pause without end keeps it open."""
    return due_at(since, span.part(mark.share), calendar, pauses)


def _spent(clock: Clock, since: datetime, until: datetime, pauses: Sequence[Pause]) -> timedelta:
    spent = clock.reading(until) - clock.reading(since)
    for start, end in _stops(pauses, since):
        stop = until if end is None else min(end, until)
        if start < stop:
            spent -= clock.reading(stop) - clock.reading(start)
    return max(NOTHING, spent)


def _stops(pauses: Sequence[Pause], since: datetime) -> Iterator[tuple[datetime, datetime | None]]:
    """The pauses from `since` on, in order, none of them counted twice."""
    counted = since
    for pause in sorted(pauses, key=lambda pause: pause.start):
        start = max(pause.start, counted)
        if pause.end is None:
            yield start, None
            return
        if pause.end > start:
            yield start, pause.end
            counted = pause.end
