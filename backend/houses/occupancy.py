"""Who moves in and out, as it is told at the door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from backend.cases.rules import local_day
from backend.db import db, locked
from backend.houses.commands import own_house
from backend.houses.facts import mask_name
from backend.houses.history import note
from backend.houses.models import House, Occupant, Room
from backend.org.access import Permission, require
from backend.org.capture import Capture
from backend.problems import FieldError, NotFound, Refused

Args = Mapping[str, Any]


def move_in(capture: Capture, args: Args) -> bool:
    """Write down who lives there now; False when the same person stood there already.

    Raises:
        NotFound, Forbidden: as for any house; also for a room that is not the house's.
        Refused: `hash-conflict`, when the id is another person's.
    """
    require(capture.actor, Permission.SYNC)
    house = own_house(capture, args["house_id"])
    known = db.session.get(Occupant, args["occupant_id"])
    if known is not None:
        if (known.house_id, known.name) != (house.id, args["name"]):
            raise Refused("hash-conflict", "这个编号已是另一名居住人员,请重新登记")
        return False
    columns = "room_id name id_masked relation origin since"
    db.session.add(
        Occupant(
            id=args["occupant_id"],
            house_id=house.id,
            grid_id=house.grid_id,
            **{name: args[name] for name in columns.split()} | {"room_id": _room(house, args)},
        )
    )
    _count(house)
    told = {"name": mask_name(args["name"]), "on": args["since"]}
    note(house, "moved_in", capture.actor, capture.captured_at, **told)
    return True


def _room(house: House, args: Args) -> UUID | None:
    if args["room_id"] is None:
        return None
    room = db.session.get(Room, args["room_id"])
    if room is None or room.house_id != house.id:
        detail = "这户没有这间房"
        raise NotFound(detail, [FieldError("/args/room_id", "not-found", detail)])
    return room.id


def move_out(capture: Capture, args: Args) -> bool:
    """Write down that somebody has left; False when that was known, and its day stands.

    Raises:
        NotFound: nobody of the house has this id. Forbidden: as for any house.
        Refused: `validation`, when the day is before the one of moving in, or not come yet.
    """
    require(capture.actor, Permission.SYNC)
    house = own_house(capture, args["house_id"])
    person = locked(Occupant, args["occupant_id"])
    if person is None or person.house_id != house.id:
        detail = "这户没有这名居住人员"
        raise NotFound(detail, [FieldError("/args/occupant_id", "not-found", detail)])
    if not person.since <= args["until"] <= local_day(capture.received_at):
        detail = f"搬离日期应在入住日期 {person.since} 之后、今天之前"
        raise Refused("validation", detail, [FieldError("/args/until", "range", detail)])
    told = {"name": mask_name(person.name), "on": args["until"]}
    note(house, "moved_out", capture.actor, capture.captured_at, **told)
    if person.until is not None:
        return False
    person.until = args["until"]
    _count(house)
    return True


def relet(capture: Capture, args: Args) -> House:
    """The house has other tenants: those whom the author knew there have left on that day.

    Raises:
        NotFound, Forbidden: as for any house.
    """
    require(capture.actor, Permission.SYNC)
    house = own_house(capture, args["house_id"])
    here = select(Occupant).where(
        Occupant.house_id == house.id, Occupant.until.is_(None), Occupant.id.in_(args["left"])
    )
    left = list(db.session.scalars(here.with_for_update()))
    for person in left:
        person.until = max(args["on"], person.since)
    house.lease_since, house.lease_until = args["on"], None
    _count(house)
    told = {"on": args["on"], "people": len(left), "note": args["note"]}
    note(house, "relet", capture.actor, capture.captured_at, **told)
    return house


def _count(house: House) -> None:
    db.session.flush()
    living = select(func.count()).where(Occupant.house_id == house.id, Occupant.until.is_(None))
    house.occupant_count = db.session.scalar(living) or 0
