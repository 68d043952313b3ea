"""Giving out the tasks of recurring plans."""

from __future__ import annotations

from uuid import UUID

from backend.db import db, transaction, utc_now
from backend.houses.queries import risky
from backend.tasks import plans
from backend.tasks.commands import Place
from backend.tasks.plan_models import TaskPlan


def give_out() -> None:
    """Make today's tasks of every plan whose hour has come; doing it again makes none."""
    with transaction():
        due = plans.due(utc_now())
    for plan_id, day in due:
        with transaction():
            plans.give_out(plan_id, day, _houses(plan_id))


def _houses(plan_id: UUID) -> list[Place]:
    plan = db.session.get_one(TaskPlan, plan_id)
    if plan.house_states is None:
        return []
    return [
        Place(
            house.org_unit_id,
            house.org_path,
            house.grid_id,
            house_id=house.id,
            house_address=house.address,
            lng=house.lng,
            lat=house.lat,
        )
        for house in risky(plan.grid_id, plan.house_states)
    ]
