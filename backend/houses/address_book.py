"""The table of standard addresses: brought from a sheet, and houses matched with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from uuid import UUID

from sqlalchemy import select

from backend.audit import commands as audit
from backend.db import db, locked, utc_now
from backend.feed import changes
from backend.feed.bulk import Rows, new_record
from backend.houses.addresses import alike, book_of
from backend.houses.facts import LONGEST_ADDRESS, plain_address
from backend.houses.history import note
from backend.houses.models import House
from backend.houses.register_models import Address, HouseEvent
from backend.org.access import Actor, Permission, below, require
from backend.org.models import OrgUnit
from backend.problems import Conflict, FieldError, NotFound
from backend.sheets import Bounds, BrokenLine, Column, Line, read_table

BOUNDS = Bounds(lines=50_000)
AT_ONCE = 1000  # rows of a statement
COLUMNS = (
    Column("村(社区)", "village", required=True, about="写全称", sample="示例社区"),
    Column("标准地址", "text", required=True, about="到门牌或室号", sample="示例路8号"),
)


@dataclass(frozen=True)
class Reading:
    """What a table would bring or has brought: new ones, known ones, broken lines, matches."""

    new: list[tuple[OrgUnit, str]]
    same: int
    broken: list[BrokenLine]
    matched: int = 0


def preview(actor: Actor, data: bytes) -> Reading:
    """Read a table of addresses; nothing is changed.

    Raises:
        Forbidden: the register is not the actor's to change.
        SheetUnreadable: as `sheets.read_table` says.
    """
    require(actor, Permission.HOUSE_EDIT)
    villages = _villages(actor)
    lines = read_table(data, COLUMNS, BOUNDS).lines
    named = {units[0].id for line in lines if (units := villages.get(line.values["village"]))}
    known, same = set(book_of(named)), 0
    new, broken = [], []
    for line in lines:
        village, errors = _read(line, villages)
        if village is None or errors:
            broken.append(BrokenLine(line, errors))
            continue
        key = village.id, plain_address(line.values["text"])
        if key in known:
            same += 1
        else:
            new.append((village, line.values["text"]))
        known.add(key)
    return Reading(new, same, broken)


def _villages(actor: Actor) -> dict[str, list[OrgUnit]]:
    mine = below(actor, Permission.HOUSE_EDIT, OrgUnit.path)
    found: dict[str, list[OrgUnit]] = {}
    for unit in db.session.scalars(select(OrgUnit).where(mine, OrgUnit.kind == "village")):
        found.setdefault(unit.name, []).append(unit)
    return found


def _read(
    line: Line, villages: dict[str, list[OrgUnit]]
) -> tuple[OrgUnit | None, list[FieldError]]:
    errors, units = [], villages.get(line.values["village"], [])
    if len(units) != 1:
        told = "有同名的村(社区)" if units else "本辖区没有这个村(社区)"
        errors.append(FieldError("/village", "invalid", told))
    if not 2 <= len(line.values["text"]) <= LONGEST_ADDRESS:
        told = f"长度应在 2 到 {LONGEST_ADDRESS} 个字之间"
        errors.append(FieldError("/text", "invalid", told))
    return (units[0] if units else None), errors


def take(actor: Actor, data: bytes) -> Reading:
    """Add the good lines of a table, and match the houses whose address is one of them.

    Raises:
        Forbidden, SheetUnreadable: as `preview` does.
    """
    reading = preview(actor, data)
    rows = [
        new_record(Address, org_unit_id=village.id, org_path=village.path, text=text)
        for village, text in reading.new
    ]
    for first in range(0, len(rows), AT_ONCE):
        part = rows[first : first + AT_ONCE]
        changes.write(db.session(), [Rows(Address, part, conflict="ON CONFLICT DO NOTHING")])
    matched = _match_all(actor, {village.id for village, _ in reading.new})
    counts = {"new": len(rows), "same": reading.same, "matched": matched}
    audit.record(actor.user_id, "address.import", "address", None, **counts)
    return Reading(reading.new, reading.same, reading.broken, matched)


def _match_all(actor: Actor, village_ids: set[UUID]) -> int:
    """Match the houses of these villages whose address is a standard one; answers how many."""
    book = book_of(village_ids)
    columns = [column for column in House.__table__.columns if column.computed is None]
    query = select(*columns).where(
        House.org_unit_id.in_(village_ids), House.address_id.is_(None), House.ended_on.is_(None)
    )
    held = query.order_by(House.id).with_for_update(key_share=True, of=House)
    houses = [SimpleNamespace(**row._mapping) for row in db.session.execute(held)]  # noqa: SLF001
    for house in houses:
        house.address_id = book.get((house.org_unit_id, plain_address(house.address)))
    matched = [house for house in houses if house.address_id is not None]
    for first in range(0, len(matched), AT_ONCE):
        part = matched[first : first + AT_ONCE]
        events = [_event(actor, house) for house in part]
        writes = [Rows(House, part, ("address_id",)), Rows(HouseEvent, events)]
        changes.write(db.session(), writes)
    return len(matched)


def _event(actor: Actor, house: SimpleNamespace) -> SimpleNamespace:
    return new_record(
        HouseEvent,
        house_id=house.id,
        grid_id=house.grid_id,
        kind="matched",
        at=utc_now(),
        by_id=actor.user_id,
        by_name=actor.name,
        detail={},
    )


def candidates(actor: Actor, house_id: UUID) -> Sequence[Address]:
    """The standard addresses that a house may have, the likeliest first.

    Raises:
        Forbidden, NotFound: it is not the actor's to change, or there is none.
    """
    require(actor, Permission.HOUSE_EDIT)
    house = db.session.get(House, house_id)
    if house is None:
        raise NotFound("没有找到这户出租房")
    require(actor, Permission.HOUSE_EDIT, house)
    return alike(house.org_unit_id, house.address)


def match(actor: Actor, house_id: UUID, address_id: UUID) -> House:
    """Say which standard address a house has.

    Raises:
        Forbidden, NotFound: it is not the actor's to change, or there is none of either.
        Conflict: the address is in another village.
    """
    require(actor, Permission.HOUSE_EDIT)
    house, address = locked(House, house_id), db.session.get(Address, address_id)
    if house is None or address is None:
        raise NotFound("没有找到这户出租房或这个标准地址")
    require(actor, Permission.HOUSE_EDIT, house)
    if address.org_unit_id != house.org_unit_id:
        raise Conflict("这个标准地址属于别的村(社区)")
    if house.address_id != address.id:
        house.address_id = address.id
        note(house, "matched", actor, utc_now(), address=address.text)
        audit.record(actor.user_id, "house.match", "house", house.id, address=str(address.id))
    return house
