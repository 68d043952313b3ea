"""What becomes of tasks when their case is restricted (涉稳), or is so no more."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from backend.db import db
from backend.delivery.commands import conceal
from backend.tasks.history import note
from backend.tasks.models import Task


def follow_case(case_id: UUID, actor_id: UUID, *, restricted: bool) -> None:
    """Whoever has a task about the case keeps it; what a whole grid was offered is called off."""
    mine = select(Task).where(Task.case_id == case_id).order_by(Task.id).with_for_update()
    for task in db.session.scalars(mine).all():
        was = task.state
        if restricted and was == "offered":
            task.state, task.cancel_reason = "cancelled", "涉稳事项须派给个人"
        task.for_grid = task.for_grid and not restricted
        task.restricted = restricted
        db.session.flush()
        if restricted:
            conceal(f"/tasks/{task.id}", task.created_at)
        if task.state != was:
            note(task, actor_id, "cancel", task.cancel_reason or "")
