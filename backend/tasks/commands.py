"""What people do with tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from backend.audit import commands as audit
from backend.db import db, locked, utc_now
from backend.feed.synced import user_scope
from backend.media import commands as media
from backend.org.access import Actor, Permission, may_see, require
from backend.patrols.commands import note_last_seen
from backend.problems import Conflict, FieldError, NotFound, Refused, Validation
from backend.tasks import queries
from backend.tasks.history import heard, message, note
from backend.tasks.models import Task
from backend.tasks.rules import KINDS, transition

FARTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Place:
    """Where a task is and what it is about, as the rooms above found it: names are copied."""

    org_unit_id: UUID
    org_path: str
    grid_id: UUID | None
    house_id: UUID | None = None
    house_address: str | None = None
    case_id: UUID | None = None
    case_number: str | None = None
    case_title: str | None = None
    restricted: bool = False
    lng: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class NewTask:
    """What the desk asks for; `lng` and `lat` come before the place's own."""

    id: UUID
    kind: str
    title: str
    text: str
    assignee_id: UUID
    due_at: datetime
    urgency: str = "normal"
    place: str | None = None
    lng: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Finished:
    """What a worker hands in at the end of a task; `by_hand`: the centre does without a photo."""

    text: str | None
    outcome: str | None
    photos: list[dict[str, Any]]
    position: dict[str, Any] | None
    by_hand: bool = False


def assign(actor: Actor, wanted: NewTask, about: Place | None = None) -> Task:
    """Give a task to a worker; the same request again answers the same task.

    Raises:
        Forbidden, NotFound: the actor may not assign, or not there.
        Validation: the assignee is no active worker of the actor's, or the time is past.
        Conflict: another task has this id.
    """
    require(actor, Permission.TASK_ASSIGN, about)
    known = db.session.get(Task, wanted.id)
    if known is not None:
        return _repeated(actor, known, wanted)
    _check_due(wanted.due_at)
    home = _home(actor, wanted.assignee_id)
    task = _new_task(actor, wanted, about or home)
    db.session.add(task)
    db.session.flush()
    note(task, actor.user_id, "assign", wanted.text)
    audit.record(actor.user_id, "task.assign", "task", task.id, assignee=str(task.assignee_id))
    message(task, "task-assigned", f"新任务:{KINDS[task.kind]} 1 件", "请打开网格通查看")
    return task


def _repeated(actor: Actor, known: Task, wanted: NewTask) -> Task:
    if known.created_by_id != actor.user_id or known.assignee_id != wanted.assignee_id:
        raise Conflict("任务编号已被占用")
    return known


def _check_due(due_at: datetime) -> None:
    now = utc_now()
    if due_at <= now:
        raise Validation(errors=[FieldError("/due_at", "past", "截止时间须在将来")])
    if due_at > now + FARTHEST:
        raise Validation(errors=[FieldError("/due_at", "too-far", "截止时间须在一年之内")])


def _home(actor: Actor, assignee_id: UUID) -> Place:
    """The assignee's first grid in which the actor may assign."""
    for grid in queries.grids_on_duty(assignee_id):
        place = Place(grid.org_unit_id, grid.org_path, grid.id)
        if may_see(actor, Permission.TASK_ASSIGN, place):
            return place
    detail = "请选择本辖区的在岗网格员"
    raise Validation(errors=[FieldError("/assignee_id", "not-found", detail)])


def _new_task(actor: Actor, wanted: NewTask, about: Place) -> Task:
    kind = queries.kind_of(about.org_path, wanted.kind)
    own = wanted.lng is not None
    return Task(
        id=wanted.id,
        org_unit_id=about.org_unit_id,
        org_path=about.org_path,
        grid_id=about.grid_id,
        kind=wanted.kind,
        title=wanted.title,
        text=wanted.text,
        state="assigned",
        urgency=wanted.urgency,
        assignee_id=wanted.assignee_id,
        created_by_id=actor.user_id,
        created_by_name=actor.name,
        created_at=utc_now(),
        due_at=wanted.due_at,
        house_id=about.house_id,
        house_address=about.house_address,
        case_id=about.case_id,
        case_number=about.case_number,
        case_title=about.case_title,
        restricted=about.restricted,
        place=wanted.place or about.house_address,
        lng=wanted.lng if own else about.lng,
        lat=wanted.lat if own else about.lat,
        record_track=kind.record_track if kind else False,
    )


