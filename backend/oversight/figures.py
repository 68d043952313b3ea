"""The figures of how cases are dealt with: each is a share of cases, and opens those it counts.

A case counts once in a figure, however often a step was repeated. All is told by the threads as
they stood at the end of the period: the figures of a past period do not change by what comes after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from backend.cases.item_models import HazardItem
from backend.cases.models import Case, CaseEvent
from backend.cases.queries import case_rows
from backend.checklists.queries import item_texts
from backend.clock.calendar import ZONE
from backend.db import db, utc_now
from backend.org.access import Actor, Permission, visible
from backend.org.models import Department, Grid, OrgUnit
from backend.oversight.measures import Period, conditions, told
from backend.oversight.milestones import milestones
from backend.paging import page

Filters = dict[str, Any]
TOWNSHIP = aliased(OrgUnit)
# Each stands in one township: the one on its path.
township_id = (
    select(TOWNSHIP.id)
    .where(TOWNSHIP.kind == "township", Case.org_path.startswith(TOWNSHIP.path))
    .correlate(Case)
    .scalar_subquery()
)
# Of the place, and written out: an expression with parameters cannot be grouped by.
_came = func.timezone(literal_column(f"'{ZONE.key}'"), Case.received_at)
week = func.to_char(
    func.date_trunc(literal_column("'week'"), _came), literal_column("'YYYY-MM-DD'")
)
month = func.to_char(_came, literal_column("'YYYY-MM'"))
FILTERS: dict[str, Any] = {
    "township_id": township_id,
    "grid_id": Case.grid_id,
    "village_id": Case.org_unit_id,
    "department_id": Case.department_id,
    "item_code": Case.item_code,
    "source": Case.source,
    "week": week,
    "month": month,
}
GROUPS: dict[str, Any] = {
    "township": township_id,
    "grid": Case.grid_id,
    "village": Case.org_unit_id,
    "department": Case.department_id,
    "item": Case.item_code,
    "source": Case.source,
    "week": week,
    "month": month,
}
NAMES: dict[str, tuple[Any, Any]] = {
    "township": (OrgUnit.id, OrgUnit.name),
    "grid": (Grid.id, Grid.name),
    "village": (OrgUnit.id, OrgUnit.name),
    "department": (Department.id, Department.name),
    "item": (HazardItem.code, HazardItem.name),
}


@dataclass(frozen=True)
class Counts:
    """One figure for one group of cases."""

    code: str
    numerator: int
    denominator: int


@dataclass(frozen=True)
class Row:
    """The figures of one group (a township, a village, an item …), or of all."""

    key: str
    name: str
    figures: list[Counts]


def period(since: datetime, until: datetime) -> Period:
    """The period, as far as it has come."""
    return Period(since, min(until, utc_now()))


def figures(actor: Actor, when: Period, by: str | None, filters: Filters) -> list[Row]:
    """The figures of the cases that the actor may see, all together first, then by group.

    Filters: township_id, village_id, grid_id, department_id, item_code, source; the week (its
    Monday) or month in which a case came in.

    Raises:
        Forbidden: no role of the actor allows it.
    """
    stood = milestones(asked_cases(actor, when, filters), when.until)
    group = GROUPS[by] if by else literal("")
    counts: list[Any] = []
    for code in told():
        of, counted = conditions(code, stood.c, when)
        counts += [_count(and_(of, counted)), _count(of)]
    query = select(group, *counts).join(Case, Case.id == stood.c.case_id).group_by(group)
    found = db.session.execute(query).all()
    whole = [sum(column) for column in zip(*(row[1:] for row in found), strict=True)]
    total = _row("", "", whole or [0] * len(counts))
    if by is None:
        return [total]
    names = _names(by, [row[0] for row in found])
    rows = [_row(str(row[0] or ""), names.get(row[0], ""), row[1:]) for row in found]
    return [total, *sorted(rows, key=lambda row: (not row.key, row.name, row.key))]


def counted_cases(
    actor: Actor,
    when: Period,
    wanted: tuple[str, bool],
    filters: Filters,
    place: tuple[str | None, int],
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the cases that a figure is about; or of those alone that it counts.

    `wanted` is the figure's code and whether only what it counts; `place` the cursor and limit.

    Raises:
        Forbidden: no role of the actor allows it.
    """
    code, only_counted = wanted
    stood = milestones(asked_cases(actor, when, filters), when.until)
    of, counted = conditions(code, stood.c, when)
    query = select(Case).join(stood, stood.c.case_id == Case.id).where(of)
    if only_counted:
        query = query.where(counted)
    rows, following = page(query, Case.captured_at, Case.id, *place)
    return case_rows(rows), following


def asked_cases(actor: Actor, when: Period, filters: Filters) -> Select[Any]:
    """The cases that can count in the period: open then, or with a line in it."""
    happened = exists().where(CaseEvent.case_id == Case.id, when.holds(CaseEvent.at))
    query = select(Case.id).where(
        visible(actor, Permission.CASE_READ, Case),
        Case.received_at < when.until,
        or_(Case.closed_at.is_(None), Case.closed_at >= when.since, happened),
    )
    for name, value in filters.items():
        if value is not None:
            query = query.where(FILTERS[name] == value)
    return query


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


def _row(key: str, name: str, counts: Sequence[int]) -> Row:
    pairs = zip(told(), counts[::2], counts[1::2], strict=True)
    return Row(key, name, [Counts(*pair) for pair in pairs])


def _names(by: str, keys: list[Any]) -> dict[Any, str]:
    """What the groups are called; sources, weeks and months are named by the screens."""
    if by not in NAMES:
        return {}
    key, name = NAMES[by]
    rows = db.session.execute(select(key, name).where(key.in_(keys)))
    names = {row[0]: row[1] for row in rows}
    return {**(item_texts() if by == "item" else {}), **names}
