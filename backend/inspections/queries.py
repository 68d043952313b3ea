"""Reading inspections, and all that is known of a house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.cases.models import Case
from backend.cases.queries import cases_of_house
from backend.checklists.models import Checklist
from backend.checklists.rules import oddities, restricted_codes
from backend.db import db
from backend.houses.facts import mask_name, mask_phone
from backend.houses.history import history_of
from backend.houses.models import House, Occupant, Room
from backend.houses.queries import find_house, house_brief, house_row
from backend.houses.reviews import reviews_of
from backend.inspections.models import Finding, Inspection, Signature
from backend.media.models import Photo
from backend.media.queries import photo_row, photos_of
from backend.org.access import Actor, Permission, may_see, require
from backend.org.queries import Places
from backend.problems import NotFound

Row = dict[str, Any]
BLANK: Row = {"verdict": None, "number": None, "text": None, "note": None, "severity": None}


def house_file(actor: Actor, house_id: UUID) -> Row:
    """A house with its rooms, occupants, inspections and cases; people masked."""
    house = find_house(actor, house_id)
    columns = (
        "building_kind floors area_m2 room_count bed_count extinguishers lease_since lease_until"
        " pending ended_on ended_as merged_into_id"
    )
    return {
        **house_row(house, Places.of([house])),
        **{name: getattr(house, name) for name in columns.split()},
        "landlord_phone": mask_phone(house.landlord_phone),
        "agent_name": mask_name(house.agent_name),
        "agent_phone": mask_phone(house.agent_phone),
        "matched": house.address_id is not None,
        "reviews": reviews_of(actor, house),
        "events": history_of(house_id),
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
    checklist = db.session.get_one(Checklist, inspection.checklist_id)
    return {name: getattr(inspection, name) for name in columns.split()} | {
        "house": house_brief(db.session.get_one(House, inspection.house_id)),
        "checklist": checklist,
        "answers": [
            BLANK | answer
            for answer in (inspection.answers if cleared else inspection.open_answers)
        ],
        "oddities": _oddities(inspection, checklist, cleared=cleared),
        "findings": _findings(actor, inspection_id),
        "photos": [photo_row(photo) for photo in inspection_photos(actor, inspection_id)],
        "signatures": _signatures(inspection_id),
        "worker": {"id": inspection.inspector_id, "name": inspection.inspector_name},
        "village": places.village(inspection),
        "grid": places.grid(inspection),
        "position": _position(inspection),
    }


def _oddities(inspection: Inspection, checklist: Checklist, *, cleared: bool) -> list[Row]:
    """Answers that cannot be right: the checker judges what they are worth."""
    hidden = restricted_codes(checklist.items)
    return [
        {"code": code, "kind": kind}
        for code, kind in oddities(checklist.items, inspection.answers).items()
        if cleared or code not in hidden
    ]


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


def _signatures(inspection_id: UUID) -> Sequence[Signature]:
    query = select(Signature).where(Signature.inspection_id == inspection_id)
    return db.session.scalars(query.order_by(Signature.signed_at, Signature.id)).all()


def _position(inspection: Inspection) -> Row | None:
    if inspection.lng is None:
        return None
    columns = ("lng", "lat", "accuracy")
    return {name: getattr(inspection, name) for name in columns} | {
        "source": inspection.position_source
    }
