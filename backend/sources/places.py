"""The places whose QR codes residents scan."""

from __future__ import annotations

import io
import secrets
from typing import Any
from uuid import UUID

import segno
from sqlalchemy import select

from backend.audit import commands as audit
from backend.config import current_settings
from backend.db import db, utc_now
from backend.org.access import Actor, Permission, below, require
from backend.org.models import Grid, OrgUnit
from backend.problems import FieldError, NotFound, Validation
from backend.sources.models import ReportPlace

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is taken for another
LENGTH = 8


def make_place(actor: Actor, org_unit_id: UUID, grid_id: UUID | None) -> ReportPlace:
    """A code for a village, or one grid of it; the same again if there is one already.

    Raises:
        Forbidden, NotFound, Validation: not the actor's, or no village or grid.
    """
    require(actor, Permission.SOURCE_EDIT)
    unit = _village(actor, org_unit_id, grid_id)
    known = select(ReportPlace).filter_by(org_unit_id=unit.id, grid_id=grid_id, retired_at=None)
    place = db.session.scalars(known).first()
    if place is None:
        place = ReportPlace(
            code="".join(secrets.choice(LETTERS) for _ in range(LENGTH)),
            org_unit_id=unit.id,
            org_path=unit.path,
            grid_id=grid_id,
            made_by=actor.user_id,
        )
        db.session.add(place)
        db.session.flush()
        audit.record(actor.user_id, "report-place.make", "report-place", place.id)
    return place


def _village(actor: Actor, org_unit_id: UUID, grid_id: UUID | None) -> OrgUnit:
    unit = db.session.get(OrgUnit, org_unit_id)
    mine = actor.grants_with(Permission.SOURCE_EDIT)
    if unit is None or not any(unit.path.startswith(grant.org_path) for grant in mine):
        raise NotFound("没有找到这个村(社区)")
    grid = db.session.get(Grid, grid_id) if grid_id else None
    if unit.kind != "village" or (grid_id and (grid is None or grid.org_unit_id != unit.id)):
        raise Validation(
            errors=[FieldError("/org_unit_id", "invalid", "请选择村(社区)或其中的网格")]
        )
    return unit


def retire_place(actor: Actor, place_id: UUID) -> None:
    """Let a code open nothing any more.

    Raises:
        Forbidden, NotFound: not the actor's, or there is none.
    """
    place = find_place(actor, place_id)
    if place.retired_at is None:
        place.retired_at = utc_now()
        audit.record(actor.user_id, "report-place.retire", "report-place", place.id)
        db.session.flush()


def find_place(actor: Actor, place_id: UUID) -> ReportPlace:
    """A place of the actor's division that residents scan, or did.

    Raises:
        Forbidden, NotFound: not the actor's, or there is none.
    """
    require(actor, Permission.SOURCE_EDIT)
    mine = below(actor, Permission.SOURCE_EDIT, ReportPlace.org_path)
    place = db.session.scalars(
        select(ReportPlace).where(ReportPlace.id == place_id, mine)
    ).one_or_none()
    if place is None:
        raise NotFound("没有找到这个二维码")
    return place


def list_places(actor: Actor) -> list[dict[str, Any]]:
    """The places of the actor's division that residents may scan."""
    require(actor, Permission.SOURCE_EDIT)
    query = select(ReportPlace).where(
        below(actor, Permission.SOURCE_EDIT, ReportPlace.org_path),
        ReportPlace.retired_at.is_(None),
    )
    return [place_row(place) for place in db.session.scalars(query.order_by(ReportPlace.made_at))]


def place_row(place: ReportPlace) -> dict[str, Any]:
    """A place as the desk lists it."""
    return {
        "id": place.id,
        "code": place.code,
        "name": name_of(place),
        "url": address_of(place),
        "made_at": place.made_at,
    }


def name_of(place: ReportPlace) -> str:
    """Village and grid."""
    unit = db.session.get_one(OrgUnit, place.org_unit_id)
    grid = db.session.get(Grid, place.grid_id) if place.grid_id else None
    return f"{unit.name} {grid.name}" if grid else unit.name


def address_of(place: ReportPlace) -> str:
    """What the QR code says."""
    return f"{current_settings().public_url}/r/{place.code}"


def qr_svg(place: ReportPlace) -> bytes:
    """The QR code as a picture to print; it stays readable with a quarter of it gone."""
    drawn = io.BytesIO()
    segno.make(address_of(place), error="q", micro=False).save(
        drawn, kind="svg", scale=8, border=4, nl=False
    )
    return drawn.getvalue()


def open_place(code: str) -> ReportPlace:
    """The place that a code stands for.

    Raises:
        NotFound: none any more.
    """
    query = select(ReportPlace).where(ReportPlace.code == code, ReportPlace.retired_at.is_(None))
    place = db.session.scalars(query).one_or_none()
    if place is None:
        raise NotFound("这个二维码已停用,请向村(社区)索取新的二维码")
    return place
