"""What is read of tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, type_coerce
from sqlalchemy import case as when
from sqlalchemy.orm import joinedload, lazyload

from backend.db import UtcDateTime, db, utc_now
from backend.delivery.models import Delivery, Message
from backend.delivery.queries import delivery_row
from backend.media.queries import photo_row, photos_of
from backend.org import queries as org
from backend.org.access import ROLES, Actor, Permission, require, visible
from backend.org.models import Grid, GridDuty, RoleGrant, User
from backend.paging import page
from backend.patrols.queries import workers
from backend.problems import NotFound
from backend.tasks.models import Task, TaskEvent, TaskKind
from backend.tasks.rules import OPEN, metres_between

FIELD_ROLES = ("grid_worker", "grid_head")
# Where a task stands in a list: what presses, as if it were given out in a time to come.
PRESSES = and_(Task.urgency == "urgent", Task.state.in_(OPEN))
PLACE = Task.created_at + when((PRESSES, timedelta(days=365_000)), else_=timedelta())


def grids_on_duty(user_id: UUID) -> list[Grid]:
    """The grids that an active worker holds today; empty for anybody else."""
    now = utc_now()
    works = select(RoleGrant.id).where(
        RoleGrant.user_id == user_id, RoleGrant.role.in_(FIELD_ROLES)
    )
    held = (
        select(Grid)
        .join(GridDuty, GridDuty.grid_id == Grid.id)
        .join(User, User.id == GridDuty.user_id)
        .where(User.id == user_id, User.active, works.exists())
        .where(GridDuty.since <= now, GridDuty.until.is_(None) | (GridDuty.until > now))
        .order_by(GridDuty.since, Grid.code)
    )
    return list(db.session.scalars(held))


def workers_of(grid_id: UUID | None) -> list[User]:
    """The active workers who hold a duty in a grid today, the longest-held first."""
    now = utc_now()
    held = (
        select(User)
        .join(GridDuty, GridDuty.user_id == User.id)
        .where(GridDuty.grid_id == grid_id, User.active)
        .where(User.roles.any(RoleGrant.role.in_(FIELD_ROLES)))
        .where(GridDuty.since <= now, GridDuty.until.is_(None) | (GridDuty.until > now))
        .order_by(GridDuty.since, User.username)
    )
    return list(db.session.scalars(held).unique())


def desk_of(task: Task) -> set[UUID]:
    """Who answers what a worker asks: who gave the task out, else the township's dispatchers."""
    assigners = [name for name, (_, may) in ROLES.items() if Permission.TASK_ASSIGN in may]
    giver = select(RoleGrant.user_id).join(User, User.id == RoleGrant.user_id)
    giver = giver.where(User.id == task.created_by_id, User.active, RoleGrant.role.in_(assigners))
    found = set(db.session.scalars(giver))
    township = None if found else org.township_of(task.org_path)
    return set(org.holders(township.id, ("dispatcher",))) if township else found


def was_holder(task_id: UUID, user_id: UUID) -> bool:
    """Whether the task was this person's before it went to another."""
    taken = select(TaskEvent.id).where(TaskEvent.task_id == task_id, TaskEvent.about_id == user_id)
    return db.session.scalars(taken.limit(1)).first() is not None


def kind_of(org_path: str, kind: str) -> TaskKind | None:
    """What the township on this path demands of tasks of this kind."""
    units = [UUID(part) for part in org_path.split("/") if part]
    return db.session.scalars(
        select(TaskKind).where(TaskKind.kind == kind, TaskKind.org_unit_id.in_(units)).limit(1)
    ).one_or_none()


def may_record(org_path: str, patrol_kind: str, task_id: UUID | None) -> bool:
    """Whether the township has a patrol of this kind, or this task, keep a track."""
    own = kind_of(org_path, f"patrol_{patrol_kind}") or kind_of(org_path, "patrol")
    if own is not None and own.record_track:
        return True
    task = db.session.get(Task, task_id) if task_id else None
    return task is not None and task.record_track


def phone_row(task: Task) -> dict[str, Any]:
    """The task as phones hold it."""
    return {"id": task.id, **task.feed_row()}


def nearest(actor: Actor, lng: float, lat: float) -> list[dict[str, Any]]:
    """The actor's workers on duty with a known position, the nearest to a point first.

    Raises:
        Forbidden: the actor may not assign, or oversees nobody.
    """
    require(actor, Permission.TASK_ASSIGN)
    here = [one for one in workers(actor) if one["on_duty"] and one["last_seen"]]
    counts = open_counts([one["id"] for one in here])
    found = [
        {
            **{name: one[name] for name in ("id", "name", "grids")},
            "metres": round(
                metres_between(lng, lat, one["last_seen"]["lng"], one["last_seen"]["lat"])
            ),
            "seen_at": one["last_seen"]["at"],
            "open_tasks": counts.get(one["id"], 0),
        }
        for one in here
    ]
    return sorted(found, key=lambda one: (one["metres"], one["open_tasks"], one["name"]))


def open_counts(user_ids: list[UUID]) -> dict[UUID, int]:
    """How many open tasks each of these people has; those without are left out."""
    counted = (
        select(Task.assignee_id, func.count())
        .where(Task.assignee_id.in_(user_ids), Task.state.in_(OPEN))
        .group_by(Task.assignee_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted) if row[0]}


