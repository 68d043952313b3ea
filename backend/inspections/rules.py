"""What follows for a house from its inspections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

PASS_DAYS = 90  # a proposal: how long a passed house rests
# Proposals, too: when to try again where nobody was seen.
AGAIN_DAYS = {"nobody_home": 1, "refused": 3, "moved_away": 30}


@dataclass(frozen=True)
class Found:
    """A finding: how grave it is, and how and when it ended, where it has."""

    severity: str
    end: str | None = None  # struck_off, withdrawn
    at: datetime | None = None


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


def next_due(outcome: str, inspected_on: date, deadlines: Iterable[date]) -> date:
    """When a house is to be seen again after an inspection with a result (days of the place).

    `deadlines` are the last days for putting right what failed.
    """
    if outcome == "pass":
        return inspected_on + timedelta(days=PASS_DAYS)
    tomorrow = inspected_on + timedelta(days=1)
    if outcome == "fail":
        return tomorrow
    return max(min(deadlines, default=tomorrow), tomorrow)


def come_again(outcome: str, visited_on: date) -> date:
    """When to come again to a house where nothing could be inspected (day of the place)."""
    return visited_on + timedelta(days=AGAIN_DAYS[outcome])
