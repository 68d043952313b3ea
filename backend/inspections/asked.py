"""Inspections that a task asked for by a checklist: they end it, and stand beside it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.checklists.models import Checklist
from backend.db import db
from backend.inspections.models import Inspection
from backend.org.access import Actor, Permission, visible
from backend.org.capture import Capture
from backend.problems import NotFound
from backend.tasks import fieldwork
from backend.tasks.fieldwork import Finished
from backend.tasks.models import Task


def finish_asked(capture: Capture, inspection: Inspection, code: str) -> None:
    """End the task that asked for this, if it did; where it is another's, its author is told.

    `code` is the checklist's. The inspection itself is kept whatever becomes of the task.
    """
    if inspection.task_id is None or inspection.outcome != "inspected":
        return
    task = db.session.get(Task, inspection.task_id)
    if task is None or task.house_id != inspection.house_id:
        return
    if task.checklist is None or task.checklist["code"] != code:
        return
    done = Finished(inspection.note, None, [], None, inspected=True)
    try:
        task, counted = fieldwork.finish(capture.actor, task.id, done, capture.captured_at)
    except NotFound:  # never theirs: as told
        return
    if not counted and task.assignee_id not in {None, capture.actor.user_id}:
        fieldwork.tell_loser(capture.actor, task, evidence=True)


def made_for(actor: Actor, task_id: UUID) -> list[dict[str, Any]]:
    """The inspections that the actor may see which were made for a task, the newest first."""
    task = db.session.get_one(Task, task_id)
    together = select(Task.id).where(Task.joint_id == task.joint_id)
    ids = (
        Inspection.task_id == task_id if task.joint_id is None else Inspection.task_id.in_(together)
    )
    query = (
        select(Inspection, Checklist.title, Checklist.title_en, Checklist.version)
        .join(Checklist, Checklist.id == Inspection.checklist_id)
        .where(ids, Inspection.house_id == task.house_id)
        .where(visible(actor, Permission.INSPECTION_READ, Inspection))
        .order_by(Inspection.captured_at.desc(), Inspection.id)
    )
    columns = "id outcome result fail_count captured_at inspector_name"
    return [
        {name: getattr(made, name) for name in columns.split()}
        | {"title": title, "title_en": title_en, "version": version}
        for made, title, title_en, version in db.session.execute(query)
    ]
