"""The sample's register: houses with rooms, landlords and occupants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import shapely

from backend.db import Model, db, transaction
from backend.demo import words
from backend.demo.divisions import Area
from backend.demo.seed import Seed
from backend.houses.models import House, Occupant, Room
from backend.org.models import Grid

BLOCK = 100  # houses in one transaction: with rooms and people under 500 rows a scope


@dataclass(frozen=True)
class Plot:
    """The smallest area a house can stand in, and the basic grid it belongs to."""

    area: Area
    grid: Grid
    micro: Grid | None


def build(seed: Seed, plots: Sequence[Plot], count: int, today: date) -> None:
    """Register `count` houses, spread evenly over the grids, in transactions of their own."""
    by_grid: dict[str, list[Plot]] = {}
    for plot in plots:
        by_grid.setdefault(plot.grid.code, []).append(plot)
    grids = list(by_grid.values())
    for first in range(0, count, BLOCK):
        houses, rooms, people = [], [], []
        for number in range(first, min(first + BLOCK, count)):
            its_plots = grids[number % len(grids)]
            dice = seed.dice("house", number)
            house = _house(seed, dice, dice.choice(its_plots), number // len(grids) + 1, today)
            its_rooms, its_people = _furnish(seed, dice, house, today)
            houses.append(house)
            rooms += its_rooms
            people += its_people
        _keep(houses, rooms, people)


def _keep(*kinds: Sequence[Model]) -> None:
    with transaction():
        for rows in kinds:  # each refers to the one before
            db.session.add_all(rows)
            db.session.flush()


def _furnish(
    seed: Seed, dice: Random, house: House, today: date
) -> tuple[list[Room], list[Occupant]]:
    rooms = list(_rooms(seed, dice, house))
    bedrooms = [room for room in rooms if room.use == "卧室"]
    people = list(_occupants(seed, dice, house, bedrooms, today))
    house.room_count, house.occupant_count = len(bedrooms), len(people)
    house.bed_count = max(len(people), len(bedrooms))
    house.area_m2 = round(sum(room.area_m2 for room in rooms) * 1.15, 1)
    return rooms, people


def _house(seed: Seed, dice: Random, plot: Plot, number: int, today: date) -> House:
    grid, kind = plot.grid, dice.choices(words.BUILDINGS, (5, 3, 3, 1))[0]
    spot = spot_in(plot.area, dice)
    code = f"{grid.code}-{number:04}"
    return House(
        id=seed.id("house", code),
        org_unit_id=grid.org_unit_id,
        org_path=grid.org_path,
        grid_id=grid.id,
        micro_grid_id=plot.micro.id if plot.micro else None,
        code=code,
        address=words.address(dice, grid.village_name, number * 4 + int(grid.code[-1]), kind),
        village_name=grid.village_name,
        lng=round(spot.x, 6),
        lat=round(spot.y, 6),
        building_kind=kind,
        floors=dice.randint(2, 3) if kind == "自建房" else dice.randint(5, 18),
        extinguishers=dice.randint(1, 3),
        landlord_name=words.person(dice),
        landlord_phone=words.phone(dice),
        state="unchecked",
        next_due_on=today + timedelta(days=dice.randint(-6, 75)),
        open_cases=0,
    )


def spot_in(area: Area, dice: Random) -> shapely.Point:
    """A point well inside an area."""
    inner = area.outline.buffer(-0.0002)
    room = inner if not inner.is_empty else area.outline
    west, south, east, north = room.bounds
    for _ in range(200):
        point = shapely.Point(dice.uniform(west, east), dice.uniform(south, north))
        if room.contains(point):
            return point
    return room.representative_point()


def _rooms(seed: Seed, dice: Random, house: House) -> Iterator[Room]:
    for number in range(1, dice.randint(3, 8) + 1):
        use = "卧室" if number <= 2 else dice.choice(words.USES)
        yield Room(
            id=seed.id("room", house.code, number),
            house_id=house.id,
            grid_id=house.grid_id,
            name=f"{(number - 1) // 4 + 1}0{(number - 1) % 4 + 1}",
            area_m2=round(dice.uniform(8, 22), 1),
            use=use,
        )


def _occupants(
    seed: Seed, dice: Random, house: House, bedrooms: Sequence[Room], today: date
) -> Iterator[Occupant]:
    county = house.code[:6]
    number = 0
    for room in bedrooms:
        for place in range(dice.choices((0, 1, 2, 3), (2, 5, 4, 1))[0]):
            number += 1
            yield Occupant(
                id=seed.id("occupant", house.code, number),
                house_id=house.id,
                room_id=room.id,
                grid_id=house.grid_id,
                name=words.person(dice),
                id_masked=words.masked_identity(dice, county),
                relation="承租人" if place == 0 else dice.choice(words.RELATIONS[1:]),
                origin=dice.choice(words.ORIGINS),
                since=today - timedelta(days=dice.randint(10, 900)),
            )
