"""Carrying out an import of rooms or occupants: many rows by one statement, and what happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, select

from backend.db import db
from backend.feed import changes
from backend.feed.bulk import Rows, new_record
from backend.houses.facts import mask_name
from backend.houses.intake.inside.plan import Part
from backend.houses.intake.plan import Progress
from backend.houses.intake.writing import AT_ONCE, announce, event
from backend.houses.models import House, Occupant, Room
from backend.houses.register_models import HouseEvent
from backend.org.access import Actor

STAY = ("room_id", "id_masked", "relation", "origin", "until")


def write_rooms(actor: Actor, at: datetime, planned: Sequence[Part], progress: Progress) -> None:
    """Write the rooms that are planned, and in each house that it was imported."""
    new = [_room(one) for one in _of("create", planned)]
    changed = [_merged(one.row, one.changes) for one in _of("change", planned)]
    events = [event(actor, at, house, "imported") for house in _houses(planned)]
    whole = [Rows(Room, new), Rows(Room, changed, ("area_m2", "use")), Rows(HouseEvent, events)]
    _write(whole, progress)
    announce(_houses(planned))


def write_occupants(
    actor: Actor, at: datetime, planned: Sequence[Part], progress: Progress
) -> None:
    """Write who lives there and who has left, with the events that the door would have written."""
    new = [_occupant(one) for one in _of("create", planned)]
    changed = [_stay(one) for one in _of("change", planned)]
    events = [move for one in planned for move in _moves(actor, at, one)]
    corrected = [one for one in _of("change", planned) if set(one.changes) - {"until"}]
    events += [event(actor, at, house, "imported") for house in _houses(corrected)]
    _write([Rows(Occupant, new), Rows(Occupant, changed, STAY), Rows(HouseEvent, events)], progress)
    _count(planned)
    announce(_houses(planned))


def _of(kind: str, planned: Sequence[Part]) -> list[Part]:
    return [one for one in planned if one.kind == kind]


def _houses(planned: Sequence[Part]) -> list[Any]:
    """The houses that are written to, each once."""
    written = [*_of("create", planned), *_of("change", planned)]
    return list({one.house.id: one.house for one in written}.values())


def _room(one: Part) -> SimpleNamespace:
    facts = {"name": one.given.name, **one.given.facts}
    return _inside(Room, one, **facts)


def _occupant(one: Part) -> SimpleNamespace:
    facts = {name: one.given.facts.get(name) for name in ("relation", "origin", "since", "until")}
    room, identity = one.given.facts.get("room", ""), one.given.facts.get("identity")
    person = {"name": one.given.name, "id_masked": identity, "room_id": one.rooms.get(room)}
    return _inside(Occupant, one, **person, **facts)


def _inside(model: Any, one: Part, **facts: Any) -> SimpleNamespace:  # noqa: ANN401
    home = {"house_id": one.house.id, "grid_id": one.house.grid_id}
    return new_record(model, id=one.new_id, **home, **facts)


def _stay(one: Part) -> SimpleNamespace:
    changed = dict(one.changes)
    if "room" in changed:
        changed["room_id"] = (None, one.rooms[changed.pop("room")[1]])
    return _merged(one.row, changed)


def _merged(row: Any, changed: dict[str, tuple[Any, Any]]) -> SimpleNamespace:  # noqa: ANN401
    new = {name: value for name, (_, value) in changed.items()}
    return SimpleNamespace(**{**row._mapping, **new})  # noqa: SLF001 - its own way


def _moves(actor: Actor, at: datetime, one: Part) -> Iterator[SimpleNamespace]:
    """Who came, who left."""
    told = {"name": mask_name(one.given.name)}
    facts = one.given.facts
    if one.kind == "create":
        yield event(actor, at, one.house, "moved_in", **told, on=facts["since"])
    left = facts.get("until") if one.kind == "create" else one.changes.get("until", (0, None))[1]
    if one.kind in ("create", "change") and left is not None:
        yield event(actor, at, one.house, "moved_out", **told, on=left)


def _write(whole: Sequence[Rows], progress: Progress) -> None:
    parts = [
        Rows(rows.model, rows.records[first : first + AT_ONCE], rows.changed)
        for rows in whole
        for first in range(0, len(rows.records), AT_ONCE)
    ]
    for number, part in enumerate(parts):
        changes.write(db.session(), [part])
        progress((number + 1) / len(parts))


def _count(planned: Sequence[Part]) -> None:
    """How many live in each house now, where that is otherwise."""
    houses = {house.id: house for house in _houses(planned)}
    query = select(Occupant.house_id, func.count().label("n")).group_by(Occupant.house_id)
    living = query.where(Occupant.house_id.in_(houses), Occupant.until.is_(None))
    counts = {row.house_id: row.n for row in db.session.execute(living)}
    records = [
        SimpleNamespace(**{**vars(house), "occupant_count": counts.get(house_id, 0)})
        for house_id, house in houses.items()
        if house.occupant_count != counts.get(house_id, 0)
    ]
    _write([Rows(House, records, ("occupant_count",))], lambda _: None)
