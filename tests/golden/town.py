"""The town in which the recorded days took place: the same ids in every release."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from backend.cases.catalogue import publish_hazard_items
from backend.checklists.rental import publish_rental_checklist
from backend.db import db, new_id, transaction, utc_now
from backend.documents.models import Authority, DocumentTemplate
from backend.houses.models import House
from backend.org.models import Department, Grid, GridDuty
from backend.tasks.campaign_models import Campaign, Visit
from backend.tasks.models import Task
from tests.town import LONG_AGO, Town, build_town, square

GRID = UUID("01990000-0000-7000-8000-000000000001")
HOUSE = UUID("01990000-0000-7000-8000-000000000002")
DEPARTMENT = UUID("01990000-0000-7000-8000-000000000030")
VISIT = UUID("01990000-0000-7000-8000-000000000020")
AUTHORITY = UUID("01990000-0000-7000-8000-000000000032")
TEMPLATE = UUID("01990000-0000-7000-8000-000000000031")
CENTRE = {"name": "中心", "word": "录", "may_order": False, "contact": "", "remedy": ""}
WORDS: dict[str, Any] = {"title": "告知单", "word": "告字", "body": [], "laws": []}
TASKS = [UUID(f"01990000-0000-7000-8000-0000000000{number}") for number in (10, 11)]


def build_recorded_town() -> Town:
    """The usual town, with the worker's grid, house and tasks of the recordings beside it."""
    town = build_town()
    with transaction():
        town.checklist.code = "test"  # the recordings answer the product's own
        db.session.flush()
        publish_rental_checklist()
        publish_hazard_items()
        _grid(town)
        db.session.flush()
        _house(town)
        db.session.flush()
        for task_id in TASKS:
            _task(town, task_id)
        _visit(town)
        unit_id = town.units["金新街道"].id
        db.session.add(Authority(id=AUTHORITY, org_unit_id=unit_id, **CENTRE))
        db.session.add(DocumentTemplate(id=TEMPLATE, kind="advice", version=9, **WORDS))
        known = {"id": DEPARTMENT, "code": "recorded", "name": "录制部门"}
        db.session.add(Department(org_unit_id=unit_id, **known))
    return town


def _grid(town: Town) -> None:
    village = town.units["金新街道1村"]
    grid = Grid(
        id=GRID,
        org_unit_id=village.id,
        org_path=village.path,
        village_name=village.name,
        kind="basic",
        code="320612004099001",
        name="录制网格",
        outline=square(9),
        schematic=True,
    )
    db.session.add(grid)
    duty = GridDuty(user=town.users["worker"], grid_id=GRID, kind="full_time", since=LONG_AGO)
    db.session.add(duty)


def _house(town: Town) -> None:
    village = town.units["金新街道1村"]
    db.session.add(
        House(
            id=HOUSE,
            org_unit_id=village.id,
            org_path=village.path,
            grid_id=GRID,
            code="320612004099001-0001",
            address="金新街道1村录制路1号",
            village_name=village.name,
            lng=121.095,
            lat=32.005,
            building_kind="自建房",
            floors=2,
            area_m2=120.0,
            room_count=4,
            bed_count=4,
            extinguishers=2,
            landlord_name="张测试",
            landlord_phone="13900005678",
            next_due_on=date(2026, 12, 1),
            occupant_count=2,
        )
    )


def _visit(town: Town) -> None:
    village, township = town.units["金新街道1村"], town.units["金新街道"]
    field = {"code": "people", "label": "人数", "kind": "number", "required": True, "options": []}
    campaign = Campaign(
        id=new_id(),
        township_id=township.id,
        org_path=village.path,
        name="录制行动",
        starts_on=date(2026, 11, 1),
        ends_on=date(2026, 12, 1),
        form={"name": "走访", "version": 1, "fields": [field]},
        created_by_id=town.users["dispatcher"].id,
    )
    db.session.add(campaign)
    db.session.flush()
    db.session.add(
        Visit(
            id=VISIT,
            campaign_id=campaign.id,
            org_unit_id=village.id,
            org_path=village.path,
            grid_id=GRID,
            house_id=HOUSE,
            address="金新街道1村录制路1号",
        )
    )


def _task(town: Town, task_id: UUID) -> None:
    unit, boss = town.units["金新街道"], town.users["dispatcher"]
    db.session.add(
        Task(
            id=task_id,
            org_unit_id=unit.id,
            org_path=unit.path,
            grid_id=GRID,
            kind="recheck",
            title="复查",
            assignee_id=town.users["worker"].id,
            created_by_id=boss.id,
            created_by_name=boss.name,
            due_at=utc_now() + timedelta(days=3),
        )
    )
