"""Houses registered and corrected at the door (sync protocol, section 10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from geoalchemy2 import Geography
from geoalchemy2.functions import ST_Distance, ST_DWithin, ST_MakePoint, ST_SetSRID
from sqlalchemy import cast, func, select

from backend.cases.rules import local_day
from backend.db import db, locked
from backend.houses import facts as rules
from backend.houses.addresses import matching
from backend.houses.commands import own_house
from backend.houses.history import note, plain
from backend.houses.models import House, Room
from backend.houses.register_models import HouseAlias, HouseReview
from backend.org import queries as org
from backend.org.access import Permission, require
from backend.org.capture import Capture
from backend.org.models import Grid
from backend.problems import FieldError, Forbidden, NotFound, Refused

FIRST_CHECK = timedelta(days=7)  # a new house is to be seen within a week

Args = Mapping[str, Any]


def register(capture: Capture, args: Args) -> tuple[House, bool]:
    """Register a house; True beside it when it stood there already, under its own id.

    Raises:
        NotFound: there is no such grid.
        Forbidden: the author held no duty in it, neither then nor since.
        Refused: `hash-conflict`, when the id is another house's.
    """
    require(capture.actor, Permission.SYNC)
    grid = _own_grid(capture, args["grid_id"])
    if db.session.get(House, args["house_id"]) is not None:
        raise Refused("hash-conflict", "这个编号的房屋已登记,请重新登记")
    near = houses_near(grid, args["lng"], args["lat"])
    twin = _same(near, args)
    if twin is not None:
        return _register_again(capture, twin, args), True
    house = add(grid, args, due=local_day(capture.captured_at) + FIRST_CHECK)
    note(house, "registered", capture.actor, capture.captured_at)
    for other in near:
        if rules.likeness(other.address, house.address) >= rules.ALIKE:
            _ask(capture, house, "twin", other_id=other.id)
    return house, False


def _own_grid(capture: Capture, grid_id: UUID) -> Grid:
    """The grid, locked: of two who register the same house at once the second finds the first's."""
    grid = locked(Grid, grid_id)
    if grid is None or grid.kind == "micro" or grid.retired_at is not None:
        detail = "没有这个网格"
        raise NotFound(detail, [FieldError("/args/grid_id", "not-found", detail)])
    mine = org.has_duty(capture.actor, {grid.id}, capture.captured_at)
    if not mine and not (capture.by_hand and org.lies_in_townships(capture.actor, grid.org_path)):
        detail = "这个网格不是您负责的"
        raise Forbidden(detail, [FieldError("/args/grid_id", "forbidden", detail)])
    return grid


def houses_near(grid: Grid, lng: float, lat: float) -> list[House]:
    """The houses of the grid's village around a point, the nearest first."""
    here = cast(ST_SetSRID(ST_MakePoint(lng, lat), 4326), Geography(srid=4326))
    there = cast(House.point, Geography(srid=4326))
    query = select(House).where(
        House.org_unit_id == grid.org_unit_id,
        House.ended_on.is_(None),
        ST_DWithin(there, here, rules.NEAR_M),
    )
    return list(db.session.scalars(query.order_by(ST_Distance(there, here), House.id)))


def _same(near: list[House], args: Args) -> House | None:
    """The house that this one is beyond doubt, unless its author says that it is another."""
    for house in near:
        same = rules.likeness(house.address, args["facts"]["address"]) >= rules.SAME
        if same and house.id not in args["not_same"]:
            return house
    return None


def _register_again(capture: Capture, house: House, args: Args) -> House:
    """What was written down of it a second time is a correction that has seen nothing."""
    db.session.add(HouseAlias(id=args["house_id"], house_id=house.id))
    house = own_house(capture, house.id)
    told = {name: value for name, value in args["facts"].items() if value not in (None, "")}
    _take(capture, house, told, {}, "registered_again")
    _put_rooms(house, args["rooms"])
    return house


