"""What follows from what, for cases: days and numbers. Pure."""

from __future__ import annotations

from datetime import date, datetime

from backend.clock.calendar import ZONE


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
