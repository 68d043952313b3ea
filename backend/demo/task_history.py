"""Tasks of the sample, in every state, most of them about a case."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from backend.cases.commands import close_case
from backend.cases.models import Case
from backend.db import db, transaction
from backend.demo.stage import Stage, written_at
from backend.houses.models import House
from backend.org.access import Actor
from backend.org.models import User
from backend.org.sessions import actor_of
from backend.tasks import commands
from backend.tasks.commands import Finished, NewTask, Place
from backend.tasks.models import Task

TASKS = 48
COURSES = ("assigned", "read", "accepted", "done", "closed", "done", "returned", "cancelled")
RESULTS = ("已整改到位,现场拍照留存", "房东已清理楼道杂物", "已更换合格插座,复查通过")
REASONS = ("不在我的网格内", "租客外出,需另约时间")


def write(stage: Stage) -> int:
    """Assign them and follow them; answers how many."""
    cases = list(
        db.session.scalars(
            select(Case.id).where(Case.restricted.is_(False)).order_by(Case.captured_at, Case.id)
        )
    )
    dice = stage.seed.dice("tasks")
    chosen = dice.sample(cases, min(TASKS, len(cases)))
    for number, case_id in enumerate(chosen):
        _live(stage, number, case_id)
    return len(chosen)


def _live(stage: Stage, number: int, case_id: UUID) -> None:
    dice = stage.seed.dice("task", number)
    case = db.session.get_one(Case, case_id)
    worker = stage.people.workers_of[case.grid_id]
    dispatcher = actor_of(stage.people.users["dispatcher"])
    at = min(case.captured_at + timedelta(hours=dice.uniform(1, 30)), stage.now)
    task_id = stage.seed.id("task", number)
    with written_at(at):
        _assign(stage, dispatcher, worker, case, task_id)
    with transaction():
        task = db.session.get_one(Task, task_id)
        task.created_at, task.due_at = at, at + timedelta(days=dice.choice((1, 3, 7)))
    course = COURSES[number % len(COURSES)]
    for step in _steps(course):
        at = min(at + timedelta(minutes=dice.randint(5, 300)), stage.now)
        with written_at(at):
            _do(stage, step, worker, task_id, at)


def _steps(course: str) -> tuple[str, ...]:
    return {
        "assigned": (),
        "read": ("read",),
        "accepted": ("read", "accept"),
        "done": ("read", "accept", "finish"),
        "closed": ("read", "accept", "finish", "close"),
        "returned": ("read", "return"),
        "cancelled": ("cancel",),
    }[course]


def _assign(stage: Stage, dispatcher: Actor, worker: User, case: Case, task_id: UUID) -> None:
    house = db.session.get(House, case.house_id) if case.house_id else None
    place = Place(
        org_unit_id=case.org_unit_id,
        org_path=case.org_path,
        grid_id=case.grid_id,
        house_id=case.house_id,
        house_address=house.address if house else None,
        case_id=case.id,
        case_number=case.number,
        case_title=case.title,
        lng=case.lng,
        lat=case.lat,
    )
    wanted = NewTask(
        id=task_id,
        kind="recheck" if case.source == "inspection" else "verify",
        title=f"复查:{case.title}"[:40],
        text="请到现场查看整改情况并拍照。",
        assignee_id=worker.id,
        due_at=stage.now + timedelta(days=2),
        urgency="urgent" if case.severity == "critical" else "normal",
        place=case.address,
    )
    commands.assign(dispatcher, wanted, place)


def _do(stage: Stage, step: str, worker: User, task_id: UUID, at: datetime) -> None:
    who, dispatcher = actor_of(worker), actor_of(stage.people.users["dispatcher"])
    dice = stage.seed.dice(task_id, step)
    match step:
        case "read":
            commands.read(who, task_id, at)
        case "accept":
            commands.accept(who, task_id, at)
        case "finish":
            photo = dice.choice(stage.pictures).line(stage.seed.id(task_id, "photo"), at)
            done = Finished(dice.choice(RESULTS), None, [{**photo, "role": "after"}], None)
            commands.finish(who, task_id, done, at)
        case "return":
            commands.give_back(who, task_id, dice.choice(REASONS), at)
        case "cancel":
            commands.cancel(dispatcher, task_id, "重复派发")
        case "close":
            task = db.session.get_one(Task, task_id)
            if task.case_id is not None:
                close_case(dispatcher, task.case_id, "复查通过,予以销号").closed_at = at
