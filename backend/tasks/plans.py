"""Recurring plans: made and paused at the desk, given out by a job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from backend.audit import commands as audit
from backend.clock.calendar import ZONE, Calendar
from backend.clock.queries import calendar as current_calendar
from backend.db import db, locked, savepoint, utc_now
from backend.org.access import Actor, Permission, may_see, require, visible
from backend.org.models import Grid, User
from backend.org.sessions import actor_of
from backend.problems import Conflict, FieldError, NotFound, Problem, Validation
from backend.tasks import queries
from backend.tasks.commands import NewTask, Place, assign
from backend.tasks.plan_models import PlanDay, TaskPlan
from backend.tasks.recurrence import Rule, coming, falls_on


@dataclass(frozen=True)
class NewPlan:
    """What the desk asks for; `minute` is of the day in China, `hours` until a task is due."""

    id: UUID
    grid_id: UUID
    assignee_id: UUID | None
    kind: str
    title: str
    text: str
    urgency: str
    every: str
    count: int
    weekdays: list[int] | None
    month_day: int | None
    minute: int
    hours: int
    house_states: list[str] | None
    starts_on: date
    ends_on: date | None
    form: dict[str, Any] | None = None


def rule_of(plan: TaskPlan | NewPlan) -> Rule:
    """The plan's rule, as recurrence reads it."""
    weekdays = frozenset(plan.weekdays or ())
    return Rule(plan.every, plan.starts_on, plan.ends_on, plan.count, weekdays, plan.month_day)


def add(actor: Actor, wanted: NewPlan) -> TaskPlan:
    """Make a plan.

    Raises:
        Forbidden: the actor may not assign.
        Validation: grid or worker are none of the actor's, or no day ever comes.
        Conflict: another plan has this id.
    """
    require(actor, Permission.TASK_ASSIGN)
    known = db.session.get(TaskPlan, wanted.id)
    if known is not None:
        if known.created_by_id != actor.user_id:
            raise Conflict("计划编号已被占用")
        return known
    grid = db.session.get(Grid, wanted.grid_id)
    _check(actor, wanted, grid)
    assert grid is not None  # noqa: S101 - checked just now
    plan = TaskPlan(
        **vars(wanted),
        org_unit_id=grid.org_unit_id,
        org_path=grid.org_path,
        created_by_id=actor.user_id,
    )
    db.session.add(plan)
    db.session.flush()
    audit.record(actor.user_id, "plan.add", "plan", plan.id)
    return plan


def _check(actor: Actor, wanted: NewPlan, grid: Grid | None) -> None:
    errors = []
    if grid is None or not may_see(
        actor, Permission.TASK_ASSIGN, Place(grid.org_unit_id, grid.org_path, grid.id)
    ):
        errors.append(FieldError("/grid_id", "not-found", "请选择本辖区的网格"))
    elif wanted.assignee_id and wanted.assignee_id not in _workers(grid.id):
        errors.append(FieldError("/assignee_id", "not-found", "请选择这个网格的在岗网格员"))
    if not coming(rule_of(wanted), wanted.starts_on, current_calendar(), 1):
        errors.append(FieldError("/ends_on", "never", "按此规则没有一天会派发任务"))
    if errors:
        raise Validation(errors=errors)


def _workers(grid_id: UUID) -> set[UUID]:
    return {worker.id for worker in queries.workers_of(grid_id)}


def pause(actor: Actor, plan_id: UUID, *, paused: bool) -> TaskPlan:
    """Halt a plan, or let it go on from today; days that were missed are not made up.

    Raises:
        Forbidden, NotFound: the actor may not, or not there.
    """
    plan = _own(actor, plan_id)
    if plan.paused != paused:
        plan.paused = paused
        audit.record(actor.user_id, "plan.pause" if paused else "plan.resume", "plan", plan.id)
    return plan


def end(actor: Actor, plan_id: UUID) -> TaskPlan:
    """Let today be a plan's last day.

    Raises:
        Forbidden, NotFound: the actor may not, or not there.
    """
    plan = _own(actor, plan_id)
    today = utc_now().astimezone(ZONE).date()
    if plan.ends_on is None or plan.ends_on > today:
        plan.ends_on = max(today, plan.starts_on)
        audit.record(actor.user_id, "plan.end", "plan", plan.id)
    return plan


