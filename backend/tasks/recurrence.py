"""On which days a recurring plan gives out its tasks. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from backend.clock.calendar import DAY, Calendar

FARTHEST = 800  # days that are looked ahead


@dataclass(frozen=True)
class Rule:
    """Every `count` working days from `starts_on` on; or on weekdays; or on a day of the month.

    A day of the month that a month has not is its last. A weekday that is a holiday, and a day of
    the month that is not worked, move to the next working day; a chosen Saturday stays one.
    """

    every: str
    starts_on: date
    ends_on: date | None = None
    count: int = 1
    weekdays: frozenset[int] = frozenset()  # 0 is Monday
    month_day: int | None = None


def falls_on(rule: Rule, day: date, calendar: Calendar) -> bool:
    """Whether the plan is due on a day."""
    if day < rule.starts_on or (rule.ends_on is not None and day > rule.ends_on):
        return False
    if rule.every == "working_days":
        passed = calendar.worked_before(day) - calendar.worked_before(rule.starts_on)
        return calendar.is_worked(day) and passed % rule.count == 0
    if _is_named(rule, day) and not _moves(rule, day, calendar):
        return True
    return calendar.is_worked(day) and any(
        _is_named(rule, before) and _moves(rule, before, calendar)
        for before in _unworked_before(rule, day, calendar)
    )


def coming(rule: Rule, since: date, calendar: Calendar, most: int = 3) -> list[date]:
    """The next days on which the plan is due, from `since` on."""
    days = (since + DAY * ahead for ahead in range(FARTHEST))
    return list(islice((day for day in days if falls_on(rule, day, calendar)), most))


def _is_named(rule: Rule, day: date) -> bool:
    if rule.every == "weekdays":
        return day.weekday() in rule.weekdays
    return day.day == min(rule.month_day or 1, monthrange(day.year, day.month)[1])


def _moves(rule: Rule, day: date, calendar: Calendar) -> bool:
    is_holiday = rule.every == "month_day" or day.weekday() in calendar.weekdays
    return is_holiday and not calendar.is_worked(day)


def _unworked_before(rule: Rule, day: date, calendar: Calendar) -> Iterator[date]:
    """The days without work that lie directly before a day, back to the plan's beginning."""
    before = day - DAY
    while before >= rule.starts_on and not calendar.is_worked(before):
        yield before
        before -= DAY
