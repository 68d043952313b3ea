"""Reading houses and their inspections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from backend.cases.acts import offered
from backend.cases.models import Case
from backend.cases.queries import case_file, cases_of_house, find_case, parts_of
from backend.cases.undo import seconds_left
from backend.db import db
from backend.houses.models import (
    Checklist,
    Finding,
    House,
    Inspection,
    Occupant,
    Room,
    mask_name,
    mask_phone,
)
from backend.media.models import Photo
from backend.media.queries import photo_row, photos_of
from backend.org.access import Actor, Permission, may_see, require, visible
from backend.org.queries import Places
from backend.paging import page
from backend.problems import NotFound

Row = dict[str, Any]
BLANK: Row = {"verdict": None, "number": None, "text": None, "note": None, "severity": None}
FILTERS = {"village_id": House.org_unit_id, "grid_id": House.grid_id, "state": House.state}


def list_houses(
    actor: Actor, filters: dict[str, Any], cursor: str | None, limit: int
) -> tuple[list[Row], str | None]:
    """A page of the register that the actor may see, by house code.

    Filters: state, village_id, grid_id, and `q` in address, code or landlord's name.
    """
    query = select(House).where(visible(actor, Permission.HOUSE_READ, House))
    for name, column in FILTERS.items():
        if filters.get(name) is not None:
            query = query.where(column == filters[name])
    if filters.get("q"):
        text = func.concat_ws(" ", House.address, House.code, House.landlord_name)
        query = query.where(text.icontains(filters["q"], autoescape=True))
    rows, following = page(query, House.code, House.id, cursor, limit, descending=False)
    places = Places.of(rows)
    return [_house_row(house, places) for house in rows], following


def households(
    actor: Actor, grid_ids: list[UUID], village_ids: list[UUID], states: list[str]
) -> Sequence[House]:
    """The houses of these grids and villages that the actor sees, in these states if any.

    Raises:
        Forbidden: the actor may see none at all.
    """
    query = (
        select(House)
        .where(visible(actor, Permission.HOUSE_READ, House))
        .where(House.grid_id.in_(grid_ids) | House.org_unit_id.in_(village_ids))
        .order_by(House.code)
    )
    if states:
        query = query.where(House.state.in_(states))
    return db.session.scalars(query).all()


def risky(grid_id: UUID, states: list[str]) -> Sequence[House]:
    """The houses of a grid in these states, those first that are due soonest."""
    inside = select(House).where(House.grid_id == grid_id, House.state.in_(states))
    return db.session.scalars(inside.order_by(House.next_due_on, House.code).limit(50)).all()


def _house_row(house: House, places: Places) -> Row:
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


def house_file(actor: Actor, house_id: UUID) -> Row:
    """A house with its rooms, occupants, inspections and cases; people masked."""
    house = find_house(actor, house_id)
    columns = "building_kind floors area_m2 room_count bed_count extinguishers"
    return {
        **_house_row(house, Places.of([house])),
        **{name: getattr(house, name) for name in columns.split()},
        "landlord_phone": mask_phone(house.landlord_phone),
        "rooms": _of_house(Room, house_id, Room.name),
        "occupants": [
            {"id": person.id, **person.feed_row()}
            for person in _of_house(Occupant, house_id, Occupant.since.desc())
        ],
        "inspections": _of_house(Inspection, house_id, Inspection.captured_at.desc()),
        "cases": cases_of_house(actor, house_id),
    }


def _of_house(model: Any, house_id: UUID, order: Any) -> Sequence[Any]:  # noqa: ANN401
    query = select(model).where(model.house_id == house_id).order_by(order, model.id)
    return db.session.scalars(query).all()


def inspection_file(actor: Actor, inspection_id: UUID) -> Row:
    """An inspection with its checklist, answers, findings and photos.

    Answers, findings and photos of restricted items are told to the cleared alone.
    """
    require(actor, Permission.INSPECTION_READ)
    inspection = db.session.get(Inspection, inspection_id)
    if inspection is None:
        raise NotFound("没有找到这次检查")
    require(actor, Permission.INSPECTION_READ, inspection)
    places = Places.of([inspection])
    columns = "id outcome result note task_id started_at captured_at received_at clock_suspect"
    cleared = is_cleared(actor)
    return {name: getattr(inspection, name) for name in columns.split()} | {
        "house": house_brief(db.session.get_one(House, inspection.house_id)),
        "checklist": db.session.get_one(Checklist, inspection.checklist_id),
        "answers": [
            BLANK | answer
            for answer in (inspection.answers if cleared else inspection.open_answers)
        ],
        "findings": _findings(actor, inspection_id),
        "photos": [photo_row(photo) for photo in inspection_photos(actor, inspection_id)],
        "worker": {"id": inspection.inspector_id, "name": inspection.inspector_name},
        "village": places.village(inspection),
        "grid": places.grid(inspection),
        "position": _position(inspection),
    }


def is_cleared(actor: Actor) -> bool:
    """Whether the actor may know of restricted items."""
    return Permission.CASE_READ_RESTRICTED in actor.permissions


def inspection_photos(actor: Actor, inspection_id: UUID) -> list[Photo]:
    """The photos of an inspection that the actor may see."""
    photos = photos_of("inspection", [inspection_id]).get(inspection_id, [])
    return [photo for photo in photos if is_cleared(actor) or not is_restricted(photo)]


def is_restricted(photo: Photo) -> bool:
    """Whether an inspection's photo is of a restricted item: such a one lives with its author."""
    return photo.owner_kind == "inspection" and photo.scope.startswith("user:")


def _findings(actor: Actor, inspection_id: UUID) -> list[Row]:
    rows = db.session.execute(
        select(Finding, Case)
        .join(Case, Case.id == Finding.case_id)
        .where(Finding.inspection_id == inspection_id)
        .order_by(Finding.item_code)
    )
    return [
        {"code": finding.item_code, "severity": finding.severity, "case": case}
        for finding, case in rows
        if may_see(actor, Permission.CASE_READ, case)
    ]


def _position(inspection: Inspection) -> Row | None:
    if inspection.lng is None:
        return None
    columns = ("lng", "lat", "accuracy")
    return {name: getattr(inspection, name) for name in columns} | {
        "source": inspection.position_source
    }


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


def find_checklist(checklist_id: UUID) -> Checklist:
    """A checklist that is or was in force; every phone holds those.

    Raises:
        NotFound: there is none, or it is a draft.
    """
    checklist = db.session.get(Checklist, checklist_id)
    if checklist is None or checklist.state == "draft":
        raise NotFound("没有这份清单")
    return checklist
