"""What each figure counts, and of what: conditions on milestones, and the words for both."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from backend.cases.models import Case
from backend.cases.table import life

DATA = Path(__file__).parent / "data" / "figures.csv"
Condition = ColumnElement[bool]
Milestones = Any  # the columns of `milestones`
ENDED = ("closed", "archived")
WITHDRAWN = ("declined", "voided", "merged")
SUSPECTED = "R01"  # 疑似群租: what a clue is about


@dataclass(frozen=True)
class Period:
    """From a moment to before another, which is not to come."""

    since: datetime
    until: datetime

    def holds(self, moment: Any) -> Condition:  # noqa: ANN401 - a column
        """The condition that something lies in it."""
        return and_(moment >= self.since, moment < self.until)


@dataclass(frozen=True)
class Figure:
    """A figure as it is told to people: what is counted, of what."""

    code: str
    name: str
    name_en: str
    numerator: str
    numerator_en: str
    denominator: str
    denominator_en: str
    better: str  # high, low


@cache
def told() -> dict[str, Figure]:
    """All figures by code, in their order."""
    with DATA.open(encoding="utf-8", newline="") as lines:
        return {line["code"]: Figure(**line) for line in csv.DictReader(lines, strict=True)}


def conditions(code: str, case: Milestones, period: Period) -> tuple[Condition, Condition]:
    """Which cases a figure is about, and which of them it counts."""
    of, counted = MEASURES[code]
    return of(case, period), counted(case, period)


def _pending(case: Milestones) -> Condition:
    """Open at the end of the period, its time not standing still."""
    counts = [code for code in life().open_states() if code != "suspended"]
    return and_(case.state.in_(counts))


def _accepted(case: Milestones, period: Period) -> Condition:
    return period.holds(case.accepted_at)


def _sent(case: Milestones, period: Period) -> Condition:
    return period.holds(case.dispatched_at)


def _handled(case: Milestones, period: Period) -> Condition:
    return period.holds(case.handled_at)


def _to_handle(case: Milestones, period: Period) -> Condition:
    late = and_(case.handled_at.is_(None), _pending(case), period.holds(case.due_at))
    return or_(_handled(case, period), late)


def _checked(case: Milestones, period: Period) -> Condition:
    return period.holds(case.checked_at)


def _to_check(case: Milestones, period: Period) -> Condition:
    late = and_(case.state == "awaiting_check", period.holds(case.step_due_at))
    return or_(_checked(case, period), late)


def _closed(case: Milestones, period: Period) -> Condition:
    return and_(case.state.in_(ENDED), period.holds(case.closed_at))


def _to_close(case: Milestones, period: Period) -> Condition:
    return or_(_closed(case, period), and_(_pending(case), period.holds(case.due_at)))


def _rated(case: Milestones, period: Period) -> Condition:
    return period.holds(case.rated_at)


def _clue(_: Milestones, period: Period) -> Condition:
    return and_(Case.item_code == SUSPECTED, period.holds(Case.received_at))


def _clue_checked(case: Milestones, period: Period) -> Condition:
    return and_(_clue(case, period), or_(case.confirmed, case.refuted))


def _found(case: Milestones, period: Period) -> Condition:
    """Found by an inspection of the period; what turned out to be no hazard is none."""
    of = and_(Case.inspection_id.is_not(None), period.holds(Case.received_at))
    return and_(of, case.state.not_in(WITHDRAWN))


def _unmended(case: Milestones, period: Period) -> Condition:
    return and_(_found(case, period), case.state.not_in(ENDED))


def _reported(_: Milestones, period: Period) -> Condition:
    """By a worker of a grid, not come upon at an inspection."""
    return and_(Case.source == "report", period.holds(Case.received_at))


def _well_accepted(case: Milestones, _: Period) -> Condition:
    return and_(case.state.not_in(("voided", "merged")), ~case.refuted)


def _judged(case: Milestones, period: Period) -> Condition:
    return period.holds(case.judged_at)


Measure = Callable[[Milestones, Period], Condition]
MEASURES: dict[str, tuple[Measure, Measure]] = {
    "clues_checked": (_clue, lambda case, _: case.confirmed | case.refuted),
    "clues_confirmed": (_clue_checked, lambda case, _: case.confirmed),
    "mended": (_found, lambda case, _: case.state.in_(ENDED)),
    "mend_overdue": (_unmended, lambda case, period: case.due_at < period.until),
    "accepted_in_time": (_accepted, lambda case, _: case.accepted_ok),
    "accepted_right": (_accepted, _well_accepted),
    "reports_valid": (_reported, lambda case, _: case.state.not_in(WITHDRAWN)),
    "dispatch_right": (_sent, lambda case, _: ~case.returned),
    "returned": (_sent, lambda case, _: case.returned),
    "handled_in_time": (_to_handle, lambda case, period: _handled(case, period) & case.handled_ok),
    "extended": (_to_handle, lambda case, _: case.extended),
    "reworked": (_handled, lambda case, _: case.failed),
    "checked_in_time": (_to_check, lambda case, period: _checked(case, period) & case.checked_ok),
    "closed": (_to_close, _closed),
    "closed_in_time": (_to_close, lambda case, period: _closed(case, period) & case.closed_ok),
    "satisfied": (_rated, lambda case, _: case.pleased),
    "accurate": (_judged, lambda case, _: case.found_right),
    "overdue": (lambda case, _: _pending(case), lambda case, period: case.due_at < period.until),
}
