"""Reading the register."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from backend.cases.acts import offered
from backend.cases.queries import case_file, find_case, parts_of
from backend.cases.undo import seconds_left
from backend.db import db
from backend.houses.facts import mask_name
from backend.houses.models import House
from backend.org.access import Actor, Permission, require, visible
from backend.org.queries import Places
from backend.paging import narrowed, page
from backend.problems import NotFound

Row = dict[str, Any]
FILTERS = {"village_id": House.org_unit_id, "grid_id": House.grid_id, "state": House.state}
WORDS = (House.address, House.code, House.landlord_name)


def list_houses(
    actor: Actor, filters: dict[str, Any], cursor: str | None, limit: int
) -> tuple[list[Row], str | None]:
    """A page of the register that the actor may see, by house code.

    Filters: state, village_id, grid_id, `waiting` for the centre's word, `unmatched` with any
    standard address, and `q` in address, code or landlord's name.
    """
    query = _filtered(actor, filters)
    rows, following = page(query, House.code, House.id, cursor, limit, descending=False)
    places = Places.of(rows)
    return [house_row(house, places) for house in rows], following


def choose_houses(
    actor: Actor, filters: dict[str, Any], ids: list[UUID], most: int
) -> Sequence[House]:
    """The houses of these ids, or without any the list as filtered; by code, `most` at most."""
    query = _filtered(actor, filters)
    if ids:
        query = query.where(House.id.in_(ids))
    return db.session.scalars(query.order_by(House.code).limit(most)).all()


def _filtered(actor: Actor, filters: dict[str, Any]) -> Select[House]:
    query = select(House).where(
        visible(actor, Permission.HOUSE_READ, House), House.ended_on.is_(None)
    )
    query = narrowed(query, filters, FILTERS, WORDS)
    if filters.get("waiting"):
        query = query.where(func.jsonb_array_length(House.pending) > 0)
    if filters.get("unmatched"):
        query = query.where(House.address_id.is_(None))
    return query


def households(
    actor: Actor, grid_ids: list[UUID], village_ids: list[UUID], states: list[str]
) -> Sequence[House]:
    """The houses let today of these grids and villages that the actor sees, in these states if any.

    Raises:
        Forbidden: the actor may see none at all.
    """
    query = (
        select(House)
        .where(visible(actor, Permission.HOUSE_READ, House), House.ended_on.is_(None))
        .where(House.grid_id.in_(grid_ids) | House.org_unit_id.in_(village_ids))
        .order_by(House.code)
    )
    if states:
        query = query.where(House.state.in_(states))
    return db.session.scalars(query).all()


def risky(grid_id: UUID, states: list[str]) -> Sequence[House]:
    """The houses let today of a grid in these states, those first that are due soonest."""
    inside = select(House).where(
        House.grid_id == grid_id, House.state.in_(states), House.ended_on.is_(None)
    )
    return db.session.scalars(inside.order_by(House.next_due_on, House.code).limit(50)).all()


def house_row(house: House, places: Places) -> Row:
    """A house as a list of the register shows it; the landlord masked."""
    columns = "code last_inspected_at next_due_on occupant_count open_cases"
    return {
        **house_brief(house, places),
        **{name: getattr(house, name) for name in columns.split()},
        "landlord_name": mask_name(house.landlord_name),
    }


def house_brief(house: House, places: Places | None = None) -> Row:
    """A house in one line."""
    places = places or Places.of([house])
    return {name: getattr(house, name) for name in ("id", "address", "state", "lng", "lat")} | {
        "village": places.village(house),
        "grid": places.grid(house),
    }


def find_house(actor: Actor, house_id: UUID) -> House:
    """A house that the actor may see.

    Raises:
        Forbidden, NotFound: it is not the actor's to see, or there is none.
    """
    require(actor, Permission.HOUSE_READ)
    house = db.session.get(House, house_id)
    if house is None:
        raise NotFound("没有找到这户出租房")
    require(actor, Permission.HOUSE_READ, house)
    return house


def case_page(actor: Actor, case_id: UUID) -> Row:
    """A case's file, with its house."""
    case = find_case(actor, case_id)
    house = db.session.get(House, case.house_id) if case.house_id else None
    return {
        **case_file(case),
        "house": house_brief(house) if house else None,
        "parts": parts_of(actor, case),
        "actions": offered(actor, case),
        "undo_seconds": seconds_left(actor, case),
    }