def read(actor: Actor, task_id: UUID, at: datetime) -> Task:
    """The worker has opened the task; only the first time counts."""
    task = _own(actor, task_id)
    if task.read_at is None:
        task.read_at = _past(at)
        task.delivered_at = task.delivered_at or task.read_at
        heard(task)
        note(task, actor.user_id, "read", captured_at=at)
    return task


def accept(actor: Actor, task_id: UUID, at: datetime) -> Task:
    """The worker takes the task on.

    Raises:
        Refused: `illegal-transition`, with the task as it stands.
    """
    task = _own(actor, task_id)
    if _move(task, "accept"):
        task.accepted_at = _past(at)
        task.read_at = task.read_at or task.accepted_at
        heard(task, accepted=True)
        note(task, actor.user_id, "accept", captured_at=at)
    return task


def finish(actor: Actor, task_id: UUID, done: Finished, at: datetime) -> tuple[Task, bool]:
    """The worker hands in the result; whether it became the task's result stands beside it.

    What was handed in is kept in any case: as the result while the task is open, else as a line
    of its history, for evidence is never thrown away (sync protocol, section 10).

    Raises:
        Refused: `photo-required`, where the township asks for a photo and gives its reason.
    """
    task = _own(actor, task_id)
    _keep(actor, task, done)
    if transition(task.state, "finish") != "done" or task.state == "done":
        note(task, actor.user_id, "evidence", done.text or "", captured_at=at)
        return task, task.state == "done"
    kind = queries.kind_of(task.org_path, task.kind)
    if kind is not None and kind.photo_required and not (done.photos or done.by_hand):
        detail = f"请先拍照:{kind.photo_reason}"
        error = FieldError("/args/photos", "photo-required", detail)
        raise Refused("photo-required", detail, [error])
    task.state = "done"
    task.finished_at = _past(at)
    task.accepted_at = task.accepted_at or task.finished_at
    task.result_text = done.text
    task.result_outcome = done.outcome
    note(task, actor.user_id, "finish", done.text or "", captured_at=at)
    return task, True


def _keep(actor: Actor, task: Task, done: Finished) -> None:
    owner = ("task", task.id)
    media.announce(done.photos, owner=owner, scope=user_scope(actor.user_id), by=actor.user_id)
    if done.position is not None:
        at, where = done.position["at"], done.position
        note_last_seen(actor.user_id, where["lng"], where["lat"], at, where["source"])


def give_back(actor: Actor, task_id: UUID, reason: str, at: datetime) -> Task:
    """The worker returns the task and says why.

    Raises:
        Refused: `illegal-transition`, with the task as it stands.
    """
    task = _own(actor, task_id)
    if _move(task, "return"):
        task.return_reason = reason
        note(task, actor.user_id, "return", reason, captured_at=at)
    return task


def cancel(actor: Actor, task_id: UUID, reason: str) -> Task:
    """The desk calls the task off; its worker is told.

    Raises:
        Forbidden, NotFound: the actor may not, or not there.
        Conflict: it is done or returned already.
    """
    require(actor, Permission.TASK_ASSIGN)
    task = _locked(task_id)
    require(actor, Permission.TASK_ASSIGN, task)
    target = transition(task.state, "cancel")
    if target is None:
        raise Conflict("任务已完成或已退回,不能撤销")
    if target != task.state:
        task.state = target
        task.cancel_reason = reason
        note(task, actor.user_id, "cancel", reason)
        audit.record(actor.user_id, "task.cancel", "task", task.id, reason=reason)
        message(task, "task-cancelled", "任务已撤销", "请打开网格通查看")
    return task


def _locked(task_id: UUID) -> Task:
    task = locked(Task, task_id)
    if task is None:
        raise NotFound("没有找到这个任务")
    return task


def _own(actor: Actor, task_id: UUID) -> Task:
    task = _locked(task_id)
    if task.assignee_id != actor.user_id:
        raise NotFound("没有找到这个任务")
    return task


def _move(task: Task, command: str) -> bool:
    """Whether the state changed; the same target again is no error."""
    target = transition(task.state, command)
    if target is None:
        detail = "任务状态已改变,请查看最新状态"
        raise Refused("illegal-transition", detail, record=queries.phone_row(task))
    changed = target != task.state
    task.state = target
    return changed


def _past(at: datetime) -> datetime:
    """A phone's clock may run ahead; a receipt in the future would be nonsense."""
    return min(at, utc_now())
