"""What the desk does with tasks: give them out, take them back, move them, grant time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from backend.audit import commands as audit
from backend.db import db, utc_now
from backend.org.access import Actor, Permission, may_see, require
from backend.org.models import Grid
from backend.problems import Conflict, FieldError, Validation
from backend.tasks import queries
from backend.tasks.history import message, note, offer, tell_lost
from backend.tasks.models import Task
from backend.tasks.rules import KINDS, OPEN, transition
from backend.tasks.together import locked_together, tell_partners
from backend.tasks.wanted import check_checklist, check_due


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
    """What the desk asks for; `lng` and `lat` come before the place's own.

    It is for `assignee_id`, together with `partner_ids`; or for whoever of `for_grid_id` takes it.
    """

    id: UUID
    kind: str
    title: str
    text: str
    assignee_id: UUID | None
    due_at: datetime
    urgency: str = "normal"
    place: str | None = None
    lng: float | None = None
    lat: float | None = None
    for_grid_id: UUID | None = None
    partner_ids: Sequence[UUID] = ()
    form: dict[str, Any] | None = None
    plan_id: UUID | None = None
    checklist: dict[str, Any] | None = None


def assign(actor: Actor, wanted: NewTask, about: Place | None = None) -> Task:
    """Give a task to a worker, to several, or to a grid; the same request again answers the same.

    Raises:
        Forbidden, NotFound: the actor may not assign, or not there.
        Validation: a worker is none of the actor's, the grid has none, the time is past, or there
            is no house for the checklist.
        Conflict: another task has this id.
    """
    require(actor, Permission.TASK_ASSIGN, about)
    known = db.session.get(Task, wanted.id)
    if known is not None:
        return _repeated(actor, known, wanted)
    check_due(wanted.due_at)
    house_id = about.house_id if about else None
    check_checklist(wanted.checklist, wanted.form, wanted.kind, house_id)
    tasks = _tasks(actor, wanted, about)
    db.session.add_all(tasks)
    db.session.flush()
    tell_partners(tasks)
    for task in tasks:
        _announce(task, actor, wanted.text)
    return tasks[0]


def _repeated(actor: Actor, known: Task, wanted: NewTask) -> Task:
    if known.created_by_id != actor.user_id or not _is_for(known, wanted):
        raise Conflict("任务编号已被占用")
    return known


def _is_for(known: Task, wanted: NewTask) -> bool:
    if wanted.for_grid_id:
        return known.for_grid and known.grid_id == wanted.for_grid_id
    return known.assignee_id == wanted.assignee_id


def _tasks(actor: Actor, wanted: NewTask, about: Place | None) -> list[Task]:
    """The rows of what is asked for: one, or one for each worker of a joint task."""
    if wanted.for_grid_id is not None:
        return [_offered(actor, wanted, wanted.for_grid_id, about)]
    if wanted.assignee_id is None:
        detail = "请选择网格员,或选择一个网格"
        raise Validation(errors=[FieldError("/assignee_id", "required", detail)])
    place = about or _home(actor, wanted.assignee_id)
    people = dict.fromkeys([wanted.assignee_id, *wanted.partner_ids])
    tasks = [_task_for(actor, wanted, place, person) for person in people]
    if len(tasks) > 1:
        for task in tasks:
            task.joint_id = wanted.id
    return tasks


def _task_for(actor: Actor, wanted: NewTask, place: Place, person: UUID) -> Task:
    first = person == wanted.assignee_id
    _home(actor, person, "/assignee_id" if first else "/partner_ids")
    task = new_task(actor, wanted, place)
    task.id = wanted.id if first else uuid5(wanted.id, str(person))
    task.assignee_id = person
    return task


def _offered(actor: Actor, wanted: NewTask, grid_id: UUID, about: Place | None) -> Task:
    """A task for whoever of a grid takes it first."""
    grid = db.session.get(Grid, grid_id)
    seen = grid is not None and may_see(
        actor, Permission.TASK_ASSIGN, Place(grid.org_unit_id, grid.org_path, grid.id)
    )
    if grid is None or not seen or not queries.workers_of(grid_id):
        detail = "请选择本辖区内有在岗网格员的网格"
        raise Validation(errors=[FieldError("/for_grid_id", "not-found", detail)])
    if about is not None and (about.restricted or about.grid_id != grid_id):
        detail = "涉密事项须派给个人" if about.restricted else "请选择事发地所在的网格"
        raise Validation(errors=[FieldError("/for_grid_id", "not-allowed", detail)])
    return new_task(actor, wanted, about or Place(grid.org_unit_id, grid.org_path, grid.id))


def follow_up(actor: Actor, wanted: NewTask, about: Place) -> Task:
    """Give a task that a rule asks for; `actor` is whose deed led to it, whoever may assign."""
    db.session.add(task := new_task(actor, wanted, about))
    db.session.flush()
    _announce(task, actor, wanted.text)
    return task


def _announce(task: Task, actor: Actor, text: str) -> None:
    """The first line of its history, and word to whom it is for."""
    note(task, actor.user_id, "assign", text)
    who = str(task.assignee_id or task.grid_id)
    audit.record(actor.user_id, "task.assign", "task", task.id, assignee=who)
    if task.assignee_id is None:
        offer(task)
    else:
        message(task, "task-assigned", f"新任务:{KINDS[task.kind]} 1 件", "请打开网格通查看")


def _home(actor: Actor, assignee_id: UUID, pointer: str = "/assignee_id") -> Place:
    """The assignee's first grid in which the actor may assign."""
    for grid in queries.grids_on_duty(assignee_id):
        place = Place(grid.org_unit_id, grid.org_path, grid.id)
        if may_see(actor, Permission.TASK_ASSIGN, place):
            return place
    raise Validation(errors=[FieldError(pointer, "not-found", "请选择本辖区的在岗网格员")])


