"""The register as an import asks it: whole villages at once, and what stands near a point."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import cos, floor, hypot, radians
from typing import Any
from uuid import UUID

import shapely
from sqlalchemy import select

from backend.db import db
from backend.houses import facts as rules
from backend.houses.addresses import Book, book_of
from backend.houses.models import House
from backend.org.access import Actor, Permission, below
from backend.org.models import Grid, OrgUnit

CELL = 0.0006  # degrees: nowhere in China narrower than what is near
METRES = 111_195.0  # a degree of a great circle
COLUMNS = (
    *("id", "code", "org_unit_id", "grid_id", "org_path", "pending", "ended_on"),
    *rules.FACTS,
)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """How far apart two points are that are near each other."""
    east = (one[0] - other[0]) * cos(radians((one[1] + other[1]) / 2))
    return hypot(east, one[1] - other[1]) * METRES


@dataclass(frozen=True)
class Standing:
    """A house that stands on the register, or on an earlier line of the file."""

    id: UUID
    village_id: UUID
    address: str
    reading: rules.Reading
    point: tuple[float, float]
    house: Any = None  # its row; None: it is on the line of that number
    line: int = 0


class Places:
    """The grids where the actor keeps the register, by code and by what lies in them."""

    def __init__(self, actor: Actor) -> None:
        """Read them."""
        mine = below(actor, Permission.HOUSE_EDIT, Grid.org_path)
        query = select(Grid).where(mine, Grid.kind != "micro", Grid.retired_at.is_(None))
        self.grids = list(db.session.scalars(query.order_by(Grid.code)))
        self.by_code = {grid.code: grid for grid in self.grids}
        self.by_id = {grid.id: grid for grid in self.grids}
        units = select(OrgUnit.name, OrgUnit.id).where(OrgUnit.kind == "village")
        self.villages: dict[str, list[UUID]] = defaultdict(list)
        for row in db.session.execute(
            units.where(below(actor, Permission.HOUSE_EDIT, OrgUnit.path))
        ):
            self.villages[row.name].append(row.id)

    def at(self, point: tuple[float, float]) -> Grid | None:
        """The grid that a point lies in."""
        found = self._tree.query(shapely.Point(point), predicate="intersects")
        return self.grids[min(found)] if len(found) else None

    def metres_off(self, grid: Grid, point: tuple[float, float]) -> float:
        """How far outside a grid a point lies; 0 inside."""
        outline, spot = self._outlines[grid.id], shapely.Point(point)
        if outline.intersects(spot):
            return 0.0
        nearest = shapely.shortest_line(outline, spot).coords[0]
        return metres((nearest[0], nearest[1]), point)

    @cached_property
    def _outlines(self) -> dict[UUID, Any]:
        return {grid.id: shapely.geometry.shape(grid.outline) for grid in self.grids}

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree([self._outlines[grid.id] for grid in self.grids])


class Register:
    """The houses of the villages that a file speaks of; what it registers joins them."""

    def __init__(self, codes: Collection[str], villages: Collection[UUID]) -> None:
        """Read the houses of these codes, and all of these villages."""
        self.by_code: dict[str, Any] = {}
        self._by_address: dict[tuple[UUID, str], list[Standing]] = defaultdict(list)
        self._near: dict[tuple[int, int], dict[str, list[Standing]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self.book: Book = book_of(villages)
        columns = [getattr(House, name) for name in COLUMNS]
        asked = House.org_unit_id.in_(villages) | House.code.in_(codes)
        for house in db.session.execute(select(*columns).where(asked)):
            self.by_code[house.code] = house
            if house.ended_on is None:
                self.add(standing(house))

    def add(self, one: Standing) -> None:
        """Let a house be found by what comes later."""
        self._by_address[one.village_id, one.reading.plain].append(one)
        self._near[_cell(one.point)][_last(one.reading)].append(one)

    def at_address(self, village_id: UUID, reading: rules.Reading) -> list[Standing]:
        """The houses of a village with this very address."""
        return self._by_address.get((village_id, reading.plain), [])

    def near(
        self, village_id: UUID, reading: rules.Reading, point: tuple[float, float]
    ) -> Iterator[tuple[float, Standing]]:
        """The houses that it may be, each with its likeness, the nearest first."""
        around = [
            (metres(one.point, point), number, one)
            for number, one in enumerate(self._around(reading, point))
            if one.village_id == village_id
        ]
        for far, _, one in sorted(around, key=lambda found: found[:2]):
            likeness = rules.likeness_read(one.reading, reading) if far <= rules.NEAR_M else 0
            if likeness >= rules.ALIKE:
                yield likeness, one

    def _around(self, reading: rules.Reading, point: tuple[float, float]) -> Iterable[Standing]:
        """What stands in the cells around; of what has a house number, only with the same."""
        east, north = _cell(point)
        for cell in ((east + x, north + y) for x in (-1, 0, 1) for y in (-1, 0, 1)):
            there = self._near.get(cell, {})
            lasts = {_last(reading), ""} if reading.numbers else set(there)
            for last in sorted(lasts & set(there)):
                yield from there[last]


def standing(house: Any) -> Standing:  # noqa: ANN401 - a row
    """A house of the register."""
    reading = rules.read_address(house.address)
    point = (house.lng, house.lat)
    return Standing(house.id, house.org_unit_id, house.address, reading, point, house)


def _cell(point: tuple[float, float]) -> tuple[int, int]:
    return floor(point[0] / CELL), floor(point[1] / CELL)


def _last(reading: rules.Reading) -> str:
    """Its last number: where two have one, another one is another house."""
    return reading.numbers[-1] if reading.numbers else ""
