"""The dispatcher's queue: open cases, the most pressing first, and how many wait in each view."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)

from backend.cases.models import Case
from backend.cases.part_models import CasePart
from backend.cases.queries import says
from backend.cases.steps import may_move
from backend.clock.calendar import ZONE
from backend.db import db, utc_now
from backend.org.access import Actor, Grant, Permission, visible
from backend.org.models import Grid, OrgUnit
from backend.problems import FieldError, Validation

Filters = dict[str, Any]
SOON = timedelta(hours=2)
SAME = {
    "state": Case.state,
    "owner": Case.owner,
    "item_code": Case.item_code,
    "severity": Case.severity,
    "department_id": Case.department_id,
    "village_id": Case.org_unit_id,
    "grid_id": Case.grid_id,
    "source": Case.source,
    "level": Case.level,
}
PLAIN = (
    "id number title item_code source severity state owner address lng lat due_at step_due_at"
    " department_id department_name org_unit_id grid_id supervised urgency urgent restricted"
    " open_parts version level"
)
BY_STATE = {
    "unassigned": ("reported", "accepted", "filed"),
    "asked": ("ruling", "extending", "suspending"),
    "check": ("awaiting_check", "checked"),
    "verify": ("awaiting_check",),
    "passed": ("checked",),
}
VIEWS = ("mine", "unassigned", "asked", "check", "overdue", "critical", "open")
OWN_BY_STATE = {
    "sign": ("dispatched",),
    "handling": ("in_progress", "extending", "suspending", "suspended"),
}
OWN_VIEWS = (*OWN_BY_STATE, "due", "parts", "verify", "passed")
_OFFICER = ("sign", "handling", "due", "parts")
# What each role looks at, the first first; a dispatcher has the workbench.
DUTIES: dict[str, tuple[str, ...]] = {
    "officer": _OFFICER,
    "cleared_officer": _OFFICER,
    "supervisor": ("verify", "overdue", "passed"),
    "commander": ("mine", "overdue", "critical"),
    "grid_head": ("mine", "due", "verify"),
    "village": ("mine", "due", "open"),
}
LEVELS = {"grid_head": 1, "village": 2, "district": 4}  # who else a case waits for at each
OF_DISTRICT = ("suspending", "suspended")  # which it alone decides, at whatever level
DUES = ("overdue", "soon", "today")
ORDER = (Case.urgency, Case.step_due_at, Case.id)


def queue(
    actor: Actor, filters: Filters, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the open cases that the actor sees, by urgency, then by the step's deadline.

    Filters: those of `SAME`, `view`, `due`, `ids`, and `q` in number, title or address.

    Raises:
        Validation: the cursor is none of ours.
    """
    query = _rows().where(*_conditions(actor, filters))
    if cursor is not None:
        query = query.where(tuple_(*ORDER) > _place(cursor))
    found = db.session.execute(query.order_by(*ORDER).limit(limit + 1)).all()
    rows = [_row(row) for row in found[:limit]]
    return rows, _cursor(rows[-1]) if len(found) > limit else None


def counts(actor: Actor, filters: Filters) -> dict[str, int]:
    """How many cases stand in each view, and how many fit the filters, in one statement."""
    now = utc_now()
    columns = [func.count().filter(_view(actor, name, now)).label(name) for name in VIEWS]
    fitting = and_(true(), *_filtered(actor, filters, now))
    columns.append(func.count().filter(fitting).label("matching"))
    wanted = select(*columns).where(*_seen(actor))
    return dict(db.session.execute(wanted).one()._mapping)  # noqa: SLF001 - SQLAlchemy's own name


def duties(actor: Actor) -> list[dict[str, Any]]:
    """The views that belong to the actor's roles, and how many cases stand in each.

    Raises:
        Forbidden: no role of the actor allows to see cases.
    """
    seen, now = _seen(actor), utc_now()
    roles = [grant.role for grant in actor.grants]
    names = list(dict.fromkeys(name for role in roles for name in DUTIES.get(role, ())))
    if not names:
        return []
    columns = [func.count().filter(_view(actor, name, now)).label(name) for name in names]
    row = db.session.execute(select(*columns).where(*seen)).one()
    return [{"view": name, "count": n} for name, n in zip(names, row, strict=True)]


def _rows() -> Select[Any]:
    columns = [getattr(Case, name) for name in PLAIN.split()]
    names = (OrgUnit.name.label("village_name"), Grid.name.label("grid_name"))
    return (
        select(*columns, Case.captured_at, *names)
        .join(OrgUnit, OrgUnit.id == Case.org_unit_id)
        .join(Grid, Grid.id == Case.grid_id)
    )


def _row(row: Any) -> dict[str, Any]:  # noqa: ANN401 - of `_rows`
    told = dict(row._mapping)  # noqa: SLF001
    department, name = told.pop("department_id"), told.pop("department_name")
    told["department"] = {"id": department, "name": name} if department else None
    told["village"] = {"id": told.pop("org_unit_id"), "name": told.pop("village_name")}
    told["grid"] = {"id": told.pop("grid_id"), "name": told.pop("grid_name")}
    told["reported_at"] = told.pop("captured_at")
    return told


