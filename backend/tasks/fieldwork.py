"""What workers do with tasks, and what of it counts when it comes late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.clock.calendar import ZONE
from backend.db import db, utc_now
from backend.feed.synced import user_scope
from backend.media import commands as media
from backend.org import queries as org
from backend.org.access import Actor
from backend.patrols.commands import note_last_seen
from backend.problems import FieldError, NotFound, Refused
from backend.tasks import forms, queries
from backend.tasks.history import heard, note, tell_desk, tell_lost, tell_taken
from backend.tasks.models import Task
from backend.tasks.rules import IN_WORDS, OPEN, VERIFY, metres_between, transition
from backend.tasks.together import locked_together, tell_partners


@dataclass(frozen=True)
class Finished:
    """What a worker hands in at the end of a task; `by_hand`: the centre does without a photo.

    `inspected`: an inspection by the task's checklist says it all.
    """

    text: str | None
    outcome: str | None
    photos: list[dict[str, Any]]
    position: dict[str, Any] | None
    by_hand: bool = False
    answers: dict[str, Any] | None = None
    inspected: bool = False


def read(actor: Actor, task_id: UUID, at: datetime) -> Task:
    """The worker has opened the task; only the first time counts, and only where it is theirs."""
    task, _ = _mine(actor, task_id, at)
    if task.assignee_id == actor.user_id and task.read_at is None:
        task.read_at = _past(at)
        task.delivered_at = task.delivered_at or task.read_at
        heard(task)
        note(task, actor.user_id, "read", captured_at=at)
    return task


def accept(actor: Actor, task_id: UUID, at: datetime) -> tuple[Task, bool]:
    """The worker takes the task on; False where it has become another's meanwhile.

    Raises:
        Refused: `illegal-transition`, with the task as it stands.
    """
    task, others = _mine(actor, task_id, at)
    if _is_anothers(task, actor):
        return task, False
    offered = task.assignee_id is None
    if _move(task, "accept"):
        task.assignee_id = actor.user_id
        task.accepted_at = _past(at)
        task.read_at = task.read_at or task.accepted_at
        task.delivered_at = task.delivered_at or task.read_at
        heard(task, accepted=True)
        note(task, actor.user_id, "accept", captured_at=at)
        tell_partners([task, *others])
    if offered:
        tell_taken(task)
    return task, True


def arrive(actor: Actor, task_id: UUID, position: dict[str, Any], at: datetime) -> Task:
    """The worker checks in on the spot; how far from the task's place that was stands beside it.

    Only the first time counts. Whoever has lost the task meanwhile is heard all the same.
    """
    task, others = _mine(actor, task_id, at)
    _note_position(actor, position)
    if _is_anothers(task, actor):
        note(task, actor.user_id, "evidence", "到场", captured_at=at)
    elif task.arrived_at is None:
        task.arrived_at = _past(at)
        task.arrived_m = _distance(task, position)
        note(task, actor.user_id, "arrive", _said(task.arrived_m), captured_at=at)
        tell_partners([task, *others])
    return task


def _distance(task: Task, position: dict[str, Any]) -> float | None:
    if task.lng is None or task.lat is None:
        return None
    return round(metres_between(task.lng, task.lat, position["lng"], position["lat"]))


def _said(distance: float | None) -> str:
    return "" if distance is None else f"距任务地点 {distance:.0f} 米"


def finish(actor: Actor, task_id: UUID, done: Finished, at: datetime) -> tuple[Task, bool]:
    """The worker hands in the result; whether it became the task's result stands beside it.

    What was handed in is kept in any case: as the result while the task is open, else as a line
    of its history, for evidence is never thrown away (sync protocol, section 10). The first who
    finishes a joint task finishes it for all.

    Raises:
        Refused: `photo-required`, where the township asks for a photo and gives its reason;
            `validation`, where a verification does not say why it could not confirm, or the house
            was not inspected by the task's checklist.
        Validation: the task's form is not filled in as it asks.
    """
    task, others = _mine(actor, task_id, at)
    _keep(actor, task, done)
    if _is_anothers(task, actor) or task.state not in OPEN:
        note(task, actor.user_id, "evidence", done.text or "", captured_at=at)
        return task, task.state == "done" and not _is_anothers(task, actor)
    _check(task, done)
    offered = task.assignee_id is None
    task.assignee_id = actor.user_id
    _end(task, done, at)
    note(task, actor.user_id, "finish", done.text or "", captured_at=at)
    for other in others:
        if other.state in OPEN:
            _end(other, done, at)
            note(other, actor.user_id, "close_with", captured_at=at)
    tell_partners([task, *others])
    if offered:
        tell_taken(task)
    return task, True


def _check(task: Task, done: Finished) -> None:
    if done.inspected:
        return
    if task.checklist is not None and not done.by_hand:
        detail = f"请按清单「{task.checklist['title']}」完成检查,检查保存后任务即办结"
        raise Refused("validation", detail, [FieldError("/args/task_id", "not-inspected", detail)])
    kind = queries.kind_of(task.org_path, task.kind)
    if kind is not None and kind.photo_required and not (done.photos or done.by_hand):
        detail = f"请先拍照:{kind.photo_reason}"
        error = FieldError("/args/photos", "photo-required", detail)
        raise Refused("photo-required", detail, [error])
    unsaid = task.kind == VERIFY and done.outcome in IN_WORDS and not (done.text or "").strip()
    if unsaid and not done.by_hand:
        error = FieldError("/args/text", "required", "请说明核实情况")
        raise Refused("validation", error.detail, [error])
    if task.form is not None and not done.by_hand:
        taken = {photo.get("item_code") for photo in done.photos}
        forms.check_answers(task.form, done.answers or {}, taken)


def _end(task: Task, done: Finished, at: datetime) -> None:
    task.state = "done"
    task.finished_at = _past(at)
    task.accepted_at = task.accepted_at or task.finished_at
    task.result_text = done.text
    task.result_outcome = done.outcome
    task.answers = done.answers


def finish_about(actor: Actor, case_id: UUID, kind: str, text: str, at: datetime) -> None:
    """What the open tasks of a kind asked for at a case is done, whosever they are."""
    wanted = select(Task).where(Task.case_id == case_id, Task.kind == kind, Task.state.in_(OPEN))
    for task in db.session.scalars(wanted.order_by(Task.id).with_for_update()):
        offered, mine = task.assignee_id is None, task.assignee_id in {None, actor.user_id}
        task.assignee_id = task.assignee_id or actor.user_id
        _end(task, Finished(text, None, [], None), at)
        note(task, actor.user_id, "finish" if mine else "close_with", text, captured_at=at)
        if offered:
            tell_taken(task)


def _keep(actor: Actor, task: Task, done: Finished) -> None:
    owner = ("task", task.id)
    media.announce(done.photos, owner=owner, scope=user_scope(actor.user_id), by=actor.user_id)
    if done.position is not None:
        _note_position(actor, done.position)


def _note_position(actor: Actor, where: dict[str, Any]) -> None:
    note_last_seen(actor.user_id, where["lng"], where["lat"], where["at"], where["source"])


def give_back(actor: Actor, task_id: UUID, reason: str, at: datetime) -> tuple[Task, bool]:
    """The worker returns the task and says why; False where it has become another's meanwhile.

    What was said is kept in any case, as with a result.

    Raises:
        Refused: `illegal-transition`, with the task as it stands.
    """
    task, others = _mine(actor, task_id, at)
    if _is_anothers(task, actor):
        note(task, actor.user_id, "evidence", f"要求退回:{reason}", captured_at=at)
        return task, False
    if not _move(task, "return"):
        note(task, actor.user_id, "evidence", reason, captured_at=at)
    else:
        task.return_reason = reason
        note(task, actor.user_id, "return", reason, captured_at=at)
        tell_desk(task, actor.user_id, "task-returned", "任务被退回")
        tell_partners([task, *others])
    return task, True


def ask_time(
    actor: Actor, task_id: UUID, day: date, reason: str, at: datetime
) -> tuple[Task, bool]:
    """The worker asks for time until that day, at the hour of the deadline.

    False where the task has become another's meanwhile; what was said is kept.

    Raises:
        Refused: `illegal-transition`, with the task as it stands; `validation`, where the time is
            no later than the deadline.
    """
    task, _ = _mine(actor, task_id, at)
    if _is_anothers(task, actor):
        note(task, actor.user_id, "evidence", f"申请延时至 {day}:{reason}", captured_at=at)
        return task, False
    if task.state not in {"assigned", "accepted"}:
        raise _closed(task)
    until = datetime.combine(day, task.due_at.astimezone(ZONE).timetz()).astimezone(UTC)
    if until <= task.due_at:
        error = FieldError("/args/until", "too-early", "申请的时间须晚于原期限")
        raise Refused("validation", error.detail, [error])
    if (task.ask_state, task.asked_until, task.ask_reason) != ("asked", until, reason):
        task.ask_state, task.asked_until, task.ask_reason = "asked", until, reason
        task.ask_answer = None
        note(task, actor.user_id, "ask_time", reason, captured_at=at)
        tell_desk(task, actor.user_id, "task-time-asked", "任务申请延时,请答复")
    return task, True


def tell_loser(actor: Actor, task: Task, *, evidence: bool) -> str:
    """Say to whoever came too late whose the task is now, and what became of what they sent."""
    said = "任务已由其他同事办理" if task.for_grid else "任务已改派"
    kept = "您提交的内容已作为记录保存" if evidence else "无需再办"
    tell_lost(task, actor.user_id, "task-lost", said, kept)
    return f"{said};{kept}"


def _mine(actor: Actor, task_id: UUID, at: datetime) -> tuple[Task, list[Task]]:
    """A task of the actor's, one on offer to their grid, or one that was theirs; locked.

    Raises:
        NotFound: it is none of these.
    """
    task, others = locked_together(task_id)
    if task.assignee_id == actor.user_id or queries.was_holder(task.id, actor.user_id):
        return task, others
    if task.for_grid and task.grid_id and org.has_duty(actor, {task.grid_id}, at):
        return task, others
    raise NotFound("没有找到这个任务")


def _is_anothers(task: Task, actor: Actor) -> bool:
    return task.assignee_id is not None and task.assignee_id != actor.user_id


def _move(task: Task, command: str) -> bool:
    """Whether the state changed; the same target again is no error."""
    target = transition(task.state, command)
    if target is None:
        raise _closed(task)
    changed = target != task.state
    task.state = target
    return changed


def _closed(task: Task) -> Refused:
    detail = "任务状态已改变,请查看最新状态"
    return Refused("illegal-transition", detail, record=queries.phone_row(task))


def _past(at: datetime) -> datetime:
    """A phone's clock may run ahead; a receipt in the future would be nonsense."""
    return min(at, utc_now())
