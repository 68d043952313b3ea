"""task.read@1, task.accept@1, task.finish@1, task.return@1."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from backend.sync.mutations import Context, Outcome, mutation
from backend.sync.schemas import PositionSchema, Strict, photos, words
from backend.tasks import commands
from backend.tasks.commands import Finished
from backend.tasks.queries import phone_row
from backend.tasks.rules import STATES


class TaskRead(Strict):
    """Which task was opened."""

    task_id = fields.UUID(required=True)


class TaskAccept(TaskRead):
    """Which task is taken on, and the state that the phone saw."""

    seen_state = fields.String(required=True, validate=validate.OneOf(STATES))


class TaskFinish(TaskAccept):
    """The result of a task."""

    text = words(allow_none=True, load_default=None)
    position = fields.Nested(PositionSchema, allow_none=True, load_default=None)
    photos = photos(required=True)
    outcome = words(100, allow_none=True, load_default=None)


class TaskReturn(TaskAccept):
    """Why a task cannot be done."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


@mutation("task.read", 1, TaskRead)
def read(context: Context, args: dict[str, Any]) -> None:
    """Note that the task was opened."""
    commands.read(context.actor, args["task_id"], context.captured_at)


@mutation("task.accept", 1, TaskAccept)
def accept(context: Context, args: dict[str, Any]) -> None:
    """Take it on."""
    commands.accept(context.actor, args["task_id"], context.captured_at)


@mutation("task.finish", 1, TaskFinish)
def finish(context: Context, args: dict[str, Any]) -> Outcome | None:
    """Hand in the result; where the task is closed to it, it is kept as evidence all the same."""
    photos, position = args["photos"], args["position"]
    done = Finished(args["text"], args["outcome"], photos, position, by_hand=context.by_hand)
    task, counted = commands.finish(context.actor, args["task_id"], done, context.captured_at)
    if counted:
        return None
    closed = "已撤销" if task.state == "cancelled" else "已退回"
    message = f"任务{closed};您提交的内容已作为记录保存"
    return Outcome(merged=True, message=message, record=phone_row(task))


@mutation("task.return", 1, TaskReturn)
def give_back(context: Context, args: dict[str, Any]) -> None:
    """Return it, with the reason."""
    commands.give_back(context.actor, args["task_id"], args["reason"], context.captured_at)
