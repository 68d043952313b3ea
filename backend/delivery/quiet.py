"""Quiet hours (安静时段): the setting's, unless a person's township has its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from uuid import UUID

from sqlalchemy import select

from backend.audit import commands as audit
from backend.config import current_settings
from backend.db import db
from backend.delivery.ladder import Span
from backend.delivery.models import QuietHours
from backend.delivery.reach import divisions_upwards
from backend.org.access import Actor, Permission, below, require
from backend.org.models import OrgUnit
from backend.problems import FieldError, NotFound, Validation


@dataclass(frozen=True)
class Hours:
    """A township's quiet hours; `own` says whether it has set them, None that there are none."""

    id: UUID
    name: str
    span: Span | None
    own: bool


def quiet_of(user_id: UUID) -> Span | None:
    """When this person is not rung: by the nearest division that has set it, else the setting's."""
    rows = db.session.execute(
        select(QuietHours.since, QuietHours.until, OrgUnit.path)
        .join(OrgUnit, OrgUnit.id == QuietHours.org_unit_id)
        .where(OrgUnit.path.in_(divisions_upwards(user_id)))
    ).all()
    if not rows:
        return current_settings().quiet_hours
    nearest = max(rows, key=lambda row: (len(row.path), row.path))
    return _span(nearest.since, nearest.until)


def list_hours(actor: Actor) -> list[Hours]:
    """The quiet hours of the actor's townships, by name.

    Raises:
        Forbidden: the actor may not look after messages.
    """
    require(actor, Permission.MESSAGE_READ)
    query = (
        select(OrgUnit, QuietHours)
        .outerjoin(QuietHours, QuietHours.org_unit_id == OrgUnit.id)
        .where(OrgUnit.kind == "township", below(actor, Permission.MESSAGE_READ, OrgUnit.path))
        .order_by(OrgUnit.name, OrgUnit.id)
    )
    return [_hours(unit, own) for unit, own in db.session.execute(query)]


def set_hours(actor: Actor, unit_id: UUID, span: Span | None) -> Hours:
    """Give a township quiet hours of its own, or none at all; what waits already keeps its time.

    Raises:
        Forbidden, NotFound: the actor may not, or it is no township of the actor's.
        Validation: the hours end when they begin.
    """
    unit = _township(actor, unit_id)
    if span is not None and span[0] == span[1]:
        raise Validation(errors=[FieldError("/until", "invalid", "结束时间不能与开始时间相同")])
    own = db.session.get(QuietHours, unit.id) or QuietHours(org_unit_id=unit.id)
    own.since, own.until = span or (None, None)
    own.changed_by_id = actor.user_id
    db.session.add(own)
    db.session.flush()
    told = f"{span[0]:%H:%M}-{span[1]:%H:%M}" if span else ""
    audit.record(actor.user_id, "quiet.set", "org_unit", unit.id, hours=told)
    return _hours(unit, own)


def leave_to_setting(actor: Actor, unit_id: UUID) -> None:
    """Let the setting hold again for a township.

    Raises:
        Forbidden, NotFound: the actor may not, or it is no township of the actor's.
    """
    unit = _township(actor, unit_id)
    own = db.session.get(QuietHours, unit.id)
    if own is not None:
        db.session.delete(own)
        audit.record(actor.user_id, "quiet.clear", "org_unit", unit.id)


def _township(actor: Actor, unit_id: UUID) -> OrgUnit:
    """Whoever sets the calendar of a township sets when it is quiet."""
    require(actor, Permission.CALENDAR_EDIT)
    here = below(actor, Permission.CALENDAR_EDIT, OrgUnit.path)
    query = select(OrgUnit).where(OrgUnit.id == unit_id, OrgUnit.kind == "township", here)
    unit = db.session.scalars(query.with_for_update(key_share=True)).one_or_none()
    if unit is None:
        raise NotFound("没有找到这个镇街")
    return unit


def _hours(unit: OrgUnit, own: QuietHours | None) -> Hours:
    span = _span(own.since, own.until) if own else current_settings().quiet_hours
    return Hours(unit.id, unit.name, span, own is not None)


def _span(since: time | None, until: time | None) -> Span | None:
    return (since, until) if since is not None and until is not None else None
