"""A small real town for tests: a county, two townships, people of every role, houses.

The second township is there so that a forgotten condition shows rows that must not be seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from backend.cases.item_models import HazardItem
from backend.checklists.models import Checklist
from backend.db import db, new_id, transaction
from backend.houses.models import House, Occupant, Room
from backend.org.models import Department, Grid, GridDuty, OrgUnit, RoleGrant, User
from backend.org.sessions import hasher
from backend.tasks.models import TaskKind

PASSWORD = "Grid-2026-test"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Town:
    """What was built, by name."""

    units: dict[str, OrgUnit] = field(default_factory=dict)
    grids: dict[str, Grid] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    houses: dict[str, House] = field(default_factory=dict)
    checklist: Checklist = field(default=None)  # type: ignore[assignment]


ITEMS: list[dict[str, Any]] = [
    {"code": "A04", "answer": "number", "severity": "computed", "unit": "人"},
    {
        "code": "B01",
        "answer": "number",
        "severity": "serious",
        "max": 2,
        "photo": True,
        "unit": "人",
    },
    {"code": "D01", "answer": "pass_fail_na", "severity": "critical", "photo": True},
    {"code": "E04", "answer": "pass_fail_na", "severity": "general"},
    {"code": "H01", "answer": "pass_fail_na", "severity": "critical", "restricted": True},
]


def item(code: str, answer: str, severity: str, **more: Any) -> dict[str, Any]:
    """A checklist item as the contract has it."""
    return {
        "code": code,
        "section": "测试",
        "section_en": "Test",
        "text": f"测试项 {code}",
        "text_en": f"Test item {code}",
        "answer": answer,
        "severity": severity,
        "lead_department": "消防",
        "other_departments": [],
        "deadline": "immediate" if severity == "critical" else "3wd",
        "photo_on_fail": "required" if more.pop("photo", False) else "optional",
        "visibility": "restricted" if more.pop("restricted", False) else "normal",
        "basis": "",
        **more,
    }


@cache
def password_hash() -> str:
    """One hash for all: making it is slow on purpose."""
    return hasher().hash(PASSWORD)


def build_town() -> Town:
    """Add the town in one transaction."""
    town = Town()
    with transaction():
        _units(town)
        _people(town)
        _lists(town)
        _houses(town)
    return town


def _units(town: Town) -> None:
    county = _unit(town, "通州区", "county", None)
    for name in ("金新街道", "川姜镇"):
        township = _unit(town, name, "township", county)
        for number in (1, 2):
            village = _unit(town, f"{name}{number}村", "village", township)
            _grid(town, village, len(town.grids))
        for code in ("消防", "住建"):
            department = Department(org_unit_id=township.id, code=code, name=code)
            db.session.add(department)
            town.departments[f"{name}{code}"] = department
    db.session.flush()


def _unit(town: Town, name: str, kind: str, parent: OrgUnit | None) -> OrgUnit:
    unit = OrgUnit(id=new_id(), name=name, kind=kind, parent_id=parent.id if parent else None)
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    unit.stat_code = str(320612 * 1000 + len(town.units))
    db.session.add(unit)
    db.session.flush()
    town.units[name] = unit
    return unit


def square(number: int) -> dict[str, Any]:
    """The GeoJSON square of grid `number`: 0.01 degrees wide, side by side eastwards."""
    west, south = 121.0 + number * 0.01, 32.0
    east, north = west + 0.01, south + 0.01
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _grid(town: Town, village: OrgUnit, number: int) -> None:
    grid = Grid(
        id=new_id(),
        org_unit_id=village.id,
        org_path=village.path,
        village_name=village.name,
        kind="basic",
        code=f"320612004{number:03}001",
        name=f"{village.name}第一网格",
        outline=square(number),
        schematic=True,
    )
    db.session.add(grid)
    town.grids[village.name] = grid


PEOPLE = [  # username, role, unit, grids, department
    ("worker", "grid_worker", "金新街道", ["金新街道1村"], None),
    ("worker2", "grid_worker", "金新街道", ["金新街道2村"], None),
    ("head", "grid_head", "金新街道1村", ["金新街道1村"], None),
    ("dispatcher", "dispatcher", "金新街道", [], None),
    ("commander", "commander", "金新街道", [], None),
    ("supervisor", "supervisor", "金新街道", [], None),
    ("village", "village", "金新街道1村", [], None),
    ("officer", "officer", "金新街道", [], "消防"),
    ("cleared", "cleared_officer", "金新街道", [], "消防"),
    ("housing", "officer", "金新街道", [], "住建"),
    ("admin", "admin", "金新街道", [], None),
    ("district", "dispatcher", "通州区", [], None),
    ("other_worker", "grid_worker", "川姜镇", ["川姜镇1村"], None),
    ("other_dispatcher", "dispatcher", "川姜镇", [], None),
    ("other_commander", "commander", "川姜镇", [], None),
    ("other_admin", "admin", "川姜镇", [], None),
]


def _people(town: Town) -> None:
    for username, role, unit, grids, department in PEOPLE:
        user = User(
            id=new_id(),
            username=username,
            name=f"测试{username}",
            phone="13800001234",
            password_hash=password_hash(),
        )
        db.session.add(user)
        db.session.flush()
        of = town.departments[f"{unit}{department}"].id if department else None
        where = town.units[unit].id
        db.session.add(RoleGrant(user=user, role=role, org_unit_id=where, department_id=of))
        for name in grids:
            kind = "head" if role == "grid_head" else "full_time"
            duty = GridDuty(user=user, grid_id=town.grids[name].id, kind=kind, since=LONG_AGO)
            db.session.add(duty)
        town.users[username] = user
    db.session.flush()


def _lists(town: Town) -> None:
    items = [item(**entry) for entry in ITEMS]
    town.checklist = Checklist(
        id=new_id(),
        code="rental",
        version=1,
        title="测试清单",
        title_en="Test checklist",
        items=items,
        state="published",
        published_at=LONG_AGO,
    )
    db.session.add(town.checklist)
    db.session.add(
        HazardItem(
            code="P01",
            class_name="公共安全",
            class_name_en="Public safety",
            name="飞线充电",
            name_en="Charging by a wire from a window",
            icon="charging",
            severity="serious",
            lead_department="消防",
            deadline="3wd",
            sort=1,
        )
    )
    for unit in ("金新街道", "川姜镇"):
        for kind, track in (("recheck", False), ("patrol_night", True)):
            db.session.add(
                TaskKind(
                    org_unit_id=town.units[unit].id,
                    kind=kind,
                    name=kind,
                    name_en=kind,
                    record_track=track,
                    record_reason="夜间巡查安全" if track else "",
                )
            )


def _houses(town: Town) -> None:
    for name, grid in town.grids.items():
        for number in (1, 2):
            house = house_in(grid, number)
            town.houses[f"{name}{number}"] = house
            db.session.add(house)
            db.session.flush()
            room = Room(
                id=new_id(),
                house_id=house.id,
                grid_id=grid.id,
                name="101",
                area_m2=12.5,
                use="卧室",
            )
            db.session.add(room)
            db.session.flush()
            db.session.add(_occupant(house, room.id))


def house_in(grid: Grid, number: int) -> House:
    """A house of that grid that nobody has seen yet, not kept."""
    west, south = grid.outline["coordinates"][0][0]
    return House(
        id=new_id(),
        org_unit_id=grid.org_unit_id,
        org_path=grid.org_path,
        grid_id=grid.id,
        code=f"{grid.code}-{number:04}",
        address=f"{grid.village_name}测试路{number}号",
        village_name=grid.village_name,
        lng=west + 0.001 * number,
        lat=south + 0.001 * number,
        building_kind="自建房",
        floors=2,
        area_m2=120.0,
        room_count=4,
        bed_count=4,
        extinguishers=2,
        landlord_name="张测试",
        landlord_phone="13900005678",
        next_due_on=date(2026, 12, 1),
        occupant_count=1,
    )


def _occupant(house: House, room_id: UUID) -> Occupant:
    return Occupant(
        house_id=house.id,
        room_id=room_id,
        grid_id=house.grid_id,
        name="李测试",
        id_masked="320612189*******12",
        relation="承租人",
        origin="本市",
        since=date(2026, 1, 1),
    )
