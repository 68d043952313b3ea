"""Tasks of the sample, in every state: checks of cases, and houses that are due."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select

from backend.cases.models import Case
from backend.db import db, transaction
from backend.delivery.models import Message
from backend.demo import case_history
from backend.demo.message_history import settle
from backend.demo.pictures import Picture
from backend.demo.stage import Stage, written_at
from backend.houses.models import House
from backend.org.access import Actor
from backend.org.models import User
from backend.org.sessions import actor_of
from backend.tasks import commands, fieldwork
from backend.tasks.commands import NewTask, Place
from backend.tasks.fieldwork import Finished
from backend.tasks.models import Task

TASKS = 120
SHOWN = ("worker1", "worker2", "worker3")  # whom a visitor signs in as: they have work to do
OPEN = ("assigned", "read", "accepted")
ENDED = ("done", "closed", "done", "returned", "closed", "done", "cancelled")
RESULTS = ("已整改到位,现场拍照留存", "房东已清理楼道杂物", "已更换合格插座,复查通过")
REASONS = ("不在我的网格内", "租客外出,需另约时间")


@dataclass(frozen=True)
class Errand:
    """A task to be given: to whom, when, about what, and how far it gets."""

    worker: User
    at: datetime
    wanted: NewTask
    about: Place
    course: str


def write(stage: Stage) -> int:
    """Assign them and follow them; answers how many."""
    cases = _chosen_cases(stage)
    errands = [_case_errand(stage, n, len(cases), case) for n, case in enumerate(cases)]
    for username in SHOWN:
        errands += _due_houses(stage, stage.people.users[username])
    for errand in errands:
        _live(stage, errand)
    return len(errands)


def _chosen_cases(stage: Stage) -> list[Case]:
    """Those in the grids of `SHOWN`, and some of the rest; the newest first."""
    query = select(Case).where(Case.restricted.is_(False)).order_by(Case.captured_at, Case.id)
    found = db.session.scalars(query)
    cases = [case for number, case in enumerate(found) if number % 3]  # some go without a task
    shown = [stage.people.users[username] for username in SHOWN]
    theirs = [case for case in cases if stage.people.workers_of[case.grid_id] in shown]
    rest = [case for case in cases if case not in theirs]
    some = stage.seed.dice("tasks").sample(rest, min(max(TASKS - len(theirs), 0), len(rest)))
    return sorted(theirs + some, key=lambda case: case.captured_at, reverse=True)


def _case_errand(stage: Stage, number: int, count: int, case: Case) -> Errand:
    """Of the newest cases the tasks are still open."""
    dice = stage.seed.dice("task", number)
    at = min(case.captured_at + timedelta(hours=dice.uniform(1, 30)), stage.now)
    still_open = number * 3 < count
    course = OPEN[number % len(OPEN)] if still_open else ENDED[number % len(ENDED)]
    worker = stage.people.workers_of[case.grid_id]
    kind, word = ("recheck", "复查") if case.source == "inspection" else ("verify", "核实")
    wanted = NewTask(
        id=stage.seed.id("task", number),
        kind=kind,
        title=f"{word}：{case.title.removeprefix('不符合：')}"[:40],
        text="请到现场查看整改情况并拍照。",
        assignee_id=worker.id,
        due_at=_due(stage, dice, at, still_open=still_open),
        urgency="urgent" if case.severity == "critical" else "normal",
        place=case.address,
    )
    return Errand(worker, at, wanted, _place_of_case(case), course)


def _due(stage: Stage, dice: Random, at: datetime, *, still_open: bool) -> datetime:
    """Some open tasks are overdue, by a day and a half at most."""
    if still_open:
        return max(stage.now + timedelta(days=dice.uniform(-1.5, 5)), at + timedelta(hours=4))
    return at + timedelta(days=dice.choice((1, 3, 7)))


def _place_of_case(case: Case) -> Place:
    house = db.session.get(House, case.house_id) if case.house_id else None
    return Place(
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


def _due_houses(stage: Stage, worker: User) -> list[Errand]:
    """Two houses of a worker's that are due soonest, to be inspected."""
    grids = [duty.grid_id for duty in worker.grids]
    query = select(House).where(House.grid_id.in_(grids)).order_by(House.next_due_on, House.code)
    houses = db.session.scalars(query.limit(2)).all()
    return [_house_errand(stage, worker, house) for house in houses]


