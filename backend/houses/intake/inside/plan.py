"""What each line of a sheet of rooms or occupants comes to: new, changed, nothing, or a refusal.

A line names its house by code, or by village and address as they stand on the register. A room is
known by its name, a person by name and masked number; somebody who has left and comes again is
there a second time. Days that stand on the register stay: an import says who came and who left,
and never moves what was said at the door.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.cases.rules import local_day
from backend.db import db, new_id, utc_now
from backend.houses import facts as rules
from backend.houses.intake.inside.sheet import may_be_one
from backend.houses.intake.plan import A_PART, Hold, Progress
from backend.houses.intake.register import Places, Register, Standing
from backend.houses.intake.sheet import Given
from backend.houses.intake.writing import MOVED
from backend.houses.models import Occupant, Room
from backend.org.access import Actor, Permission, may_see


@dataclass
class Part:
    """What a line comes to; `row` is what stands already, and None for a new room or person."""

    given: Given
    house: Any = None
    row: Any = None
    rooms: dict[str, UUID] = field(default_factory=dict)  # of its house, by name
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    new_id: UUID = field(default_factory=new_id)
    new_code: str = ""
    twins: Sequence[Standing] = ()

    @property
    def kind(self) -> str:
        """create, change, same or refused."""
        if self.given.errors:
            return "refused"
        if self.row is None:
            return "create"
        return "change" if self.changes else "same"

    def need(self, *names: str) -> None:
        """Refuse what is new without these."""
        told = {error.pointer.strip("/") for error in self.given.errors}
        for name in names:
            if name not in self.given.facts and name not in told:
                self.given.wrong(name, "新登记的必填", "required")


def plan_rooms(
    actor: Actor, lines: Sequence[Given], progress: Progress, hold: Hold | None = None
) -> list[Part]:
    """What lines of rooms come to, in their order."""
    parts = _with_houses(actor, lines, hold)
    rooms = _by_house(Room, parts)
    spoken: dict[tuple[UUID, str], int] = {}
    for one in _housed(parts, progress):
        given = one.given
        before = spoken.setdefault((one.house.id, given.name), given.line.number)
        found = [room for room in rooms[one.house.id] if room.name == given.name]
        if before != given.line.number:
            given.wrong("room", f"与第 {before} 行是同一间", "repeated")
        elif len(found) > 1:
            given.wrong("room", f"这户有 {len(found)} 间同名的房间,请先在房屋档案中区分")
        elif found:
            one.row = found[0]
            one.changes = _otherwise(one.row, given.facts)
        else:
            one.need("area_m2", "use")
    return parts


def plan_occupants(
    actor: Actor, lines: Sequence[Given], progress: Progress, hold: Hold | None = None
) -> list[Part]:
    """What lines of people come to, in their order; each sees what the lines before it come to."""
    parts = _with_houses(actor, lines, hold)
    rooms, stays = _by_house(Room, parts), _stays(parts)
    for one in _housed(parts, progress):
        _live_in(one, rooms[one.house.id])
        here = stays[one.house.id]
        _stay(one, here)
        if not one.given.errors:
            others = [stay for stay in here if one.row is None or stay.row is not one.row]
            stays[one.house.id] = [*others, _told(one)]
    return parts


@dataclass(frozen=True)
class Stay:
    """Somebody's time in a house: on the register, or on an earlier line of the file."""

    name: str
    identity: str | None
    since: Any
    until: Any
    row: Any
    line: int = 0


def _stays(parts: Iterable[Part]) -> dict[UUID, list[Stay]]:
    found: dict[UUID, list[Stay]] = defaultdict(list)
    for house_id, rows in _by_house(Occupant, parts).items():
        found[house_id] = [Stay(row.name, row.id_masked, row.since, row.until, row) for row in rows]
    return found


def _told(one: Part) -> Stay:
    """What stands once the line is carried out: where it says nothing, what stood."""
    given, row = one.given, one.row
    stood = (row.id_masked, row.since, row.until) if row is not None else (None, None, None)
    named = zip(("identity", "since", "until"), stood, strict=True)
    identity, since, until = (given.facts.get(name, before) for name, before in named)
    return Stay(given.name, identity, since, until, row, given.line.number)


def _stay(one: Part, stays: Sequence[Stay]) -> None:
    """Find the person's stay that the line speaks of, or see that it is a new one."""
    given = one.given
    same = _same_person(given, stays)
    here = [stay for stay in same if stay.since == given.facts.get("since")]
    here = here or [stay for stay in same if stay.until is None]
    if len(here) > 1:
        given.wrong("name", f"这户有 {len(here)} 名同名的居住人员,请填证件号码")
    elif here and here[0].line:
        given.wrong("name", f"与第 {here[0].line} 行是同一人", "repeated")
    elif here:
        one.row = here[0].row
        _compare(one)
    else:
        _new(one, [stay.until for stay in same])


