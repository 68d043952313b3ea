"""Opening a case that came from outside: no account stands behind it, but its origin is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from geoalchemy2.functions import ST_Contains, ST_MakePoint, ST_SetSRID
from sqlalchemy import select

from backend.cases.commands import Matter, Place, open_case
from backend.cases.models import Case
from backend.db import db, new_id, utc_now
from backend.org.access import Actor
from backend.org.capture import Capture
from backend.org.models import Grid
from backend.sources.models import OUTSIDE, CaseOrigin, account_of


@dataclass(frozen=True)
class Arrival:
    """What came: its source and number there, all that was sent, and whom to ask back."""

    source: str
    number: str
    raw: dict[str, Any]
    captured_at: datetime
    contact_name: str | None = None
    contact_phone: str | None = None


def outsider(source: str) -> Actor:
    """Who acts in the thread when nobody with an account does."""
    name = OUTSIDE[source]
    return Actor(account_of(source), f"source:{source}", name, (), frozenset())


def open_from_outside(arrival: Arrival, matter: Matter, place: Place) -> tuple[Case, CaseOrigin]:
    """Open a case for what came, and keep the origin beside it.

    The number must not have come before: whoever calls has looked.
    """
    capture = Capture(outsider(arrival.source), arrival.captured_at, utc_now(), "")
    case = open_case(capture, new_id(), replace(matter, source=arrival.source), place)
    origin = CaseOrigin(
        case_id=case.id,
        source=arrival.source,
        external_number=arrival.number or case.number,
        contact_name=arrival.contact_name,
        contact_phone=arrival.contact_phone,
        raw=arrival.raw,
    )
    db.session.add(origin)
    db.session.flush()
    return case, origin


def grid_below(org_path: str, lng: float, lat: float) -> Grid | None:
    """The basic grid of a division in which a WGS-84 point lies."""
    point = ST_SetSRID(ST_MakePoint(lng, lat), 4326)
    return db.session.scalars(_grids(org_path).where(ST_Contains(Grid.geom, point))).first()


def first_grid(org_path: str) -> Grid | None:
    """The first basic grid of a division: where what says no more than a village goes."""
    return db.session.scalars(_grids(org_path)).first()


def _grids(org_path: str) -> Any:  # noqa: ANN401 - a select of grids
    return (
        select(Grid)
        .where(Grid.kind != "micro", Grid.retired_at.is_(None), Grid.org_path.startswith(org_path))
        .order_by(Grid.kind, Grid.code)
    )


def place_in(
    grid: Grid, address: str | None, point: tuple[float, float] | None, source: str | None = None
) -> Place:
    """A place in a grid, with its point where one is known."""
    place = Place(grid.org_unit_id, grid.org_path, grid.id, address=address)
    if point is None:
        return place
    return replace(place, lng=point[0], lat=point[1], position_source=source)


def find_origin(source: str, number: str) -> CaseOrigin | None:
    """What came with this number of this source before."""
    query = select(CaseOrigin).filter_by(source=source, external_number=number)
    return db.session.scalars(query).one_or_none()


def origin_of(case_id: UUID) -> CaseOrigin | None:
    """Where a case came from, if from outside."""
    return db.session.scalars(select(CaseOrigin).filter_by(case_id=case_id)).one_or_none()