def _house_errand(stage: Stage, worker: User, house: House) -> Errand:
    dice = stage.seed.dice("due", house.code)
    wanted = NewTask(
        id=stage.seed.id("due", house.code),
        kind="inspect",
        title=f"到期检查：{house.address}"[:40],
        text="按清单逐项检查,不合格的拍照。",
        assignee_id=worker.id,
        due_at=stage.now + timedelta(days=dice.randint(2, 6)),
        place=house.address,
    )
    about = Place(
        org_unit_id=house.org_unit_id,
        org_path=house.org_path,
        grid_id=house.grid_id,
        house_id=house.id,
        house_address=house.address,
        lng=house.lng,
        lat=house.lat,
    )
    at = stage.now - timedelta(hours=dice.uniform(1, 20))
    return Errand(worker, at, wanted, about, "assigned")


def _live(stage: Stage, errand: Errand) -> None:
    dispatcher = actor_of(stage.people.users["dispatcher"])
    dice, at, task_id = stage.seed.dice("life", errand.wanted.id), errand.at, errand.wanted.id
    with written_at(at):  # no task is given with a time that is past, so that comes afterwards
        soon = replace(errand.wanted, due_at=stage.now + timedelta(days=1))
        commands.assign(dispatcher, soon, errand.about).due_at = errand.wanted.due_at
    for step in _steps(errand.course):
        at = min(at + timedelta(minutes=dice.randint(5, 300)), stage.now)
        with written_at(at):
            _do(stage, dispatcher, step, errand.worker, task_id, at)
    if errand.course == "closed" and errand.about.case_id is not None:
        case_history.close_out(stage, errand.about.case_id, at)
    with transaction():
        _deliver(task_id, stage.now)


def _deliver(task_id: UUID, now: datetime) -> None:
    """Their messages reached the phone a minute later: nothing is left to be sent."""
    task = db.session.get_one(Task, task_id)
    for message in db.session.scalars(select(Message).where(Message.task_id == task_id)):
        arrived = min(message.created_at + timedelta(minutes=1), now)
        message.delivered_at, message.read_at = arrived, task.read_at
        task.delivered_at = task.delivered_at or arrived
        for delivery in message.deliveries:
            settle(delivery, arrived, task.read_at)


def _steps(course: str) -> tuple[str, ...]:
    return {
        "assigned": (),
        "read": ("read",),
        "accepted": ("read", "accept"),
        "done": ("read", "accept", "finish"),
        "closed": ("read", "accept", "finish"),
        "returned": ("read", "return"),
        "cancelled": ("cancel",),
    }[course]


def _do(
    stage: Stage, dispatcher: Actor, step: str, worker: User, task_id: UUID, at: datetime
) -> None:
    who = actor_of(worker)
    dice = stage.seed.dice(task_id, step)
    match step:
        case "read":
            fieldwork.read(who, task_id, at)
        case "accept":
            fieldwork.accept(who, task_id, at)
        case "finish":
            picture = _picture(stage, dice, task_id)
            photo = picture.line(stage.seed.id(task_id, "photo"), at)
            done = Finished(dice.choice(RESULTS), None, [{**photo, "role": "after"}], None)
            fieldwork.finish(who, task_id, done, at)
        case "return":
            fieldwork.give_back(who, task_id, dice.choice(REASONS), at)
        case "cancel":
            commands.cancel(dispatcher, task_id, "重复派发")


def _picture(stage: Stage, dice: Random, task_id: UUID) -> Picture:
    case_id = db.session.get_one(Task, task_id).case_id
    case = db.session.get(Case, case_id) if case_id else None
    return stage.picture(
        dice, case.item_code if case else "", reported=case is None or case.source == "report"
    )
