"""The states of houses on past days, replayed from what had come in by then.

Nothing keeps them: visits, rechecks and the threads of cases are read as they stood at the end of
each day, and the same rule decides that decides today (`inspections.rules.house_state`). So a past
day does not change by what comes later, and today is what the register says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from backend.cases.models import ENDED, Case, CaseEvent
from backend.clock.calendar import ZONE
from backend.db import db
from backend.houses.models import House
from backend.houses.register_models import HouseEvent
from backend.inspections.models import Finding, Inspection, Recheck
from backend.inspections.rules import Found, house_state
from backend.inspections.states import STRUCK_OFF
from backend.org.access import Actor, Permission, visible

DAY = timedelta(days=1)
BORN = ("registered", "imported")
Row = dict[str, Any]


@dataclass
class Told:
    """What is known of a finding: how its case stood since when, and who looked again."""

    severity: str
    found_at: datetime
    stood: list[tuple[datetime, str]] = field(default_factory=list)  # as it came in
    looks: list[tuple[datetime, datetime]] = field(default_factory=list)  # come in, looked

    def by(self, moment: datetime) -> Found | None:
        """The finding as it stood before a moment; None where nobody had heard of it."""
        stood = [(at, state) for at, state in self.stood if at < moment]
        if not stood:
            return None
        at, state = stood[-1]
        if state not in ENDED:
            return Found(self.severity)
        if state not in STRUCK_OFF:
            return Found(self.severity, "withdrawn", at)
        looked = [seen for came, seen in self.looks if came < moment]
        return Found(self.severity, "struck_off", max(*looked, self.found_at) if looked else at)

    def turns(self) -> list[datetime]:
        """When it may have changed."""
        return [at for at, _ in self.stood] + [came for came, _ in self.looks]


@dataclass
class Story:
    """What is known of a house."""

    born: date | None = None
    visits: list[tuple[datetime, datetime]] = field(default_factory=list)  # come in, seen
    findings: dict[UUID, Told] = field(default_factory=dict)

    def state(self, moment: datetime) -> str:
        """The state of the house before a moment."""
        found = [told.by(moment) for told in self.findings.values()]
        seen = [at for came, at in self.visits if came < moment]
        return house_state(seen, [one for one in found if one])

    def turns(self) -> set[date]:
        """The days on which the state may have changed."""
        moments = [came for came, _ in self.visits]
        moments += [at for told in self.findings.values() for at in told.turns()]
        return {at.astimezone(ZONE).date() for at in moments}


def house_history(actor: Actor, since: date, until: date) -> list[Row]:
    """Each house with its state at the end of the first day, and on the days that changed it.

    `states` are pairs of a day (0 is `since`) and a state, or None while it is no rental house.

    Raises:
        Forbidden: no role of the actor allows it.
    """
    seen = visible(actor, Permission.HOUSE_READ, House)
    there = seen & func.coalesce(House.ended_on > since, True)
    columns = (House.id, House.address, House.lng, House.lat, House.ended_on)
    rows = db.session.execute(select(*columns).where(there).order_by(House.id)).all()
    stories = _stories(there, _after(until))
    told = []
    for row in rows:
        states = _states(stories.get(row.id, Story()), row.ended_on, since, until)
        if any(state for _, state in states):
            place = {"lng": row.lng, "lat": row.lat}
            told.append({"id": row.id, "address": row.address, **place, "states": states})
    return told


def _after(day: date) -> datetime:
    """The moment at which a day of the place is over."""
    return datetime.combine(day + DAY, time(), ZONE)


def _states(
    story: Story, ended: date | None, since: date, until: date
) -> list[tuple[int, str | None]]:
    """The runs of a house in the period, each by the day that begins it."""
    turns = {since} | {day for day in story.turns() if since < day <= until}
    turns |= {day for day in (story.born, ended) if day and since < day <= until}
    states: list[tuple[int, str | None]] = []
    for day in sorted(turns):
        there = (story.born is None or story.born <= day) and (ended is None or day < ended)
        state = story.state(_after(day)) if there else None
        if not states or states[-1][1] != state:
            states.append(((day - since).days, state))
    return states


def _stories(there: ColumnElement[bool], until: datetime) -> dict[UUID, Story]:
    """What had come in before a moment of these houses."""
    stories: dict[UUID, Story] = defaultdict(Story)
    houses = select(House.id).where(there)
    born = (
        select(HouseEvent.house_id, func.min(HouseEvent.at))
        .where(HouseEvent.kind.in_(BORN), HouseEvent.house_id.in_(houses))
        .group_by(HouseEvent.house_id)
    )
    for house_id, at in db.session.execute(born):
        stories[house_id].born = at.astimezone(ZONE).date()
    visits = select(Inspection.house_id, Inspection.received_at, Inspection.captured_at).where(
        Inspection.outcome == "inspected",
        Inspection.received_at < until,
        Inspection.house_id.in_(houses),
    )
    for house_id, came, at in db.session.execute(visits):
        stories[house_id].visits.append((came, at))
    for told in _findings(there, until):
        stories[told[0]].findings[told[1]] = told[2]
    return stories


def _findings(there: ColumnElement[bool], until: datetime) -> Iterable[tuple[UUID, UUID, Told]]:
    """Each finding of these houses, with the lines of its case and its rechecks."""
    every = (
        select(Finding.id, Finding.house_id, Finding.severity, Case.captured_at, Case.id)
        .join(Case, Case.id == Finding.case_id)
        .join(House, House.id == Finding.house_id)
        .where(there)
    )
    rows = db.session.execute(every).all()
    told = {row[0]: Told(row[2], row[3]) for row in rows}
    of_case = {row[4]: told[row[0]] for row in rows}
    lines = (
        select(CaseEvent.case_id, CaseEvent.at, CaseEvent.state)
        .join(Finding, Finding.case_id == CaseEvent.case_id)
        .join(House, House.id == Finding.house_id)
        .where(there, CaseEvent.state.is_not(None), CaseEvent.at < until)
        .order_by(CaseEvent.case_id, CaseEvent.version)
    )
    for case_id, at, state in db.session.execute(lines):
        _stand(of_case[case_id].stood, at, str(state))
    looks = (
        select(Recheck.finding_id, Recheck.received_at, Recheck.captured_at)
        .join(Finding, Finding.id == Recheck.finding_id)
        .join(House, House.id == Finding.house_id)
        .where(there, Recheck.counts, Recheck.received_at < until)
    )
    for finding_id, came, at in db.session.execute(looks):
        told[finding_id].looks.append((came, at))
    return [(row[1], row[0], told[row[0]]) for row in rows]


def _stand(stood: list[tuple[datetime, str]], at: datetime, state: str) -> None:
    """Add how a case stands now; what is open and stays open changes no house."""
    before = stood[-1][1] if stood else None
    if before is None or state in ENDED or before in ENDED:
        stood.append((at, state))
