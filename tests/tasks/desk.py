"""What the desk asks for in tests of tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from backend.cases.models import Case
from backend.db import db, new_id, transaction, utc_now
from tests.town import Town


def new_task(town: Town, **more: Any) -> dict[str, Any]:
    """A recheck of the first house by the worker of its grid."""
    return {
        "id": str(uuid4()),
        "kind": "recheck",
        "title": "复查灭火器",
        "text": "看是否已配齐",
        "assignee_id": str(town.users["worker"].id),
        "house_id": str(town.houses["金新街道1村1"].id),
        "due_at": (utc_now() + timedelta(days=2)).isoformat(),
        "urgency": "normal",
        **more,
    }


def photo(**more: Any) -> dict[str, Any]:
    """A line of a manifest."""
    return {
        "photo_id": str(uuid4()),
        "sha256": uuid4().hex * 2,
        "bytes": 1000,
        "type": "image/jpeg",
        "role": "after",
        "captured_at": utc_now().isoformat(),
        **more,
    }


def add_case(town: Town, *, restricted: bool = False, opinions: int = 0) -> Case:
    """A hazard in the first house."""
    house = town.houses["金新街道1村1"]
    case = Case(
        id=new_id(),
        number=f"YH-202611-{uuid4().int % 10_000:04}",
        org_unit_id=house.org_unit_id,
        org_path=house.org_path,
        grid_id=house.grid_id,
        source="report",
        house_id=house.id,
        item_code="P01",
        title="飞线充电",
        severity="serious",
        span="3wd",
        due_at=utc_now() + timedelta(days=3),
        owner="centre",
        step_due_at=utc_now() + timedelta(hours=1),
        restricted=restricted,
        opinions=opinions,
        lng=house.lng,
        lat=house.lat,
        reporter_id=town.users["worker"].id,
        reporter_name="测试worker",
        captured_at=utc_now(),
    )
    with transaction():
        db.session.add(case)
    return case
