"""Joint tasks: several workers, each with a row of their own, and one record."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from backend.db import db
from backend.org.models import User
from backend.problems import NotFound
from backend.tasks.models import Task


def locked_together(task_id: UUID) -> tuple[Task, list[Task]]:
    """A task and those that share it, locked in the order of their ids, so that none deadlock.

    Raises:
        NotFound: there is no such task.
    """
    joint = select(Task.joint_id).where(Task.id == task_id).scalar_subquery()
    query = select(Task).where(or_(Task.id == task_id, Task.joint_id == joint)).order_by(Task.id)
    fresh = query.with_for_update().execution_options(populate_existing=True)
    tasks = {task.id: task for task in db.session.scalars(fresh)}
    if task_id not in tasks:
        raise NotFound("没有找到这个任务")
    return tasks.pop(task_id), list(tasks.values())


def tell_partners(tasks: Sequence[Task]) -> None:
    """Write into each row of a joint task who shares it, and how far each has come."""
    if len(tasks) < 2:
        return
    ids = {task.assignee_id for task in tasks}
    people = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    names = {row.id: row.name for row in people}
    partners = [
        {
            "id": str(task.assignee_id),
            "name": names.get(task.assignee_id, ""),
            "state": task.state,
            "arrived_at": task.arrived_at.isoformat() if task.arrived_at else None,
        }
        for task in sorted(tasks, key=lambda task: (task.id != task.joint_id, task.id))
    ]
    for task in tasks:
        task.partners = partners
