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
from backend.tasks.queries import desk_of, workers_of
from backend.tasks.rules import KINDS
from backend.tasks.signals import task_changed


def note(
    task: Task,
    actor_id: UUID,
    action: str,
    text: str = "",
    captured_at: datetime | None = None,
    about_id: UUID | None = None,
) -> None:
    """Add a line to the history, tell the rooms above and whoever looks.

    `about_id` is whose the task was, where it is taken from somebody.
    """
    db.session.add(
        TaskEvent(
            task_id=task.id,
            actor_id=actor_id,
            action=action,
            text=text,
            captured_at=captured_at,
            about_id=about_id,
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


def message(task: Task, code: str, title: str, body: str, to: UUID | None = None) -> None:
    """Tell the worker, or another; no personal data: it may lie on a locked screen."""
    send(
        Message(
            user_id=to or task.assignee_id,
            code=code,
            title=title,
            body=body,
            url=_address(task),
            task_id=task.id,
            case_id=task.case_id,
            urgency=task.urgency,
            number=task.case_number,
            restricted=task.restricted,
        )
    )


def heard(task: Task, *, accepted: bool = False) -> None:
    """The worker has the task in hand: no message about it need ring any more."""
    at = (task.accepted_at if accepted else task.read_at) or utc_now()
    if task.assignee_id is not None:
        answered(task.assignee_id, _address(task), at, accepted=accepted)


def _address(task: Task) -> str:
    return f"/tasks/{task.id}"


def offer(task: Task) -> None:
    """Tell every worker of the grid that a task is there for whoever takes it first."""
    for worker in workers_of(task.grid_id):
        title = f"网格新任务:{KINDS[task.kind]} 1 件"
        message(task, "task-offered", title, "先接单者办理,请打开网格通查看", to=worker.id)


def tell_taken(task: Task) -> None:
    """The others of the grid need not go, and what called them need ring no more."""
    for worker in workers_of(task.grid_id):
        if worker.id != task.assignee_id:
            answered(worker.id, _address(task), utc_now())
            tell_lost(task, worker.id, "task-taken", "网格任务已有人接单", "无需再去,谢谢")


def tell_desk(task: Task, actor_id: UUID, code: str, title: str) -> None:
    """Say to who gave the task out, or to the township's dispatchers, that they must decide."""
    for user_id in sorted(desk_of(task) - {actor_id}):
        send(
            Message(
                user_id=user_id,
                case_id=task.case_id,
                code=code,
                title=title,
                body=f"{KINDS[task.kind]} 1 件,请查看任务",
                url=f"/centre/tasks/{task.id}",
                urgency=task.urgency,
                number=task.case_number,
                restricted=task.restricted,
            )
        )


def tell_lost(task: Task, user_id: UUID, code: str, title: str, body: str) -> None:
    """Say to somebody, on the phone too, that a task is theirs no more."""
    lost = Message(
        user_id=user_id,
        code=code,
        title=title,
        body=body,
        url="/tasks",
        case_id=task.case_id,
        number=task.case_number,
        restricted=task.restricted,
    )
    send(lost)


@message_receipt.connect
def _receipt(message: Message, *, event: str, at: datetime, **_: object) -> None:
    """A message about a task has reached the worker: so has the task."""
    task = db.session.get(Task, message.task_id) if message.task_id else None
    if task is None or message.code != "task-assigned" or message.user_id != task.assignee_id:
        return
    task.delivered_at = task.delivered_at or at
    if event == "read":
        task.read_at = task.read_at or at
    _announce(task)
