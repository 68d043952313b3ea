"""Sync health: how the phones of the workers are, those first that need care."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    Text,
    Uuid,
    case,
    cast,
    false,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from backend.clock.calendar import ZONE
from backend.config import current_settings
from backend.db import db, utc_now
from backend.delivery.reminders import last_reminders
from backend.org.access import Actor, Permission, visible
from backend.org.models import Device, DeviceReport, Grid, GridDuty, SessionRow, User
from backend.paging import page

UNSENT_LONG = timedelta(hours=4)
LOW_STORAGE = 300 * 10**6  # bytes; about a hundred photos
WRONG_CLOCK = timedelta(minutes=10)
# What may be wrong with a phone, the gravest first; each outweighs all after it.
CARES = ("lost", "unsent", "refused", "silent", "storage", "clock", "old_app", "no_phone")
LATEST = 10**11  # seconds since 1970


@dataclass(frozen=True)
class Wanted:
    """Which phones: with this care, unsent for so many hours, of whom `q` names."""

    care: str | None = None
    hours: int | None = None
    q: str | None = None


def list_phones(
    actor: Actor, wanted: Wanted, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the phones of the workers on duty; a worker without any phone is one row.

    Raises:
        Forbidden: the actor oversees nobody.
    """
    phones = _phones(actor)
    query = select(phones).where(*_conditions(phones, wanted))
    rows, following = page(query, phones.c.urgency, phones.c.id, cursor, limit)
    reminded = last_reminders({row.user_id for row in rows})
    return [_described(row, reminded.get(row.user_id)) for row in rows], following


def count_cares(actor: Actor) -> dict[str, int]:
    """How many phones there are, and how many have each care."""
    phones = _phones(actor)
    counts = [func.count().filter(phones.c[care]).label(care) for care in CARES]
    row = db.session.execute(select(func.count().label("phones"), *counts)).one()
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's way to a dict


def _conditions(phones: Subquery, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.care is not None:
        found.append(phones.c[wanted.care])
    if wanted.hours is not None:
        found.append(phones.c.oldest_unsent_at < utc_now() - timedelta(hours=wanted.hours))
    if wanted.q:
        names = func.concat_ws(" ", phones.c.name, phones.c.grids)
        found.append(names.icontains(wanted.q, autoescape=True))
    return found


def _phones(actor: Actor) -> Subquery:
    """A row for each phone of each worker on duty that the actor oversees."""
    people, used = _people(actor).subquery(), _used().subquery()
    report = DeviceReport
    seen_at = func.greatest(used.c.seen_at, report.told_at)
    synced_at = case((report.told_at.is_(None), used.c.seen_at), else_=report.synced_at)
    told = "pending photos_pending rejected oldest_unsent_at storage_free storage_quota persisted"
    told += " lost_mutations lost_photos clock_offset_ms app told_at"
    cares = _cares(used.c.device_id, synced_at)
    return (
        select(
            people,
            used.c.device_id,
            Device.name.label("device"),
            seen_at.label("seen_at"),
            synced_at.label("synced_at"),
            *(getattr(report, name) for name in told.split()),
            *(condition.label(care) for care, condition in cares.items()),
            _urgency(cares, synced_at).label("urgency"),
            _row_id(people.c.user_id, used.c.device_id).label("id"),
        )
        .outerjoin(used, used.c.user_id == people.c.user_id)
        .outerjoin(Device, Device.id == used.c.device_id)
        .outerjoin(
            report,
            (report.user_id == people.c.user_id) & (report.device_id == used.c.device_id),
        )
        .subquery()
    )


def _people(actor: Actor) -> Select[Any]:
    now = utc_now()
    grids = func.string_agg(Grid.name, aggregate_order_by(literal("、"), Grid.code))
    return (
        select(User.id.label("user_id"), User.name, grids.label("grids"))
        .join(GridDuty, GridDuty.user_id == User.id)
        .join(Grid, Grid.id == GridDuty.grid_id)
        .where(visible(actor, Permission.WORKER_READ, Grid), Grid.retired_at.is_(None))
        .where(GridDuty.since <= now, GridDuty.until.is_(None) | (GridDuty.until > now))
        .where(User.active)
        .group_by(User.id)
    )


def _used() -> Select[UUID, UUID, datetime]:
    """Who uses which phone: whoever is signed in on it, or has left unsent work on it."""
    since = utc_now() - timedelta(days=current_settings().session_days)
    report = DeviceReport
    is_open = SessionRow.ended_at.is_(None) & (SessionRow.last_seen_at > since)
    unsent = report.pending + report.photos_pending + report.rejected > 0
    return (
        select(
            SessionRow.user_id,
            SessionRow.device_id,
            func.max(SessionRow.last_seen_at).label("seen_at"),
        )
        .join(Device, Device.id == SessionRow.device_id)
        .outerjoin(
            report,
            (report.user_id == SessionRow.user_id) & (report.device_id == SessionRow.device_id),
        )
        .where(Device.kind == "phone", is_open | func.coalesce(unsent, false()))
        .group_by(SessionRow.user_id, SessionRow.device_id)
    )


def _cares(device_id: Any, synced_at: Any) -> dict[str, ColumnElement[bool]]:  # noqa: ANN401
    """By name: whether the row has it."""
    now, report = utc_now(), DeviceReport
    wrong_clock = int(WRONG_CLOCK / timedelta(milliseconds=1))
    conditions = {
        "lost": report.lost_mutations + report.lost_photos > 0,
        "unsent": report.oldest_unsent_at < now - UNSENT_LONG,
        "refused": report.rejected > 0,
        "silent": device_id.is_not(None) & func.coalesce(synced_at < _midnight(now), literal(True)),
        "no_phone": device_id.is_(None),
        "storage": report.storage_free < LOW_STORAGE,
        "clock": func.abs(report.clock_offset_ms) > wrong_clock,
        "old_app": report.app.in_(_old_apps()),
    }
    return {care: func.coalesce(condition, false()) for care, condition in conditions.items()}


def _midnight(now: datetime) -> datetime:
    """When today began in China."""
    return now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)


