"""Which days are worked, and what a clock shows that runs in working time alone. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import accumulate
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
MIDNIGHT = timedelta()
WEEK = 7

Window = tuple[timedelta, timedelta]  # of a day, since its midnight
WHOLE_DAY: tuple[Window, ...] = ((MIDNIGHT, DAY),)


def since_midnight(local: datetime) -> timedelta:
    """How much of its day has passed at a local time."""
    return local.replace(tzinfo=None) - datetime.combine(local, time())


@dataclass(frozen=True)
class Calendar:
    """A week, the office hours of a working day, and the days that differ from their week."""

    weekdays: frozenset[int]  # 0 is Monday
    hours: tuple[Window, ...]  # in order, apart from each other
    days: Mapping[date, bool]  # worked or not, whatever the week says

    def __post_init__(self) -> None:
        """Refuse a calendar in which no work would ever be done."""
        if not self.weekdays or not self.hours:
            msg = "a calendar needs a working day in its week, and hours in its day"
            raise ValueError(msg)

    def is_worked(self, day: date) -> bool:
        """Whether there is work on a day."""
        return self.days.get(day, day.weekday() in self.weekdays)

    def is_known(self, year: int) -> bool:
        """Whether any holiday of a year is known; if not, its weeks are taken for the truth."""
        return year in self._years

    def worked_before(self, day: date) -> int:
        """How many working days lie before a day, from the beginning of all dates on."""
        weeks, rest = divmod(day.toordinal() - 1, WEEK)
        differing = self._shifts[bisect_left(self._differing, day)]
        return weeks * len(self.weekdays) + self._of_week[rest] + differing

    def worked_day(self, number: int) -> date:
        """The working day before which there lie `number` others."""
        spare = len(self._differing)
        first, last = ((number + days) // len(self.weekdays) for days in (-spare, spare))
        days = range(max(1, first * WEEK), (last + 2) * WEEK)
        found = bisect_left(days, number + 1, key=self._worked_until)
        return date.fromordinal(days[found])

    def _worked_until(self, ordinal: int) -> int:
        return self.worked_before(date.fromordinal(ordinal + 1))

    @cached_property
    def _of_week(self) -> list[int]:
        """How many working days lie before each day of a week."""
        return list(accumulate((day in self.weekdays for day in range(WEEK)), initial=0))

    @cached_property
    def _differing(self) -> list[date]:
        weekdays = self.weekdays
        return sorted(day for day, work in self.days.items() if work != (day.weekday() in weekdays))

    @cached_property
    def _shifts(self) -> list[int]:
        """How many working days more than by the week alone, before each differing day."""
        return list(accumulate((1 if self.days[day] else -1 for day in self._differing), initial=0))

    @cached_property
    def _years(self) -> frozenset[int]:
        return frozenset(day.year for day, work in self.days.items() if not work)


EVERY_DAY = Calendar(frozenset(range(WEEK)), WHOLE_DAY, {})


@dataclass(frozen=True)
class Clock:
    """A clock in China that runs in some windows of each working day, and else stands still.

    `ahead` is by how much its days begin before ours.
    """

    calendar: Calendar
    windows: tuple[Window, ...]
    ahead: timedelta = MIDNIGHT

    def reading(self, moment: datetime) -> timedelta:
        """What it shows at a moment."""
        local = moment.astimezone(ZONE) + self.ahead
        whole = self.calendar.worked_before(local.date()) * self._of_day
        if not self.calendar.is_worked(local.date()):
            return whole
        passed = since_midnight(local)
        return whole + sum(
            (min(passed, closes) - opens for opens, closes in self.windows if opens < passed),
            MIDNIGHT,
        )

    def moment(self, reading: timedelta) -> datetime:
        """The first moment at which it shows `reading`, which is more than nothing."""
        number, rest = divmod(reading, self._of_day)
        if not rest:  # the end of the day before, not the beginning of this one
            number, rest = number - 1, self._of_day
        day = datetime.combine(self.calendar.worked_day(number), time())
        return (day + self._within(rest) - self.ahead).replace(tzinfo=ZONE)

    def _within(self, reading: timedelta) -> timedelta:
        """When on a working day it has run for so long."""
        for opens, closes in self.windows:
            if reading <= closes - opens:
                return opens + reading
            reading -= closes - opens
        msg = "longer than a working day"
        raise ValueError(msg)

    @cached_property
    def _of_day(self) -> timedelta:
        return sum((closes - opens for opens, closes in self.windows), MIDNIGHT)
