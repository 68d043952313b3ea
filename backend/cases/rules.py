"""What follows from what, for cases: deadlines, numbers, states. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
DEADLINE = re.compile(r"([0-9]{1,3})(wd|d)")
# A proposal: the time that each severity leaves, where the item leaves it to the severity.
BY_SEVERITY = {"critical": "immediate", "serious": "3wd", "general": "7wd"}


def due_at(
    deadline: str, severity: str, since: datetime, holidays: Collection[date] = ()
) -> datetime | None:
    """When a case found at `since` is due; None where its item sets no deadline.

    `deadline` is immediate (24 hours), Nwd (working days, Monday to Friday without `holidays`,
    in China's time), Nd (days), by_severity, or nothing. Working days end at the hour of `since`.
    """
    rule = BY_SEVERITY[severity] if deadline == "by_severity" else deadline
    if rule == "immediate":
        return since + DAY
    match = DEADLINE.fullmatch(rule)
    if match is None:
        return None
    count, unit = int(match[1]), match[2]
    return since + count * DAY if unit == "d" else _working_days(since, count, holidays)


def _working_days(since: datetime, count: int, holidays: Collection[date]) -> datetime:
    moment = since.astimezone(ZONE)
    while count > 0:
        moment += DAY
        if moment.weekday() < 5 and moment.date() not in holidays:
            count -= 1
    return moment.astimezone(since.tzinfo)


def local_day(moment: datetime) -> date:
    """The day in China on which a moment falls."""
    return moment.astimezone(ZONE).date()


def month_of(moment: datetime) -> str:
    """The month of a case number: 202611."""
    return moment.astimezone(ZONE).strftime("%Y%m")


def number(town_code: str | None, month: str, count: int) -> str:
    """A case's number: YH004-202611-0012 (隐患; the township's last three digits, month, count).

    The township is in it because a district sees the cases of many.
    """
    return f"YH{(town_code or '000000000')[6:9]}-{month}-{count:04}"


THREAD_ACTIONS = frozenset({"assign", "accept", "finish", "evidence", "return", "cancel"})


def state_after_task(state: str, action: str, *, has_open_tasks: bool) -> str:
    """The state of a case when something happens to a task of it; a closed case stays closed."""
    if state == "closed":
        return state
    if action == "assign":
        return "in_progress"
    if action == "finish":
        return "awaiting_check"
    given_up = action in {"return", "cancel"} and not has_open_tasks
    return "reported" if given_up and state == "in_progress" else state
