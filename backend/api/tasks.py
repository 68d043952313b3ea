"""Tasks: list, read, assign, call off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from backend.api.schemas import PageArgs, Strict, time_field
from backend.api.shapes import NamedShape, PhotoShape, page_of
from backend.cases.models import Case
from backend.db import db
from backend.houses.models import House
from backend.org.access import Actor, Permission, may_see, require
from backend.org.door import Door, actor
from backend.problems import FieldError, Validation
from backend.tasks import commands, queries
from backend.tasks.commands import NewTask, Place
from backend.tasks.rules import KINDS, STATES

door = Door("tasks", "tasks", url_prefix="/api/tasks", description="Field work for one person")


class TaskHouseShape(Schema):
    """The house that a task is about."""

    id = fields.UUID(required=True)
    address = fields.String(allow_none=True)


class TaskCaseShape(Schema):
    """The case that a task is about."""

    id = fields.UUID(required=True)
    number = fields.String(allow_none=True)
    title = fields.String(allow_none=True)


class ReceiptsShape(Schema):
    """When a task was delivered, read, accepted and finished."""

    delivered_at = time_field(allow_none=True)
    read_at = time_field(allow_none=True)
    accepted_at = time_field(allow_none=True)
    finished_at = time_field(allow_none=True)


class ResultShape(Schema):
    """What the worker handed in."""

    text = fields.String(allow_none=True)
    photos = fields.List(fields.Nested(PhotoShape), required=True)


class TaskShape(Schema):
    """A task in a list."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    state = fields.String(required=True)
    urgency = fields.String(required=True)
    assignee = fields.Nested(NamedShape, required=True)
    created_by = fields.Nested(NamedShape, required=True)
    created_at = time_field(required=True)
    due_at = time_field(required=True)
    overdue = fields.Boolean(required=True)
    house = fields.Nested(TaskHouseShape, allow_none=True)
    case = fields.Nested(TaskCaseShape, allow_none=True)
    place = fields.String(allow_none=True)
    lng = fields.Float(allow_none=True)
    lat = fields.Float(allow_none=True)
    record_track = fields.Boolean(required=True)
    receipts = fields.Nested(ReceiptsShape, required=True)
    result = fields.Nested(ResultShape, allow_none=True)
    return_reason = fields.String(allow_none=True)


class TaskEventShape(Schema):
    """A line of a task's history."""

    id = fields.UUID(required=True)
    at = time_field(required=True)
    actor = fields.Nested(NamedShape, allow_none=True)
    action = fields.String(required=True)
    text = fields.String(allow_none=True)


class DeliveryShape(Schema):
    """How a message about a task fared on one channel."""

    channel = fields.String(required=True)
    state = fields.String(required=True)
    at = time_field(allow_none=True)
    attempts = fields.Integer(required=True)


class TaskDetailShape(TaskShape):
    """A task with its history and deliveries."""

    history = fields.List(fields.Nested(TaskEventShape), required=True)
    deliveries = fields.List(fields.Nested(DeliveryShape), required=True)


class TaskQuery(PageArgs):
    """Which tasks."""

    state = fields.String(validate=validate.OneOf(STATES))
    assignee_id = fields.UUID()
    case_id = fields.UUID()
    house_id = fields.UUID()


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
    assignee_id = fields.UUID(required=True)
    house_id = fields.UUID(allow_none=True, load_default=None)
    case_id = fields.UUID(allow_none=True, load_default=None)
    position = fields.Nested(PositionSchema, allow_none=True, load_default=None)
    place = fields.String(allow_none=True, load_default=None, validate=validate.Length(max=200))
    due_at = time_field(required=True)
    urgency = fields.String(load_default="normal", validate=validate.OneOf(["normal", "urgent"]))


class CancelSchema(Strict):
    """Why a task is called off."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


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
    """Assign a task to a worker, who is told at once."""
    about = _about(actor(), args.pop("house_id"), args.pop("case_id"))
    position = args.pop("position") or {}
    wanted = NewTask(**args, lng=position.get("lng"), lat=position.get("lat"))
    task = commands.assign(actor(), wanted, about)
    return queries.task_detail(actor(), task.id)


@door.get("/<uuid:task_id>")
@door.response(200, TaskDetailShape)
def read_task(task_id: UUID) -> dict[str, Any]:
    """A task with its history and how its messages fared."""
    return queries.task_detail(actor(), task_id)


@door.post("/<uuid:task_id>/cancel")
@door.arguments(CancelSchema)
@door.response(200, TaskDetailShape)
def cancel(args: dict[str, Any], task_id: UUID) -> dict[str, Any]:
    """Call a task off; its worker is told."""
    commands.cancel(actor(), task_id, args["reason"])
    return queries.task_detail(actor(), task_id)


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
