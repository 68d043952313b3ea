"""Tasks: list, read, assign, call off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from backend.api.schemas import PageArgs, Strict, time_field
from backend.api.shapes import page_of
from backend.api.task_shapes import NearShape, TaskDetailShape, TaskShape
from backend.cases.models import Case
from backend.cases.visits import assign_visit
from backend.checklists.queries import copy_in_force
from backend.db import db
from backend.houses.models import House
from backend.inspections.asked import made_for
from backend.org.access import Actor, Permission, may_see, require
from backend.org.door import Door, actor
from backend.problems import FieldError, Validation
from backend.tasks import commands, forms, queries
from backend.tasks.commands import NewTask, Place
from backend.tasks.rules import KINDS, STATES

door = Door(
    "tasks",
    "tasks",
    url_prefix="/api/tasks",
    description="Field work, for a person, several or a grid",
)


class TaskQuery(PageArgs):
    """Which tasks."""

    state = fields.String(validate=validate.OneOf(STATES))
    assignee_id = fields.UUID()
    case_id = fields.UUID()
    house_id = fields.UUID()
    ask_state = fields.String(validate=validate.OneOf(["asked"]))


class PositionSchema(Strict):
    """Where the work is, as the desk pointed at it."""

    lng = fields.Float(required=True, allow_nan=False, validate=validate.Range(73, 136))
    lat = fields.Float(required=True, allow_nan=False, validate=validate.Range(3, 54))
    accuracy = fields.Float(allow_none=True, allow_nan=False)
    at = time_field()
    source = fields.String(validate=validate.OneOf(["gps", "map", "house", "photo"]))


class NewTaskSchema(Strict):
    """A task to assign; the client makes the id, so that a repeated request makes no second."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    title = fields.String(required=True, validate=validate.Length(1, 100))
    text = fields.String(load_default="", validate=validate.Length(max=2000))
    assignee_id = fields.UUID(allow_none=True, load_default=None)
    partner_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=9))
    departments = fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=20),
        metadata={"description": "called to the same case on the spot, for a joint visit"},
    )
    for_grid_id = fields.UUID(allow_none=True, load_default=None)
    form_id = fields.UUID(allow_none=True, load_default=None)
    checklist_id = fields.UUID(
        allow_none=True,
        load_default=None,
        metadata={"description": "in force; the house is inspected by it, which ends the task"},
    )
    house_id = fields.UUID(allow_none=True, load_default=None)
    case_id = fields.UUID(allow_none=True, load_default=None)
    position = fields.Nested(PositionSchema, allow_none=True, load_default=None)
    place = fields.String(allow_none=True, load_default=None, validate=validate.Length(max=200))
    due_at = time_field(required=True)
    urgency = fields.String(load_default="normal", validate=validate.OneOf(["normal", "urgent"]))