def add(grid: Grid, args: Args, **more: Any) -> House:  # noqa: ANN401 - what stands in columns
    """Put a house on the register, with the next code of its grid."""
    house = House(
        id=args["house_id"],
        org_unit_id=grid.org_unit_id,
        org_path=grid.org_path,
        grid_id=grid.id,
        code=_next_code(grid),
        village_name=grid.village_name,
        address_id=matching(grid.org_unit_id, args["facts"]["address"]),
        lng=args["lng"],
        lat=args["lat"],
        next_due_on=more["due"],
        **args["facts"],
    )
    db.session.add(house)
    db.session.flush()
    _put_rooms(house, args["rooms"])
    return house


def _next_code(grid: Grid) -> str:
    number = func.substring(House.code, len(grid.code) + 2)
    query = select(func.max(number)).where(House.code.like(f"{grid.code}-____"))
    return f"{grid.code}-{int(db.session.scalar(query) or 0) + 1:04}"


def correct(capture: Capture, args: Args) -> House:
    """Take in what somebody found to be otherwise at the door.

    Facts that nobody else changed meanwhile are changed, and so are facts of plain description,
    whose former value waits for the centre where the author had not seen it. Of facts that only
    the centre changes, what is proposed waits.

    Raises:
        NotFound: there is no such house.
        Forbidden: the author held no duty there, neither then nor since.
    """
    require(capture.actor, Permission.SYNC)
    house = own_house(capture, args["house_id"])
    _take(capture, house, args["changes"], args["seen"], "corrected")
    _put_rooms(house, args["rooms"])
    return house


def _take(capture: Capture, house: House, patch: Args, seen: Args, kind: str) -> None:
    ours = {name: getattr(house, name) for name in rules.FACTS}
    merged = rules.merge(ours, patch, seen)
    for name, value in merged.changes.items():
        setattr(house, name, value)
    for name, value in merged.proposed.items():
        _ask(capture, house, "change", name, seen=seen.get(name), ours=ours[name], theirs=value)
    for name, value in merged.contested.items():
        _ask(capture, house, "contested", name, seen=seen.get(name), ours=patch[name], theirs=value)
    changed = {name: [ours[name], value] for name, value in merged.changes.items()}
    waiting = {"waiting": sorted(merged.proposed)} if merged.proposed else {}
    note(house, kind, capture.actor, capture.captured_at, facts=changed, **waiting)


def _ask(
    capture: Capture,
    house: House,
    kind: str,
    field: str | None = None,
    other_id: UUID | None = None,
    **values: Any,  # noqa: ANN401 - facts
) -> None:
    """Have the centre decide."""
    review = HouseReview(
        house_id=house.id,
        other_id=other_id,
        org_path=house.org_path,
        grid_id=house.grid_id,
        kind=kind,
        field=field,
        values=plain(values),
        by_id=capture.actor.user_id,
        by_name=capture.actor.name,
        captured_at=capture.captured_at,
    )
    db.session.add(review)
    if field is not None:
        house.pending = sorted({*house.pending, field})


def _put_rooms(house: House, rooms: list[dict[str, Any]]) -> None:
    """Rooms by the ids that the phone gave them; one of another house stays as it is."""
    for told in rooms:
        room = db.session.get(Room, told["room_id"])
        if room is None:
            room = Room(id=told["room_id"], house_id=house.id, grid_id=house.grid_id)
            db.session.add(room)
        if room.house_id != house.id:
            detail = "这间房属于另一户"
            raise Refused("hash-conflict", detail, [FieldError("/args/rooms", "taken", detail)])
        room.name, room.area_m2, room.use = told["name"], told["area_m2"], told["use"]
    db.session.flush()


def say_gone(capture: Capture, args: Args) -> House:
    """Tell the centre that a house was split or is demolished; the centre decides.

    Raises:
        NotFound, Forbidden: as `correct` does.
    """
    require(capture.actor, Permission.SYNC)
    house = own_house(capture, args["house_id"])
    told = {"on": args["on"], "note": args["note"]}
    _ask(capture, house, "ended", "ended", theirs=args["kind"], **told)
    note(house, "corrected", capture.actor, capture.captured_at, waiting=["ended"])
    return house
