"""What each line of a sheet of houses comes to: a new house, changed facts, nothing, or a refusal.

A line means the house of its code; else the one of its village with its address; else the one
that the register takes for the same (within 30 m, the address the same but for what one leaves
out). Whoever imports is the centre: facts that at the door only wait for it are changed, and the
dry run names each. Nothing here touches the state of a house, nor what was found in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from backend.db import new_id
from backend.houses import facts as rules
from backend.houses.intake.register import Places, Register, Standing
from backend.houses.intake.sheet import NEEDED, Given
from backend.org.access import Actor, Permission, may_see
from backend.org.models import Grid

FARTHEST = 300  # metres outside its grid from which a point is of another place, or another datum
SAME_SPOT = 0.000_005  # degrees: half a metre
A_PART = 500  # lines between two words about how far it is

Progress = Callable[[float], object]
Hold = Callable[[set[UUID]], object]


@dataclass
class Planned:
    """What a line comes to; `house` is the row that stands, and None for a new one."""

    given: Given
    village_id: UUID | None = None
    grid: Grid | None = None
    house: Any = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    twins: list[Standing] = field(default_factory=list)
    new_id: UUID = field(default_factory=new_id)
    new_code: str = ""

    @property
    def kind(self) -> str:
        """create, change, same or refused."""
        if self.given.errors:
            return "refused"
        if self.house is None:
            return "create"
        return "change" if self.changes else "same"


def plan(
    actor: Actor, lines: Sequence[Given], progress: Progress, hold: Hold | None = None
) -> list[Planned]:
    """What the lines come to, in their order, as the register stands now.

    `hold` is told of the grids that are named, before the register is read.
    """
    places = Places(actor)
    planned = [Planned(given) for given in lines]
    for one in planned:
        _place(places, one)
    if hold is not None:
        hold({one.grid.id for one in planned if one.grid is not None})
    codes = {given.code for given in lines if given.code}
    villages = {one.village_id for one in planned if one.village_id}
    planner = _Planner(actor, places, Register(codes, villages))
    for number, one in enumerate(planned):
        planner.decide(one)
        if number % A_PART == 0:
            progress(number / len(planned))
    return planned


def _place(places: Places, one: Planned) -> None:
    """The village and the grid that a line names, or that its point lies in."""
    given = one.given
    named = places.villages.get(given.village, [])
    if given.village and not named:
        given.wrong("village", "本辖区没有这个村(社区)")
    one.grid = _grid(places, given)
    if one.grid and named and one.grid.org_unit_id not in named:
        where = one.grid.village_name
        told = f"这个网格属于{where}" if given.grid else f"坐标落在{where}"
        given.wrong("village", f"{told},不在{given.village}")
    if one.grid:
        one.village_id = one.grid.org_unit_id
    elif len(named) == 1:
        one.village_id = named[0]
    elif named:
        given.wrong("village", "有同名的村(社区),请填网格编号")


def _grid(places: Places, given: Given) -> Grid | None:
    if not given.grid:
        return places.at(given.point) if given.point and not given.code else None
    found = places.by_code.get(given.grid)
    if found is None:
        given.wrong("grid", "本辖区没有这个网格编号")
    return found


class _Planner:
    """Decides line by line; each sees what the lines before it come to."""

    def __init__(self, actor: Actor, places: Places, register: Register) -> None:
        self.actor, self.places, self.register = actor, places, register
        self.lines: dict[UUID, int] = {}  # of the houses that were spoken of

    def decide(self, one: Planned) -> None:
        """Find its house, and say what becomes of it."""
        if one.given.code:
            self._by_code(one)
        else:
            self._by_place(one)
        if one.house is not None:
            self._compare(one)
        elif not one.given.code:
            self._new(one)
        if one.given.errors:
            return
        if one.house is not None:
            self.lines[one.house.id] = one.given.line.number
        else:
            self.register.add(_on_line(one))

    def _by_code(self, one: Planned) -> None:
        given, house = one.given, self.register.by_code.get(one.given.code)
        if house is None or not may_see(self.actor, Permission.HOUSE_EDIT, house):
            given.wrong("code", "没有这个编号的房屋;新登记的房屋请不填编号")
        elif house.ended_on is not None:
            given.wrong("code", "这户已不再登记(拆除、拆分或并入另一户)")
        else:
            one.house = house
            if one.grid is not None and one.grid.id != house.grid_id:
                given.wrong("grid", "这户不在这个网格;导入不能调整网格")
            elif one.village_id not in {None, house.org_unit_id}:
                given.wrong("village", "这户不在这个村(社区);导入不能调整网格")

    def _by_place(self, one: Planned) -> None:
        """By its address in the village, else by what stands near."""
        given, address = one.given, one.given.facts.get("address")
        if address is None or one.village_id is None:
            return
        reading = rules.read_address(address)
        found = self.register.at_address(one.village_id, reading)
        if len(found) > 1 and all(same.house is not None for same in found):
            given.wrong("address", f"这个地址登记了 {len(found)} 户,请填房屋编号")
        elif found:
            self._is(one, found[0])
        elif given.point:
            near = list(self.register.near(one.village_id, reading, given.point))
            same = next((other for likeness, other in near if likeness >= rules.SAME), None)
            if same is not None:
                self._is(one, same)
            else:
                one.twins = [other for _, other in near]

    def _is(self, one: Planned, same: Standing) -> None:
        if same.house is None:
            one.given.wrong("address", f"与第 {same.line} 行是同一户", "repeated")
        one.house = same.house
        if one.grid and same.house is not None and one.grid.id != same.house.grid_id:
            if one.given.grid:
                one.given.wrong("grid", "这户已登记在另一网格;导入不能调整网格")
            one.grid = self.places.by_id.get(same.house.grid_id)

    def _compare(self, one: Planned) -> None:
        """What is otherwise on the register; what waits for a decision there is not touched."""
        given, house = one.given, one.house
        if house.id in self.lines:
            at = "code" if given.code else "address"
            given.wrong(at, f"与第 {self.lines[house.id]} 行是同一户", "repeated")
        for name, value in given.facts.items():
            before = getattr(house, name)
            if not _same(name, before, value):
                one.changes[name] = (before, value)
                if name in house.pending:
                    given.wrong(name, "这一项有待审核的内容,请先在房屋档案中审核", "pending")
        if "lng" in one.changes or "lat" in one.changes:
            one.grid = self.places.by_id.get(house.grid_id)
            self._near_its_grid(one)

    def _new(self, one: Planned) -> None:
        """What a new house must have."""
        given = one.given
        if one.village_id is None and given.errors:
            return  # it may be a house that stands: nobody knows
        told = {error.pointer.strip("/") for error in given.errors}
        for name in (*NEEDED, "lng"):
            if name not in given.facts and not told & {name, f"gcj_{name}"}:
                given.wrong(name, "新登记的房屋必填", "required")
        if one.grid is not None:
            self._near_its_grid(one)
        elif given.point and not given.grid:
            given.wrong("lng", "坐标不在本辖区的网格内;请核对坐标,或填网格编号")

    def _near_its_grid(self, one: Planned) -> None:
        if one.grid is None or one.given.point is None:
            return
        off = self.places.metres_off(one.grid, one.given.point)
        if off > FARTHEST:
            told = f"坐标在网格外 {off:.0f} 米;请核对坐标和坐标系"
            one.given.wrong("lng" if "lng" in one.given.line.values else "gcj_lng", told)


def _same(name: str, before: Any, value: Any) -> bool:  # noqa: ANN401 - any fact
    if name in ("lng", "lat"):
        return bool(abs(before - value) < SAME_SPOT)
    return bool(before == value)


def _on_line(one: Planned) -> Standing:
    """A house that this very file registers."""
    facts, given = one.given.facts, one.given
    if one.village_id is None or given.point is None:
        raise ValueError(given.line)
    reading = rules.read_address(facts["address"])
    return Standing(
        one.new_id,
        one.village_id,
        facts["address"],
        reading,
        given.point,
        line=given.line.number,
    )
