"""Reading divisions, grids, departments and duties."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from geoalchemy2.functions import ST_Contains, ST_MakePoint, ST_SetSRID
from sqlalchemy import ColumnElement, false, literal, or_, select

from backend.db import db, utc_now
from backend.org.access import ROLES, Actor, Permission, below, require
from backend.org.models import Department, Grid, GridDuty, OrgUnit, RoleGrant, User
from backend.org.sessions import held

_CLEARANCE = Permission.CASE_READ_RESTRICTED
Named = dict[str, Any]


class Places:
    """The names of the villages and grids that some rows stand in, read at once."""

    def __init__(self, villages: dict[UUID, Named], grids: dict[UUID, Named]) -> None:
        """Keep both, by id."""
        self._villages = villages
        self._grids = grids

    @classmethod
    def of(cls, rows: Iterable[Any]) -> Places:
        """Read the names for rows with `org_unit_id` and `grid_id`."""
        rows = list(rows)
        return cls(
            names(OrgUnit, {row.org_unit_id for row in rows}),
            names(Grid, {row.grid_id for row in rows if row.grid_id}),
        )

    def village(self, row: Any) -> Named | None:  # noqa: ANN401 - any row in a village
        """`{id, name}` of the row's village."""
        return self._villages.get(row.org_unit_id)

    def grid(self, row: Any) -> Named | None:  # noqa: ANN401 - any row in a grid
        """`{id, name}` of the row's grid."""
        return self._grids.get(row.grid_id)


def names(model: Any, ids: set[UUID]) -> dict[UUID, Named]:  # noqa: ANN401 - a model with a name
    """`{id: {id, name}}` of those records."""
    if not ids:
        return {}
    rows = db.session.execute(select(model.id, model.name).where(model.id.in_(ids)))
    return {row.id: {"id": row.id, "name": row.name} for row in rows}


def org_tree(actor: Actor) -> list[dict[str, Any]]:
    """The divisions that the actor sees, upper ones first, each with its grids."""
    require(actor, Permission.ORG_READ)
    units = db.session.scalars(
        select(OrgUnit)
        .where(below(actor, Permission.ORG_READ, OrgUnit.path))
        .order_by(OrgUnit.path)
    ).all()
    grids: dict[UUID, list[Grid]] = {unit.id: [] for unit in units}
    for grid in db.session.scalars(
        select(Grid)
        .where(below(actor, Permission.ORG_READ, Grid.org_path), Grid.retired_at.is_(None))
        .order_by(Grid.code)
    ):
        grids[grid.org_unit_id].append(grid)
    return [_unit(unit, grids[unit.id]) for unit in units]


def _unit(unit: OrgUnit, grids: list[Grid]) -> dict[str, Any]:
    columns = "id code name kind parent_id"
    return {
        **{name: getattr(unit, name) for name in ["id", "parent_id", "kind", "name", "stat_code"]},
        "grids": [{name: getattr(grid, name) for name in columns.split()} for grid in grids],
    }


def departments(actor: Actor) -> list[Department]:
    """The departments of the actor's townships."""
    require(actor, Permission.ORG_READ)
    above = or_(
        *(
            literal(grant.org_path).startswith(OrgUnit.path)
            for grant in actor.grants_with(Permission.ORG_READ)
        )
    )
    query = (
        select(Department)
        .join(OrgUnit, OrgUnit.id == Department.org_unit_id)
        .where(below(actor, Permission.ORG_READ, OrgUnit.path) | above)
        .order_by(Department.name, Department.id)
    )
    return list(db.session.scalars(query))


def township_of(org_path: str) -> OrgUnit | None:
    """The township that a division lies in, or is."""
    return db.session.scalars(
        select(OrgUnit).where(
            OrgUnit.kind == "township", literal(org_path).startswith(OrgUnit.path)
        )
    ).one_or_none()


def townships_of(org_paths: Iterable[str]) -> list[str]:
    """The paths of the townships in which divisions lie, by the ids in the divisions' paths."""
    ids = {UUID(part) for path in org_paths for part in path.strip("/").split("/")}
    query = select(OrgUnit.path).where(OrgUnit.id.in_(ids), OrgUnit.kind == "township")
    return list(db.session.scalars(query)) if ids else []


def department_named(township: OrgUnit | None, name: str) -> Department | None:
    """The township's department of that name; None for a composed or unknown name."""
    if township is None:
        return None
    return db.session.scalars(
        select(Department).where(Department.org_unit_id == township.id, Department.name == name)
    ).one_or_none()


def grid_at(actor: Actor, lng: float, lat: float) -> Grid | None:
    """The basic grid of the actor's townships in which a WGS-84 point lies."""
    point = ST_SetSRID(ST_MakePoint(lng, lat), 4326)
    return db.session.scalars(
        select(Grid)
        .where(
            Grid.kind != "micro",
            Grid.retired_at.is_(None),
            in_townships(actor, Grid.org_path),
            ST_Contains(Grid.geom, point),
        )
        .order_by(Grid.kind, Grid.code)
    ).first()


def in_townships(actor: Actor, path: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a path column
    """The condition that a path lies in a township in which the actor has a role."""
    tops = [township_of(grant.org_path) for grant in actor.grants]
    return or_(false(), *(path.like(top.path + "%") for top in tops if top is not None))


def lies_in_townships(actor: Actor, org_path: str) -> bool:
    """Whether a division lies in a township in which the actor has a role."""
    tops = [township_of(grant.org_path) for grant in actor.grants]
    return any(top is not None and org_path.startswith(top.path) for top in tops)


def has_duty(actor: Actor, grid_ids: set[UUID], at: datetime) -> bool:
    """Whether the actor held a duty in one of the grids at that time, or at any since."""
    return any(duty.grid_id in grid_ids for duty in _held_since(actor.user_id, at))


def duties_at(user_id: UUID, at: datetime) -> list[GridDuty]:
    """The duties that a person held at that time, the longest-held first; else those since."""
    duties = _held_since(user_id, at)
    return [duty for duty in duties if held(duty, at)] or duties


def _held_since(user_id: UUID, at: datetime) -> list[GridDuty]:
    """What time adds, and never takes away: what was taken in is so again after a restore."""
    query = (
        select(GridDuty)
        .where(GridDuty.user_id == user_id, GridDuty.since <= max(at, utc_now()))
        .where(GridDuty.until.is_(None) | (GridDuty.until > at))
    )
    return list(db.session.scalars(query.order_by(GridDuty.since, GridDuty.id)))


def officers_of(department_id: UUID, *, cleared: bool = False) -> list[UUID]:
    """The active people of a department; `cleared` leaves those who may see restricted cases."""
    roles = [name for name, (_, may) in ROLES.items() if _CLEARANCE in may or not cleared]
    query = (
        select(RoleGrant.user_id)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.department_id == department_id, RoleGrant.role.in_(roles), User.active)
    )
    return list(db.session.scalars(query.distinct().order_by(RoleGrant.user_id)))


def holders(org_unit_id: UUID, roles: Iterable[str]) -> list[UUID]:
    """The active people who hold one of the roles in the division itself."""
    query = (
        select(RoleGrant.user_id)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.org_unit_id == org_unit_id, RoleGrant.role.in_(roles), User.active)
    )
    return list(db.session.scalars(query.distinct().order_by(RoleGrant.user_id)))
