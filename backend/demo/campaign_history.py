"""A campaign under way, and tasks for more than one person: joint, for a grid, recurring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from backend.clock.calendar import ZONE
from backend.db import db
from backend.demo.stage import Stage, written_at
from backend.houses.models import House
from backend.org.access import Actor
from backend.org.models import Grid
from backend.org.sessions import actor_of
from backend.tasks import campaigns, commands, fieldwork, forms, plans, visits
from backend.tasks.campaign_models import Visit
from backend.tasks.campaigns import NewCampaign
from backend.tasks.commands import NewTask, Place
from backend.tasks.models import Task
from backend.tasks.plans import NewPlan
from backend.tasks.visits import Knock

FORM = ("冬季取暖登记", "Heating in winter")
FIELDS = [
    {
        "code": "heater",
        "label": "取暖方式",
        "label_en": "Heated by",
        "kind": "choice",
        "required": True,
        "options": ["空调", "电取暖器", "燃气", "煤炉"],
        "options_en": ["Air conditioner", "Electric heater", "Gas", "Coal stove"],
    },
    {
        "code": "alarm",
        "label": "装有报警器",
        "label_en": "Has an alarm",
        "kind": "yes_no",
        "required": True,
        "options": [],
    },
    {
        "code": "persons",
        "label": "现住人数",
        "label_en": "Persons living there",
        "kind": "number",
        "required": False,
        "options": [],
    },
]
MET = {"heater": "空调", "alarm": "yes", "persons": "3"}
RESULTS = ("met", "nobody", "met", "refused", None)  # one door of five is still to come
BEGUN = timedelta(days=4)


def write(stage: Stage) -> None:
    """Let a village be visited, the first worker's if it has houses, and work be shared."""
    dispatcher, first = actor_of(stage.people.users["dispatcher"]), stage.people.workers[0]
    grids = [grid for grid, one in stage.people.workers_of.items() if one is first]
    houses = select(House).order_by(House.grid_id.in_(grids).desc(), House.code).limit(1)
    grid = db.session.get_one(Grid, db.session.scalars(houses).one().grid_id)
    village = select(House).where(House.org_unit_id == grid.org_unit_id).order_by(House.code)
    places = [_place_of(house) for house in db.session.scalars(village)]
    with written_at(stage.now - BEGUN):
        form = forms.add(dispatcher, grid.org_unit_id, FORM, FIELDS).copy()
        _start(stage, dispatcher, places, form)
    _knock(stage)
    here = next(place for place in places if place.grid_id == grid.id)
    with written_at(stage.now - timedelta(hours=2)):
        _share(stage, dispatcher, grid, here, form)
        _repeat(stage, dispatcher, grid)


def _place_of(house: House) -> Place:
    return Place(
        house.org_unit_id,
        house.org_path,
        house.grid_id,
        house_id=house.id,
        house_address=house.address,
        lng=house.lng,
        lat=house.lat,
    )


def _start(stage: Stage, dispatcher: Actor, places: Sequence[Place], form: dict[str, Any]) -> None:
    begun = (stage.now - BEGUN).astimezone(ZONE).date()
    wanted = NewCampaign(
        id=stage.seed.id("campaign"),
        name="冬季取暖安全敲门行动",
        text="逐户看取暖设备和报警器,提醒开窗通风。",
        starts_on=begun,
        ends_on=begun + timedelta(days=14),
        form=form,
    )
    campaigns.start(dispatcher, wanted, places)


def _knock(stage: Stage) -> None:
    """Of five doors four have been tried, each by the worker of its grid."""
    of_all = select(Visit).where(Visit.campaign_id == stage.seed.id("campaign"))
    doors = [
        (visit.id, visit.grid_id) for visit in db.session.scalars(of_all.order_by(Visit.address))
    ]
    for number, (visit_id, grid_id) in enumerate(doors):
        result = RESULTS[number % len(RESULTS)]
        if result is None:
            continue
        again = None if result == "met" else (stage.now + timedelta(days=1)).date()
        answers = MET if result == "met" else None
        key = f"knock {number}"
        at = stage.moment(stage.seed.dice(key), days=2.9)
        knock = Knock(stage.seed.id(key), visit_id, result, None, again, answers, None)
        with written_at(at):
            visits.record(stage.capture(stage.people.workers_of[grid_id], at, key), knock)


def _share(stage: Stage, dispatcher: Actor, grid: Grid, here: Place, form: dict[str, Any]) -> None:
    """Two workers go together, one of them has accepted; and another task is for whoever comes."""
    first = stage.people.workers_of[grid.id]
    second = next(one for one in stage.people.workers if one is not first)
    due = stage.now + timedelta(days=2)
    together = NewTask(
        id=stage.seed.id("joint"),
        kind="visit",
        title="两人一组上门,登记取暖设备",
        text="这户独居老人多,请两人同去。",
        assignee_id=first.id,
        due_at=due,
        partner_ids=[second.id],
        form=form,
    )
    commands.assign(dispatcher, together, here)
    theirs = select(Task.id).where(Task.joint_id == together.id, Task.assignee_id == second.id)
    accepted_at = stage.now - timedelta(hours=1)
    fieldwork.accept(actor_of(second), db.session.scalars(theirs).one(), accepted_at)
    for_grid = NewTask(
        id=stage.seed.id("for grid"),
        kind="other",
        title="张贴停水通知",
        text="明早八点前贴到各楼道口。",
        assignee_id=None,
        due_at=due,
        for_grid_id=grid.id,
    )
    commands.assign(dispatcher, for_grid)


def _repeat(stage: Stage, dispatcher: Actor, grid: Grid) -> None:
    wanted = NewPlan(
        id=stage.seed.id("plan"),
        grid_id=grid.id,
        assignee_id=None,
        kind="patrol",
        title="巡查充电车棚",
        text="看有没有飞线充电,灭火器是否在位。",
        urgency="normal",
        every="weekdays",
        count=1,
        weekdays=[0, 3],
        month_day=None,
        minute=9 * 60,
        hours=10,
        house_states=None,
        starts_on=(stage.now + timedelta(days=1)).astimezone(ZONE).date(),
        ends_on=None,
    )
    plans.add(dispatcher, wanted)
