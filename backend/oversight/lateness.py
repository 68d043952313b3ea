"""The wall of what is late: at whose door, how long in working time, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, type_coerce
from sqlalchemy import case as when
from sqlalchemy.orm import aliased

from backend.cases.acts import offered_each
from backend.cases.models import Case, CaseEvent, CaseMark
from backend.cases.queries import case_rows
from backend.clock import queries as clock
from backend.clock.rules import working_minutes_between
from backend.db import UtcDateTime, db, utc_now
from backend.org.access import Actor, Permission, visible
from backend.org.models import Department, OrgUnit
from backend.paging import page

Row = dict[str, Any]
VILLAGE = aliased(OrgUnit)
STANDS = CaseMark.withdrawn_at.is_(None)
URGING = ("urge", "supervise")
AHEAD = timedelta(days=36_500)  # by which urgent cases stand before the rest
# By state: the lines that tell why a case stands there. Of any other the wall says since when.
TELLING = {
    "filed": ("return", "give_up", "take_back"),
    "ruling": ("return",),
    "in_progress": ("fail", "refuse_extension", "refuse_suspension", "resume"),
    "extending": ("ask_extension",),
    "suspending": ("ask_suspension",),
    "suspended": ("ask_suspension", "review"),
}


def late_groups(actor: Actor) -> list[Row]:
    """At whose door late cases lie that the actor may see: how many, and since when the oldest.

    Raises:
        Forbidden: no role of the actor allows it.
    """
    unit = _unit()
    red = exists().where(CaseMark.case_id == Case.id, CaseMark.name == "red", STANDS)
    query = (
        _late(actor)
        .with_only_columns(
            Case.owner,
            unit.label("unit_id"),
            func.coalesce(func.max(Department.name), func.max(OrgUnit.name)).label("name"),
            func.count().label("count"),
            func.count().filter(red).label("red"),
            func.min(_since()).label("since"),
        )
        .outerjoin(Department, Department.id == unit)
        .outerjoin(OrgUnit, OrgUnit.id == unit)
        .group_by(Case.owner, unit)
        .order_by(func.count().desc(), Case.owner, unit)
    )
    return [dict(row) for row in db.session.execute(query).mappings()]


def late_cases(
    actor: Actor, filters: dict[str, Any], cursor: str | None, limit: int
) -> tuple[list[Row], str | None]:
    """A page of the late cases that the actor may see: urgent ones, then the longest late.

    Filters: owner, unit_id (its department, village or township).
    """
    place = _place().label("place")
    query = _late(actor).with_only_columns(Case.id.label("id"), _since().label("since"), place)
    if filters.get("owner"):
        query = query.where(Case.owner == filters["owner"])
    if filters.get("unit_id"):
        query = query.where(_unit() == filters["unit_id"])
    found, following = page(query, place, Case.id, cursor, limit, descending=False)
    since = {row.id: row.since for row in found}
    cases = {row.id: row for row in db.session.scalars(select(Case).where(Case.id.in_(since)))}
    return _described(actor, [cases[case_id] for case_id in since], since), following


def _late(actor: Actor) -> Select[Any]:
    """Open, and past the time of the step or of the case; suspended, the step's alone."""
    late = or_(
        Case.step_due_at < utc_now(),
        and_(Case.due_at < utc_now(), Case.suspended_at.is_(None)),
    )
    return (
        select(Case.id)
        .join(VILLAGE, VILLAGE.id == Case.org_unit_id)
        .where(visible(actor, Permission.CASE_READ, Case), Case.closed_at.is_(None), late)
    )


def _unit() -> ColumnElement[UUID]:
    """Who the owner is: a department, a grid's village, or the township whose centre it is."""
    return when(
        (Case.owner == "department", Case.department_id),
        (Case.owner == "grid", Case.org_unit_id),
        else_=VILLAGE.parent_id,
    )


def _since() -> ColumnElement[Any]:
    """Since when it is late: the earlier of its deadlines; while suspended the step's."""
    by_case = when((Case.suspended_at.is_(None), Case.due_at))
    return func.least(Case.step_due_at, by_case, type_=UtcDateTime())


def _place() -> ColumnElement[Any]:
    """Where it stands on the wall."""
    earlier = when((Case.urgent, AHEAD), else_=timedelta())
    return type_coerce(_since() - earlier, UtcDateTime())


def _described(actor: Actor, cases: Sequence[Case], since: dict[UUID, Any]) -> list[Row]:
    calendar, now = clock.calendar(), utc_now()
    marks, lines, urgings = _marks(since), _lines(since), _urgings(since)
    offers, rows = offered_each(actor, cases), case_rows(cases)
    for row, case in zip(rows, cases, strict=True):
        began = since[case.id]
        told = lines.get(case.id, {})
        row |= {
            "late_since": began,
            "late_minutes": round(working_minutes_between(began, now, calendar)),
            "mark": marks.get(case.id),
            "step_began_at": case.step_began_at,
            "why": _last(told, TELLING.get(case.state, ())),
            "urged": _last(told, URGING),
            "times_urged": urgings.get(case.id, 0),
            "can_urge": any(action.code == "urge" for action in offers[case.id]),
        }
    return rows


def _marks(cases: dict[UUID, Any]) -> dict[UUID, str]:
    """By case: the gravest mark that stands."""
    query = (
        select(CaseMark.case_id, CaseMark.name)
        .where(CaseMark.case_id.in_(cases), STANDS, CaseMark.name.in_(("yellow", "red")))
        .where(CaseMark.clock.in_(("case", "step")))
        .order_by(CaseMark.name.desc())  # red comes last and stays
    )
    return {row.case_id: row.name for row in db.session.execute(query)}


def _lines(cases: dict[UUID, Any]) -> dict[UUID, dict[str, Row]]:
    """By case and action: the last line that tells of it."""
    wanted = set(URGING).union(*TELLING.values())
    query = (
        select(CaseEvent)
        .where(CaseEvent.case_id.in_(cases), CaseEvent.action.in_(wanted))
        .order_by(CaseEvent.version)
    )
    found: dict[UUID, dict[str, Row]] = {}
    for line in db.session.scalars(query):
        actor = {"id": line.actor_id, "name": line.actor.name} if line.actor else None
        found.setdefault(line.case_id, {})[line.action] = {
            "action": line.action, "text": line.text or None, "at": line.at, "actor": actor,
        }  # fmt: skip
    return found


def _urgings(cases: dict[UUID, Any]) -> dict[UUID, int]:
    """By case: how often it was urged, and put under supervision by somebody."""
    urging = CaseEvent.action.in_(URGING), CaseEvent.case_id.in_(cases)
    query = select(CaseEvent.case_id, func.count().label("times")).where(*urging)
    rows = db.session.execute(query.group_by(CaseEvent.case_id))
    return {row.case_id: row.times for row in rows}


def _last(told: dict[str, Row], actions: Sequence[str]) -> Row | None:
    lines = [told[action] for action in actions if action in told]
    return max(lines, key=lambda line: line["at"], default=None)
