"""What follows for a house from its inspections."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from backend.cases.rules import local_day

DATA = Path(__file__).parent / "data" / "intervals.toml"
INTERVALS: dict[str, Any] = tomllib.loads(DATA.read_text("utf-8"))


@dataclass(frozen=True)
class Visit:
    """Somebody was at the house: when, and whether it could be inspected."""

    outcome: str
    at: datetime


@dataclass(frozen=True)
class Found:
    """A finding: how grave it is, how and when it ended, where it has, and its deadline."""

    severity: str
    end: str | None = None  # struck_off, withdrawn
    at: datetime | None = None
    due: datetime | None = None


def house_state(inspected: Iterable[datetime], findings: Iterable[Found]) -> str:
    """The state of a house: nothing but its inspections (when each was) and findings decide it.

    清零 is whose last finding was struck off after its last inspection; one that passes later
    makes it 合格.
    """
    found = list(findings)
    still = {one.severity for one in found if one.end is None}
    if still:
        return "failed" if "critical" in still else "rectify"
    last = max(inspected, default=None)
    if last is None:
        return "unchecked"
    ends = [one.at for one in found if one.end == "struck_off" and one.at is not None]
    return "cleared" if any(at >= last for at in ends) else "passed"


def house_due(
    visits: Iterable[Visit], findings: Iterable[Found], state: str, *, large: bool
) -> date | None:
    """When a house in this state is to be seen again; None before the first visit.

    The last that happened there decides: a visit, or that a finding was struck off.
    """
    last = max(visits, key=lambda visit: visit.at, default=None)
    if last is None:
        return None
    found = list(findings)
    struck = [one.at for one in found if one.end == "struck_off" and one.at is not None]
    since = max([last.at, *struck])
    if last.outcome != "inspected" and since == last.at:
        return come_again(last.outcome, local_day(last.at))
    dues = [local_day(one.due) for one in found if one.end is None and one.due is not None]
    return next_due(state, local_day(since), dues, large=large)


def next_due(state: str, since: date, deadlines: Iterable[date], *, large: bool = False) -> date:
    """When a house in this state since a day is to be seen again (days of the place).

    `deadlines` are the last days for putting right what is open.
    """
    tomorrow = since + timedelta(days=1)
    if state == "failed":
        return tomorrow
    if state == "rectify":
        return max(min(deadlines, default=tomorrow), tomorrow)
    return since + timedelta(days=INTERVALS["rest_large" if large else "rest"][state])


def is_large(rooms: int, beds: int) -> bool:
    """Whether so many rooms or beds make a house a greater risk."""
    return max(rooms, beds) >= int(INTERVALS["large"])


def come_again(outcome: str, visited_on: date) -> date:
    """When to come again to a house where nothing could be inspected (day of the place)."""
    return visited_on + timedelta(days=INTERVALS["again"][outcome])
