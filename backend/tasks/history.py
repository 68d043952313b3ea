"""A task's history, and who is told of each step."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.db import db, utc_now
from backend.delivery import live
from backend.delivery.commands import answered, send
from backend.delivery.models import Message
from backend.delivery.signals import message_receipt
from backend.tasks.models import Task, TaskEvent
from backend.tasks.signals import task_changed


def note(
    task: Task, actor_id: UUID, action: str, text: str = "", captured_at: datetime | None = None
) -> None:
    """Add a line to the history, tell the rooms above and whoever looks."""
    db.session.add(
        TaskEvent(
            task_id=task.id, actor_id=actor_id, action=action, text=text, captured_at=captured_at
        )
    )
    task_changed.send(task, action=action, actor_id=actor_id, text=text)
    _announce(task)


def _announce(task: Task) -> None:
    live.announce(
        "task",
        task.id,
        org_path=task.org_path,
        user_id=task.assignee_id,
        restricted=task.restricted,
    )


def message(task: Task, code: str, title: str, body: str) -> None:
    """Tell the worker; no personal data: it may lie on a locked screen."""
    send(
        Message(
            user_id=task.assignee_id,
            code=code,
            title=title,
            body=body,
            url=_address(task),
            task_id=task.id,
            urgency=task.urgency,
            number=task.case_number,
            restricted=task.restricted,
        )
    )


def heard(task: Task, *, accepted: bool = False) -> None:
    """The worker has the task in hand: no message about it need ring any more."""
    at = (task.accepted_at if accepted else task.read_at) or utc_now()
    answered(task.assignee_id, _address(task), at, accepted=accepted)


def _address(task: Task) -> str:
    return f"/tasks/{task.id}"


@message_receipt.connect
def _receipt(message: Message, *, event: str, at: datetime, **_: object) -> None:
    """A message about a task has reached the worker: so has the task."""
    task = db.session.get(Task, message.task_id) if message.task_id else None
    if task is None or message.code != "task-assigned":
        return
    task.delivered_at = task.delivered_at or at
    if event == "read":
        task.read_at = task.read_at or at
    _announce(task)