def _same_person(given: Given, stays: Sequence[Stay]) -> list[Stay]:
    """Those of this name whose number is the same, or is not known on one side."""
    identity = given.facts.get("identity")
    named = [stay for stay in stays if stay.name == given.name]
    if identity is None:
        return named
    known = [stay for stay in named if stay.identity is not None]
    same = [stay for stay in known if may_be_one(str(stay.identity), identity)]
    return same or [stay for stay in named if stay.identity is None]


def _compare(one: Part) -> None:
    """What is otherwise on the register; its days stand."""
    facts, row = one.given.facts, one.row
    if facts.get("since", row.since) != row.since:
        one.given.wrong("since", f"登记的入住日期是 {row.since},导入不能修改")
    if row.until is not None and facts.get("until", row.until) != row.until:
        one.given.wrong("until", f"登记的搬离日期是 {row.until},导入不能修改")
    _require_past(one, row.since)
    told: dict[str, Any] = {
        name: facts[name] for name in ("relation", "origin", "until") if name in facts
    }
    one.changes |= _otherwise(row, told)
    if row.id_masked is None and "identity" in facts:
        one.changes["id_masked"] = (None, facts["identity"])
    room = facts.get("room")
    if room is not None and one.rooms[room] != row.room_id:
        before = (name for name, room_id in one.rooms.items() if room_id == row.room_id)
        one.changes["room"] = (next(before, None), room)


def _new(one: Part, left: Sequence[Any]) -> None:
    one.need("relation", "origin", "since")
    since = one.given.facts.get("since")
    if left and since is not None and since <= max(left):
        told = f"此人登记为 {max(left)} 搬离;再次入住的日期应在这之后"
        one.given.wrong("since", told)
    if since is not None:
        _require_past(one, since)


def _require_past(one: Part, since: Any) -> None:  # noqa: ANN401 - a day
    until = one.given.facts.get("until")
    if until is not None and not since <= until <= local_day(utc_now()):
        one.given.wrong("until", f"应在入住日期 {since} 之后、今天之前")


def _live_in(one: Part, rooms: Sequence[Any]) -> None:
    """The room that a line names."""
    one.rooms = {room.name: room.id for room in rooms}
    name = one.given.facts.get("room")
    if name is not None and [room.name for room in rooms].count(name) != 1:
        told = "有几间同名的房间" if name in one.rooms else "没有这间房;请先导入房间"
        one.given.wrong("room", f"这户{told}")
        del one.given.facts["room"]


def _otherwise(row: Any, facts: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:  # noqa: ANN401
    return {
        name: (getattr(row, name), value)
        for name, value in facts.items()
        if getattr(row, name) != value
    }


def _with_houses(actor: Actor, lines: Sequence[Given], hold: Hold | None) -> list[Part]:
    """The lines with their houses; where these are to be changed they are held, and read anew."""
    places = Places(actor)
    villages = {key for one in lines for key in places.villages.get(one.village, [])}
    register = Register({one.code for one in lines if one.code}, villages)
    parts = [Part(given) for given in lines]
    for one in parts:
        _find(actor, one, places, register)
    if hold is None:
        return parts
    held: Any = hold({one.house.id for one in parts if one.house is not None})
    for one in parts:
        if one.house is None:
            continue
        one.house = held.get(one.house.id, one.house)
        if one.house.ended_on is not None:
            one.given.wrong("code" if one.given.code else "address", MOVED, "moved")
    return parts


def _find(actor: Actor, one: Part, places: Places, register: Register) -> None:
    given = one.given
    if given.code:
        house = register.by_code.get(given.code)
        if house is None or not may_see(actor, Permission.HOUSE_EDIT, house):
            given.wrong("code", "没有这个编号的房屋;请先导入房屋")
        elif house.ended_on is not None:
            given.wrong("code", "这户已不再登记(拆除、拆分或并入另一户)")
        else:
            one.house = house
    elif given.village and given.address:
        _find_by_address(one, places.villages.get(given.village, []), register)


def _find_by_address(one: Part, villages: Sequence[UUID], register: Register) -> None:
    given, reading = one.given, rules.read_address(one.given.address)
    found = [same for village in villages for same in register.at_address(village, reading)]
    if not villages:
        given.wrong("village", "本辖区没有这个村(社区)")
    elif not found:
        given.wrong("address", "没有登记这个地址;请先导入房屋")
    elif len(found) > 1:
        given.wrong("address", f"这个地址登记了 {len(found)} 户,请填房屋编号")
    else:
        one.house = found[0].house


def _housed(parts: Sequence[Part], progress: Progress) -> Iterable[Part]:
    """Those whose house is known."""
    for number, one in enumerate(parts):
        if number % A_PART == 0:
            progress(number / len(parts))
        if one.house is not None:
            yield one


def _by_house(model: Callable[..., Any], parts: Iterable[Part]) -> dict[UUID, list[Any]]:
    """The rows of a table that belong to these houses."""
    table: Any = model
    ids = {one.house.id for one in parts if one.house is not None}
    columns = [column for column in table.__table__.columns if column.computed is None]
    found: dict[UUID, list[Any]] = defaultdict(list)
    query = select(*columns).where(table.house_id.in_(ids)).order_by(table.id)
    for row in db.session.execute(query):
        found[row.house_id].append(row)
    return found