def _own(actor: Actor, plan_id: UUID) -> TaskPlan:
    require(actor, Permission.TASK_ASSIGN)
    plan = locked(TaskPlan, plan_id)
    if plan is None or not may_see(actor, Permission.TASK_ASSIGN, plan):
        raise NotFound("没有找到这个计划")
    return plan


def list_plans(actor: Actor) -> list[dict[str, Any]]:
    """The plans that the actor may see, newest first, with their next days."""
    query = (
        select(TaskPlan)
        .where(visible(actor, Permission.TASK_READ, TaskPlan))
        .options(joinedload(TaskPlan.grid), joinedload(TaskPlan.assignee).lazyload("*"))
        .order_by(TaskPlan.created_at.desc(), TaskPlan.id)
    )
    known, now = current_calendar(), utc_now().astimezone(ZONE)
    return [_row(plan, known, now) for plan in db.session.scalars(query)]


def _row(plan: TaskPlan, known: Calendar, now: datetime) -> dict[str, Any]:
    columns = (
        "id kind title text urgency every count weekdays month_day minute hours house_states"
        " form starts_on ends_on paused created_at"
    )
    since = now.date() + timedelta(days=_minute_of(now) >= plan.minute)
    return {name: getattr(plan, name) for name in columns.split()} | {
        "grid": {"id": plan.grid_id, "name": plan.grid.name},
        "assignee": {"id": plan.assignee_id, "name": plan.assignee.name} if plan.assignee else None,
        "coming": [] if plan.paused else coming(rule_of(plan), since, known),
    }


def _minute_of(local: datetime) -> int:
    return local.hour * 60 + local.minute


def due(now: datetime) -> list[tuple[UUID, date]]:
    """The plans whose hour of today has come and that have not given out today's tasks."""
    local = now.astimezone(ZONE)
    today, known = local.date(), current_calendar()
    given = select(PlanDay.plan_id).where(PlanDay.day == today)
    query = select(TaskPlan).where(
        TaskPlan.paused.is_(False),
        TaskPlan.minute <= _minute_of(local),
        TaskPlan.starts_on <= today,
        TaskPlan.id.not_in(given),
    )
    plans = db.session.scalars(query.order_by(TaskPlan.id))
    return [(plan.id, today) for plan in plans if falls_on(rule_of(plan), today, known)]


def give_out(plan_id: UUID, day: date, houses: Sequence[Place]) -> int:
    """Make a plan's tasks of a day, once; answers how many. One that cannot be kept is paused.

    `houses` are those that it is about, where it asks for houses.
    """
    plan = locked(TaskPlan, plan_id)
    if plan is None or plan.paused or not _claimed(plan, day):
        return 0
    places = [*houses] if plan.house_states is not None else [None]
    creator = actor_of(db.session.get_one(User, plan.created_by_id))
    try:
        with savepoint():
            for place in places:
                assign(creator, _task(plan, day, place), place)
    except Problem as problem:
        plan.paused = True
        audit.record(plan.created_by_id, "plan.stuck", "plan", plan.id, why=problem.detail)
        return 0
    db.session.get_one(PlanDay, (plan.id, day)).tasks = len(places)
    return len(places)


def _claimed(plan: TaskPlan, day: date) -> bool:
    row = insert(PlanDay).values(plan_id=plan.id, day=day, tasks=0, made_at=utc_now())
    made = db.session.execute(row.on_conflict_do_nothing().returning(PlanDay.day))
    return made.first() is not None


def _task(plan: TaskPlan, day: date, place: Place | None) -> NewTask:
    """For the plan's worker while they are there, else for the grid."""
    stays = plan.assignee_id in _workers(plan.grid_id)
    about = str(place.house_id) if place else ""
    wanted = NewTask(
        id=uuid5(plan.id, f"{day.isoformat()}{about}"),
        kind=plan.kind,
        title=plan.title,
        text=plan.text,
        assignee_id=plan.assignee_id if stays else None,
        due_at=utc_now() + timedelta(hours=plan.hours),
        urgency=plan.urgency,
        for_grid_id=None if stays else plan.grid_id,
        form=plan.form,
        plan_id=plan.id,
    )
    if place is None or place.house_address is None:
        return wanted
    return replace(wanted, title=f"{plan.title}:{place.house_address}"[:100])