def _old_apps() -> list[str]:
    """The versions of the app in use that are not the newest."""
    apps = set(db.session.scalars(select(DeviceReport.app).distinct()))
    newest = max(map(version_of, apps), default=())
    return [app for app in apps if version_of(app) < newest]


def version_of(app: str) -> tuple[int, ...]:
    """The version in "gridfield-pwa/1.2.3", to be compared; empty where there is none."""
    parts = app.rpartition("/")[2].split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else ()


def _urgency(cares: dict[str, ColumnElement[bool]], synced_at: Any) -> ColumnElement[str]:  # noqa: ANN401
    """A number, as text, to sort by, descending: the cares' weight, then how long it is silent."""
    weights = [
        case((cares[care], 2**power * LATEST), else_=0)
        for power, care in enumerate(reversed(CARES))
    ]
    seconds = func.coalesce(func.floor(func.extract("epoch", synced_at)), 0)
    number = sum(weights, LATEST - cast(seconds, BigInteger))
    return func.lpad(cast(number, Text), 14, "0", type_=Text)


def _row_id(user_id: Any, device_id: Any) -> ColumnElement[UUID]:  # noqa: ANN401
    both = func.concat(cast(user_id, Text), cast(device_id, Text))
    return cast(func.md5(both), Uuid)


def _described(row: Any, reminded_at: datetime | None) -> dict[str, Any]:  # noqa: ANN401
    """A row as the desk shows it; `report` is null for a phone that has told nothing."""
    told = "app pending photos_pending rejected oldest_unsent_at storage_free storage_quota"
    told += " persisted lost_mutations lost_photos clock_offset_ms told_at"
    report = {name: getattr(row, name) for name in told.split()}
    return {
        "id": row.id,
        "urgency": row.urgency,
        "worker": {"id": row.user_id, "name": row.name},
        "grids": row.grids,
        "device": row.device,
        "cares": [care for care in CARES if getattr(row, care)],
        "seen_at": row.seen_at,
        "synced_at": row.synced_at,
        "report": report if row.told_at else None,
        "reminded_at": reminded_at,
    }