def new_task(actor: Actor, wanted: NewTask, about: Place) -> Task:
    """The task asked for, about that place, not yet kept."""
    kind = queries.kind_of(about.org_path, wanted.kind)
    own, offered = wanted.lng is not None, wanted.for_grid_id is not None
    return Task(
        id=wanted.id,
        org_unit_id=about.org_unit_id,
        org_path=about.org_path,
        grid_id=about.grid_id,
        kind=wanted.kind,
        title=wanted.title,
        text=wanted.text,
        state="offered" if offered else "assigned",
        urgency=wanted.urgency,
        assignee_id=None if offered else wanted.assignee_id,
        for_grid=offered,
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
        form=wanted.form,
        checklist=wanted.checklist,
        plan_id=wanted.plan_id,
    )


def reassign(actor: Actor, task_id: UUID, worker_id: UUID, reason: str) -> Task:
    """Give the task to another worker; whoever had it is told, and their evidence stays welcome.

    Raises:
        Forbidden, NotFound: the actor may not, or not there.
        Validation: the worker is none of the actor's.
        Conflict: it is done, called off, or a joint task of that worker's already.
    """
    task, others = _for_desk(actor, task_id)
    target = transition(task.state, "reassign")
    if target is None or worker_id in {other.assignee_id for other in others}:
        raise Conflict("任务已结束,或这位网格员已在其中,不能改派")
    _home(actor, worker_id, "/assignee_id")
    before = task.assignee_id
    if before == worker_id:
        return task
    task.state, task.assignee_id = target, worker_id
    for receipt in ("delivered_at", "read_at", "accepted_at", "arrived_at", "arrived_m"):
        setattr(task, receipt, None)
    db.session.flush()
    note(task, actor.user_id, "reassign", reason, about_id=before)
    audit.record(actor.user_id, "task.reassign", "task", task.id, assignee=str(worker_id))
    message(task, "task-assigned", f"新任务:{KINDS[task.kind]} 1 件", "请打开网格通查看")
    if before is not None:
        body = "无需再办;已提交的内容会作为记录保存"
        tell_lost(task, before, "task-reassigned", "有一项任务已改派", body)
    tell_partners([task, *others])
    return task


def cancel(actor: Actor, task_id: UUID, reason: str) -> Task:
    """The desk calls the task off, for all who share it; its workers are told.

    Raises:
        Forbidden, NotFound: the actor may not, or not there.
        Conflict: it is done or returned already.
    """
    task, others = _for_desk(actor, task_id)
    if transition(task.state, "cancel") is None:
        raise Conflict("任务已完成或已退回,不能撤销")
    for one in [task, *others]:
        if one.state in OPEN:
            _call_off(one, actor, reason)
    tell_partners([task, *others])
    return task


def _call_off(task: Task, actor: Actor, reason: str) -> None:
    task.state = "cancelled"
    task.cancel_reason = reason
    note(task, actor.user_id, "cancel", reason)
    audit.record(actor.user_id, "task.cancel", "task", task.id, reason=reason)
    if task.assignee_id is not None:
        message(task, "task-cancelled", "任务已撤销", "请打开网格通查看")


def answer_time(actor: Actor, task_id: UUID, answer: str, *, granted: bool) -> Task:
    """Grant or refuse the time that the worker asked for; the worker is told.

    Raises:
        Forbidden, NotFound: the actor may not, or not there.
        Conflict: nobody asks any more, or the time asked for is past.
    """
    task, others = _for_desk(actor, task_id)
    until = task.asked_until
    if task.ask_state != "asked" or until is None or task.state not in OPEN:
        raise Conflict("没有待答复的延期申请")
    if granted and until <= utc_now():
        raise Conflict("申请的时间已过,不能同意")
    task.ask_state = "granted" if granted else "refused"
    task.ask_answer = answer
    for one in [task, *others] if granted else []:
        if one.state in OPEN:
            one.due_at = max(one.due_at, until)
    note(task, actor.user_id, "grant_time" if granted else "refuse_time", answer)
    title = "已同意延期" if granted else "未同意延期"
    message(task, f"task-time-{task.ask_state}", title, "请打开网格通查看")
    return task


def _for_desk(actor: Actor, task_id: UUID) -> tuple[Task, list[Task]]:
    """The task, locked, and those that share it."""
    require(actor, Permission.TASK_ASSIGN)
    task, others = locked_together(task_id)
    require(actor, Permission.TASK_ASSIGN, task)
    return task, others