class CancelSchema(Strict):
    """Why a task is called off."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


class ReassignSchema(Strict):
    """Who gets the task instead, and why."""

    worker_id = fields.UUID(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class TimeSchema(Strict):
    """What the desk says to a worker who asks for time."""

    granted = fields.Boolean(required=True)
    answer = fields.String(load_default="", validate=validate.Length(max=500))


class SpotArgs(Strict):
    """Where somebody is needed."""

    lng = fields.Float(required=True, allow_nan=False, validate=validate.Range(73, 136))
    lat = fields.Float(required=True, allow_nan=False, validate=validate.Range(3, 54))


@door.get("")
@door.arguments(TaskQuery, location="query")
@door.response(200, page_of(TaskShape))
def list_tasks(args: dict[str, Any]) -> dict[str, Any]:
    """Tasks that one may see, newest first."""
    cursor, limit = args.pop("cursor"), args.pop("limit")
    items, following = queries.list_tasks(actor(), args, cursor, limit)
    return {"items": items, "next": following}


@door.post("")
@door.arguments(NewTaskSchema)
@door.response(201, TaskDetailShape)
def assign(args: dict[str, Any]) -> dict[str, Any]:
    """Assign a task to a worker, who is told at once; departments are called to be there."""
    about = _about(actor(), args.pop("house_id"), args.pop("case_id"))
    position, departments = args.pop("position") or {}, args.pop("departments")
    form = forms.copy_of(actor(), args.pop("form_id"))
    checklist = copy_in_force(args.pop("checklist_id"))
    lng, lat = position.get("lng"), position.get("lat")
    wanted = NewTask(**args, form=form, checklist=checklist, lng=lng, lat=lat)
    task = assign_visit(actor(), wanted, about, departments)
    return _shown(task.id)


@door.get("/nearest")
@door.arguments(SpotArgs, location="query")
@door.response(200, NearShape(many=True))
def nearest(args: dict[str, Any]) -> list[dict[str, Any]]:
    """Who is on duty nearest to a place, by where each was seen last."""
    return queries.nearest(actor(), args["lng"], args["lat"])


@door.get("/<uuid:task_id>")
@door.response(200, TaskDetailShape)
def read_task(task_id: UUID) -> dict[str, Any]:
    """A task with its history and how its messages fared."""
    return _shown(task_id)


@door.post("/<uuid:task_id>/cancel")
@door.arguments(CancelSchema)
@door.response(200, TaskDetailShape)
def cancel(args: dict[str, Any], task_id: UUID) -> dict[str, Any]:
    """Call a task off; its worker is told."""
    commands.cancel(actor(), task_id, args["reason"])
    return _shown(task_id)


@door.post("/<uuid:task_id>/reassign")
@door.arguments(ReassignSchema)
@door.response(200, TaskDetailShape)
def reassign(args: dict[str, Any], task_id: UUID) -> dict[str, Any]:
    """Give a task to another worker; whoever had it is told, and what they still send is kept."""
    commands.reassign(actor(), task_id, args["worker_id"], args["reason"])
    return _shown(task_id)


@door.post("/<uuid:task_id>/time")
@door.arguments(TimeSchema)
@door.response(200, TaskDetailShape)
def answer_time(args: dict[str, Any], task_id: UUID) -> dict[str, Any]:
    """Grant or refuse the time that a worker asked for."""
    commands.answer_time(actor(), task_id, args["answer"], granted=args["granted"])
    return _shown(task_id)


def _shown(task_id: UUID) -> dict[str, Any]:
    """A task with what was found by the inspections that were made for it."""
    return {**queries.task_detail(actor(), task_id), "inspections": made_for(actor(), task_id)}


def _about(who: Actor, house_id: UUID | None, case_id: UUID | None) -> Place | None:
    """What the task is about, as it stands today; the case's house comes with the case."""
    require(who, Permission.TASK_ASSIGN)
    case = db.session.get(Case, case_id) if case_id else None
    if case_id and (case is None or not may_see(who, Permission.CASE_READ, case)):
        raise Validation(errors=[FieldError("/case_id", "not-found", "没有找到这个案件")])
    of_house = case.house_id if case else house_id
    house = db.session.get(House, of_house) if of_house else None
    if case is not None:
        return _place_of_case(case, house)
    if house_id and (house is None or not may_see(who, Permission.HOUSE_READ, house)):
        raise Validation(errors=[FieldError("/house_id", "not-found", "没有找到这个出租房")])
    return _place_of_house(house) if house else None


def _place_of_case(case: Case, house: House | None) -> Place:
    return Place(
        case.org_unit_id,
        case.org_path,
        case.grid_id,
        house_id=case.house_id,
        house_address=house.address if house else case.address,
        case_id=case.id,
        case_number=case.number,
        case_title=case.title,
        restricted=case.restricted,
        lng=case.lng,
        lat=case.lat,
    )


def _place_of_house(house: House) -> Place:
    return Place(
        house.org_unit_id,
        house.org_path,
        house.grid_id,
        house_id=house.id,
        house_address=house.address,
        lng=house.lng,
        lat=house.lat,
    )