def _conditions(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    return [*_seen(actor), *_filtered(actor, filters, utc_now())]


def _seen(actor: Actor) -> list[ColumnElement[bool]]:
    return [Case.closed_at.is_(None), visible(actor, Permission.CASE_READ, Case)]


def _filtered(actor: Actor, filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    found = [column == filters[name] for name, column in SAME.items() if filters.get(name)]
    if filters.get("ids"):
        found.append(Case.id.in_(filters["ids"]))
    if filters.get("q"):
        found.append(says(filters["q"]))
    if filters.get("due"):
        found.append(_due(filters["due"], now))
    if filters.get("view"):
        found.append(_view(actor, filters["view"], now))
    return found


def _due(name: str, now: datetime) -> ColumnElement[bool]:
    if name == "overdue":
        return Case.step_due_at < now
    return Case.step_due_at.between(now, now + SOON if name == "soon" else _midnight(now))


def _midnight(now: datetime) -> datetime:
    """When today ends."""
    tomorrow = now.astimezone(ZONE).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), ZONE)


def _view(actor: Actor, name: str, now: datetime) -> ColumnElement[bool]:
    if name in BY_STATE:
        return Case.state.in_(BY_STATE[name])
    if name in OWN_BY_STATE:
        return and_(Case.state.in_(OWN_BY_STATE[name]), _led(actor))
    return _VIEW[name](actor, now)


def _mine(actor: Actor) -> ColumnElement[bool]:
    return or_(false(), *map(_duty, actor.grants_with(Permission.CASE_READ)))


def _duty(grant: Grant) -> ColumnElement[bool]:
    """What waits for whoever holds this role there."""
    here: ColumnElement[bool] = Case.org_path.like(grant.org_path + "%")
    match grant.role:
        case "supervisor":
            return and_(here, Case.state == "awaiting_check")
        case "officer" | "cleared_officer":
            leads = and_(Case.owner == "department", Case.department_id == grant.department_id)
            return and_(here, or_(leads, Case.id.in_(_called([grant.department_id]))))
        case "commander":
            return and_(here, Case.state == "ruling")
        case "grid_head" | "village" as role:
            lowered = and_(Case.owner == "centre", Case.level == LEVELS[role])
            below = or_(Case.owner == "grid", lowered)
            return and_(here, below, may_move("village") if role == "village" else true())
    above = exists().where(OrgUnit.id == grant.org_unit_id, OrgUnit.kind.in_(("city", "county")))
    raised = or_(Case.level == LEVELS["district"], Case.state.in_(OF_DISTRICT))
    return and_(here, or_(and_(above, raised), and_(~above, Case.owner == "centre")))


def _departments(actor: Actor) -> list[UUID | None]:
    """Those in which the actor is an officer."""
    return [grant.department_id for grant in actor.grants if grant.department_id]


def _led(actor: Actor) -> ColumnElement[bool]:
    return and_(Case.handling.is_distinct_from("grid"), Case.department_id.in_(_departments(actor)))


def _due_today(actor: Actor, end: datetime) -> ColumnElement[bool]:
    """One's duty whose time, or that of one's part, is over or ends today."""
    grants = [grant for grant in actor.grants_with(Permission.CASE_READ) if not grant.department_id]
    own = or_(and_(Case.owner == "department", _led(actor)), *map(_duty, grants))
    parts = Case.id.in_(_called(_departments(actor)).where(CasePart.due_at < end))
    return or_(and_(own, Case.step_due_at < end), parts)


def _called(departments: Sequence[UUID | None]) -> Select[UUID]:
    """The cases of which one of the departments has an open part."""
    return select(CasePart.case_id).where(
        CasePart.department_id.in_(departments), CasePart.due_at.is_not(None)
    )


def _cursor(row: dict[str, Any]) -> str:
    body = orjson.dumps([row["urgency"], row["step_due_at"], row["id"]])
    return urlsafe_b64encode(body).decode().rstrip("=")


def _place(cursor: str) -> Any:  # noqa: ANN401 - a row of literals
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        urgency, due, key = orjson.loads(urlsafe_b64decode(padded))
        values = (int(urgency), datetime.fromisoformat(due), UUID(key))
    except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error) as error:
        wrong = FieldError("/query/cursor", "invalid", "分页位置无效,请从第一页重新查询")
        raise Validation(errors=[wrong]) from error
    pairs = zip(values, ORDER, strict=True)
    return tuple_(*(literal(value, column.type) for value, column in pairs))


_VIEW: dict[str, Callable[[Actor, datetime], ColumnElement[bool]]] = {
    "mine": lambda actor, _: _mine(actor),
    "overdue": lambda _, now: _due("overdue", now),
    "critical": lambda _actor, _now: Case.urgency <= 1,
    "due": lambda actor, now: _due_today(actor, _midnight(now)),
    "parts": lambda actor, _: Case.id.in_(_called(_departments(actor))),
    "open": lambda _actor, _now: Case.closed_at.is_(None),
}
