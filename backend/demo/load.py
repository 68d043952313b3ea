"""Loading the sample township, in an order in which everything finds what it refers to."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from shapely.geometry import mapping
from sqlalchemy import select

from backend.audit import commands as audit
from backend.audit.models import AuditLine
from backend.cases.catalogue import publish_hazard_items
from backend.checklists.rental import publish_rental_checklist
from backend.clock.calendar import ZONE
from backend.clock.commands import publish_announced_days
from backend.db import db, transaction, utc_now
from backend.demo import history, people, register
from backend.demo.authorities import empower
from backend.demo.divisions import Area, build_county
from backend.demo.register import Plot
from backend.demo.seed import Seed
from backend.org.models import Grid, OrgUnit

Say = Callable[[str], None]
GRIDS_AT_ONCE = 500
LOADED = "demo.load"


class UnknownTownshipError(LookupError):
    """The sample's data has no township with this code, or no outline of its county."""


def is_loaded() -> bool:
    """Whether a sample was loaded to its end; a second load changes nothing."""
    done = select(AuditLine.id).where(AuditLine.action == LOADED).limit(1)
    return db.session.scalars(done).first() is not None


def is_empty() -> bool:
    """Whether there is no division yet: neither another's data nor half a sample."""
    return db.session.scalars(select(OrgUnit.id).limit(1)).first() is None


def load(town_code: str, houses: int, number: int, say: Say) -> None:
    """Load a county with one township in depth.

    Raises:
        UnknownTownshipError: the code is no township's.
    """
    seed = Seed(number, town_code)
    try:
        county = build_county(town_code, number)
    except KeyError as error:
        raise UnknownTownshipError(town_code) from error
    town = county.part(town_code)
    today = utc_now().astimezone(ZONE).date()
    say(f"{county.name}:{len(county.parts)} 个镇街,{_count(county, 'village')} 个村(社区)")
    units = _add_units(seed, county)
    grids = _add_grids(seed, county, units)
    say(f"{town.name}:{_count(town, 'basic')} 个网格,{_count(town, 'micro')} 个微网格(边界为示意)")
    with transaction():
        publish_rental_checklist()
        publish_hazard_items()
        publish_announced_days()
        villages = _by_village(town, grids)
        office = people.settle(seed, units[county.code], units[town.code], villages)
        empower(office, units[town.code], villages)
        staff = office.people
    say(f"{len(staff.users)} 个账号,其中网格员 {len(staff.workers)} 人")
    register.build(seed, _plots(town, grids), houses, today)
    say(f"{houses} 户出租房")
    history.write(seed, staff, say)
    with transaction():
        town_id = units[town.code].id
        audit.record(None, LOADED, "org_unit", town_id, houses=houses, seed=number)


def _count(area: Area, kind: str) -> int:
    return sum(part.kind == kind for part in area.all_parts())


def _add_units(seed: Seed, county: Area) -> dict[str, OrgUnit]:
    units: dict[str, OrgUnit] = {}

    def add(area: Area, parent: OrgUnit | None) -> None:
        unit_id = seed.id("unit", area.code)
        units[area.code] = unit = OrgUnit(
            id=unit_id,
            parent_id=parent.id if parent else None,
            kind=area.kind,
            name=area.name,
            stat_code=area.code.ljust(12, "0"),
            path=f"{parent.path if parent else '/'}{unit_id}/",
            outline=mapping(area.outline),
            schematic=area.kind != "county",
        )
        db.session.add(unit)
        db.session.flush()
        for part in area.parts:
            if part.kind in {"township", "village"}:
                add(part, unit)

    with transaction():
        add(county, None)
    return units


def _add_grids(seed: Seed, county: Area, units: dict[str, OrgUnit]) -> dict[str, Grid]:
    grids: dict[str, Grid] = {}
    villages = [area for area in county.all_parts() if area.kind == "village"]
    areas = [(village, grid) for village in villages for grid in village.parts]
    for first in range(0, len(areas), GRIDS_AT_ONCE):
        with transaction():
            for village, area in areas[first : first + GRIDS_AT_ONCE]:
                parent = _grid(seed, units[village.code], area, None)
                grids[area.code] = parent
                db.session.flush()
                for micro in area.parts:
                    grids[micro.code] = _grid(seed, units[village.code], micro, parent)
    return grids


def _grid(seed: Seed, village: OrgUnit, area: Area, parent: Grid | None) -> Grid:
    grid = Grid(
        id=seed.id("grid", area.code),
        org_unit_id=village.id,
        parent_id=parent.id if parent else None,
        org_path=village.path,
        village_name=village.name,
        kind=area.kind,
        code=area.code,
        name=area.name,
        outline=mapping(area.outline),
        schematic=True,
    )
    db.session.add(grid)
    return grid


def _by_village(town: Area, grids: dict[str, Grid]) -> dict[UUID, list[Grid]]:
    return {
        grids[village.parts[0].code].org_unit_id: [grids[area.code] for area in village.parts]
        for village in town.parts
    }


def _plots(town: Area, grids: dict[str, Grid]) -> list[Plot]:
    plots = []
    for village in town.parts:
        for area in village.parts:
            leaves = area.parts or [area]
            for leaf in leaves:
                micro = grids[leaf.code] if leaf.kind == "micro" else None
                plots.append(Plot(leaf, grids[area.code], micro))
    return plots