def list_tasks(
    actor: Actor, filters: dict[str, Any], cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of tasks that the actor may see: urgent open ones, then the newest.

    Filters are columns' values.

    Raises:
        Forbidden: the actor may see none at all.
    """
    wanted = select(Task).where(
        visible(actor, Permission.TASK_READ, Task),
        *(getattr(Task, name) == value for name, value in filters.items() if value is not None),
    )
    if filters.get("assignee_id") is None:  # of a joint task the first one's row stands for all
        wanted = wanted.where(Task.joint_id.is_(None) | (Task.joint_id == Task.id))
    place: Any = type_coerce(PLACE, UtcDateTime()).label("place")
    query = wanted.with_only_columns(Task.id.label("id"), place)
    found, following = page(query, place, Task.id, cursor, limit)
    return rows_of(_in_order([row.id for row in found])), following


def _in_order(ids: list[UUID]) -> list[Task]:
    tasks = {task.id: task for task in db.session.scalars(_with_people(Task.id.in_(ids)))}
    return [tasks[task_id] for task_id in ids]


def tasks_of(*, case_id: UUID) -> list[dict[str, Any]]:
    """The tasks about a case that the caller may see, newest first."""
    about = _with_people(Task.case_id == case_id)
    return rows_of(list(db.session.scalars(about.order_by(Task.created_at.desc(), Task.id))))


def task_detail(actor: Actor, task_id: UUID) -> dict[str, Any]:
    """A task with its history and how its messages fared.

    Raises:
        Forbidden, NotFound: it is not the actor's to see.
    """
    task = db.session.scalars(_with_people(Task.id == task_id)).one_or_none()
    require(actor, Permission.TASK_READ, task)
    if task is None:
        raise NotFound("没有找到这个任务")
    ids = _together(task)
    row = rows_of([task])[0]
    photos = [photo_row(photo) for its in photos_of("task", ids).values() for photo in its]
    if photos:
        row["result"] = {"text": task.result_text, "photos": photos}
    return {**row, "history": _history(ids), "deliveries": _deliveries(ids)}


def _together(task: Task) -> list[UUID]:
    """The ids of the rows that make up the task."""
    if task.joint_id is None:
        return [task.id]
    return list(db.session.scalars(select(Task.id).where(Task.joint_id == task.joint_id)))


def _with_people(condition: ColumnElement[bool]) -> Select[Task]:
    people = joinedload(Task.assignee), joinedload(Task.created_by)
    plain = [way.lazyload("*") for way in people]
    return select(Task).where(condition).options(*people, *plain)


def rows_of(tasks: list[Task]) -> list[dict[str, Any]]:
    """Tasks, read with their people, as the desk shows them."""
    photos = photos_of("task", [task.id for task in tasks])
    return [_row(task, [photo_row(photo) for photo in photos.get(task.id, [])]) for task in tasks]


def _row(task: Task, photos: list[dict[str, Any]]) -> dict[str, Any]:
    columns = (
        "id kind title text state urgency created_at due_at place lng lat record_track for_grid"
        " grid_id partners arrived_at arrived_m form answers checklist"
    )
    done = task.state == "done"
    return {name: getattr(task, name) for name in columns.split()} | {
        "overdue": task.state in OPEN and task.due_at < utc_now(),
        "assignee": _named(task.assignee) if task.assignee else None,
        "created_by": _named(task.created_by),
        "house": _house(task),
        "case": _case(task),
        "receipts": task.receipts(),
        "result": {"text": task.result_text, "photos": photos} if done or photos else None,
        "return_reason": task.return_reason,
        "ask": _ask(task),
    }


def _named(user: User) -> dict[str, Any]:
    return {"id": user.id, "name": user.name}


def _ask(task: Task) -> dict[str, Any] | None:
    """The time that the worker asked for, and what became of that."""
    if task.ask_state is None:
        return None
    return {
        "state": task.ask_state,
        "until": task.asked_until,
        "reason": task.ask_reason,
        "answer": task.ask_answer,
    }


def _house(task: Task) -> dict[str, Any] | None:
    return {"id": task.house_id, "address": task.house_address} if task.house_id else None


def _case(task: Task) -> dict[str, Any] | None:
    if task.case_id is None:
        return None
    return {"id": task.case_id, "number": task.case_number, "title": task.case_title}


def _history(ids: list[UUID]) -> list[dict[str, Any]]:
    events = db.session.scalars(
        select(TaskEvent).where(TaskEvent.task_id.in_(ids)).order_by(TaskEvent.at, TaskEvent.id)
    )
    return [
        {
            "id": event.id,
            "at": event.at,
            "actor": _named(event.actor),
            "action": event.action,
            "text": event.text or None,
        }
        for event in events
    ]


def _deliveries(ids: list[UUID]) -> list[dict[str, Any]]:
    """Every message about the task, by each of its channels, the first first."""
    rows = db.session.execute(
        select(Delivery, Message, User)
        .join(Message, Message.id == Delivery.message_id)
        .join(User, User.id == Message.user_id)
        .where(Message.task_id.in_(ids))
        .order_by(Message.created_at, Message.id, Delivery.channel, Delivery.id)
        .options(lazyload("*"))
    )
    return [
        {
            **delivery_row(delivery),
            "code": message.code,
            "title": message.title,
            "person": _named(person),
            "queued_at": message.created_at,
            "accepted_at": message.accepted_at,
        }
        for delivery, message, person in rows
    ]
