"""task.read@1, .accept@1, .arrive@1, .finish@1, .return@1, .extend@1."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from backend.sync.mutations import Context, Outcome, mutation
from backend.sync.schemas import PositionSchema, Strict, photos, words
from backend.tasks import fieldwork
from backend.tasks.fieldwork import Finished
from backend.tasks.forms import MOST
from backend.tasks.models import Task
from backend.tasks.queries import phone_row
from backend.tasks.rules import STATES


def filled(**options: Any) -> fields.Dict:  # noqa: ANN401
    """A form filled in: text by the codes of its fields."""
    code = fields.String(validate=validate.Length(1, 20))
    return fields.Dict(keys=code, values=words(), validate=validate.Length(max=MOST), **options)


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
    answers = filled(allow_none=True, load_default=None)


class TaskReturn(TaskAccept):
    """Why a task cannot be done."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


class TaskArrive(TaskAccept):
    """Who is on the spot says where that is."""

    position = fields.Nested(PositionSchema, required=True)


class TaskExtend(TaskReturn):
    """Until which day a worker asks for time, and why."""

    until = fields.Date(required=True)


@mutation("task.read", 1, TaskRead)
def read(context: Context, args: dict[str, Any]) -> None:
    """Note that the task was opened."""
    fieldwork.read(context.actor, args["task_id"], context.captured_at)


@mutation("task.accept", 1, TaskAccept)
def accept(context: Context, args: dict[str, Any]) -> Outcome | None:
    """Take it on, unless it has become another's."""
    return _told(context, *fieldwork.accept(context.actor, args["task_id"], context.captured_at))


@mutation("task.arrive", 1, TaskArrive)
def arrive(context: Context, args: dict[str, Any]) -> None:
    """Check in on the spot."""
    task_id, position = args["task_id"], args["position"]
    fieldwork.arrive(context.actor, task_id, position, context.captured_at)


@mutation("task.finish", 1, TaskFinish)
def finish(context: Context, args: dict[str, Any]) -> Outcome | None:
    """Hand in the result; where the task is closed to it, it is kept as evidence all the same."""
    done = Finished(
        args["text"],
        args["outcome"],
        args["photos"],
        args["position"],
        by_hand=context.by_hand,
        answers=args["answers"],
    )
    task, counted = fieldwork.finish(context.actor, args["task_id"], done, context.captured_at)
    if counted or task.assignee_id not in {None, context.actor.user_id}:
        return _told(context, task, counted, evidence=True)
    closed = "已撤销" if task.state == "cancelled" else "已退回"
    message = f"任务{closed};您提交的内容已作为记录保存"
    return Outcome(merged=True, message=message, record=phone_row(task))


@mutation("task.return", 1, TaskReturn)
def give_back(context: Context, args: dict[str, Any]) -> Outcome | None:
    """Return it, with the reason, unless it has become another's."""
    task_id, reason = args["task_id"], args["reason"]
    task, counted = fieldwork.give_back(context.actor, task_id, reason, context.captured_at)
    return _told(context, task, counted, evidence=True)


@mutation("task.extend", 1, TaskExtend)
def extend(context: Context, args: dict[str, Any]) -> Outcome | None:
    """Ask the centre for time."""
    task_id, until, reason = args["task_id"], args["until"], args["reason"]
    task, counted = fieldwork.ask_time(context.actor, task_id, until, reason, context.captured_at)
    return _told(context, task, counted, evidence=True)


def _told(
    context: Context,
    task: Task,
    counted: bool,  # noqa: FBT001 - as the commands answer
    *,
    evidence: bool = False,
) -> Outcome | None:
    """Nothing more where it counted; else the author hears whose the task is now."""
    if counted:
        return None
    return Outcome(
        merged=True, message=fieldwork.tell_loser(context.actor, task, evidence=evidence)
    )
