"""Cases: list, read, act."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from backend.api.messages import MessageShape
from backend.api.schemas import Strict, time_field
from backend.api.shapes import (
    HouseBriefShape,
    NamedShape,
    PhotoShape,
    PlacedShape,
    SearchArgs,
    filters_of,
    page_of,
)
from backend.api.task_shapes import TaskShape
from backend.cases import acts, parts, queries
from backend.cases.acts import RATINGS
from backend.cases.table import life
from backend.delivery.queries import messages_about
from backend.houses.queries import case_page
from backend.org.door import Door, actor
from backend.sync.schemas import PositionSchema, photos

door = Door("cases", "cases", url_prefix="/api/cases")


class CaseRowShape(PlacedShape):
    """What every list says of a case."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    title = fields.String(required=True)
    item_code = fields.String(required=True)
    source = fields.String(required=True)
    severity = fields.String(required=True)
    state = fields.String(required=True)
    department = fields.Nested(NamedShape, allow_none=True)
    address = fields.String(allow_none=True)
    reported_at = time_field(required=True)
    due_at = time_field(required=True)
    supervised = fields.Boolean(required=True)
    urgent = fields.Boolean(required=True)
    open_parts = fields.Integer(required=True)
    version = fields.Integer(required=True)


class CaseShape(CaseRowShape):
    """A case in a list of all, the ended ones among them."""

    owner = fields.String(allow_none=True, metadata={"description": "who must act"})
    reporter = fields.Nested(NamedShape, required=True)
    note = fields.String(allow_none=True)
    step_due_at = time_field(allow_none=True)
    closed_at = time_field(allow_none=True)
    overdue = fields.Boolean(required=True)


CasePage = page_of(CaseShape)


class ThreadShape(Schema):
    """A line of a case's thread."""

    id = fields.UUID(required=True)
    at = time_field(required=True)
    actor = fields.Nested(NamedShape, allow_none=True)
    action = fields.String(required=True)
    text = fields.String(allow_none=True)
    photos = fields.List(fields.Nested(PhotoShape), required=True)


class ActionShape(Schema):
    """What one may do with a case now; `needs` names what to send, a ? what may be left out."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    needs = fields.List(fields.String(), required=True)


class PartShape(Schema):
    """What another department was called for: support, a whistle or an opinion."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    department = fields.Nested(NamedShape, required=True)
    state = fields.String(required=True)
    asked = fields.String(required=True)
    called_at = time_field(required=True)
    due_at = time_field(allow_none=True)
    overdue = fields.Boolean(required=True)
    late_at = time_field(allow_none=True)
    signed_at = time_field(allow_none=True)
    arrived_at = time_field(allow_none=True)
    lng = fields.Float(allow_none=True)
    lat = fields.Float(allow_none=True)
    accuracy = fields.Float(allow_none=True, metadata={"description": "metres"})
    distance_m = fields.Float(allow_none=True, metadata={"description": "to the case"})
    result = fields.String(allow_none=True)
    actions = fields.List(fields.Nested(ActionShape), required=True)


class NextReportShape(Schema):
    """The report of an urgent case that is due next."""

    code = fields.String(required=True, metadata={"description": "follow or final"})
    due_at = time_field(required=True)
    overdue = fields.Boolean(required=True)


class CaseFileShape(CaseShape):
    """A case with its house, thread, photos and tasks, and what one may do with it."""

    handling = fields.String(allow_none=True)
    level = fields.Integer(required=True)
    returns = fields.Integer(required=True)
    extensions = fields.Integer(required=True)
    reopens = fields.Integer(required=True)
    rating = fields.String(allow_none=True)
    asked_until = time_field(allow_none=True)
    merged_into_id = fields.UUID(allow_none=True)
    restricted = fields.Boolean(required=True)
    opinions = fields.Integer(required=True)
    follows = fields.Integer(required=True)
    finals = fields.Integer(required=True)
    next_report = fields.Nested(NextReportShape, allow_none=True)
    parts = fields.List(fields.Nested(PartShape), required=True)
    actions = fields.List(fields.Nested(ActionShape), required=True)
    undo_seconds = fields.Integer(
        allow_none=True, metadata={"description": "how long one may take one's last step back"}
    )
    house = fields.Nested(HouseBriefShape, allow_none=True)
    inspection_id = fields.UUID(allow_none=True)
    thread = fields.List(fields.Nested(ThreadShape), required=True)
    photos = fields.List(fields.Nested(PhotoShape), required=True)
    tasks = fields.List(fields.Nested(TaskShape), required=True)


class CaseArgs(SearchArgs):
    """Which cases."""

    state = fields.String(validate=validate.OneOf(list(life().states)))
    department_id = fields.UUID()
    village_id = fields.UUID()


class SeenArgs(Strict):
    """What is given for a step, and the version of the case that was looked at."""

    seen = fields.Integer(required=True, strict=True, validate=validate.Range(0, 2**31 - 1))
    text = fields.String(validate=validate.Length(1, 2000))
    reason = fields.String(validate=validate.Length(1, 2000))
    photo = photos()


class CheckInArgs(PositionSchema):
    """Where somebody is who checks in on the spot."""


class PartArgs(SeenArgs):
    """What is given for a step of a part."""

    position = fields.Nested(CheckInArgs)


class ActArgs(SeenArgs):
    """What is given for an action."""

    department = fields.UUID()
    departments = fields.List(fields.UUID(), validate=validate.Length(1, 20))
    until = time_field()
    rating = fields.String(validate=validate.OneOf(list(RATINGS)))
    case = fields.UUID()
    item = fields.String(validate=validate.Length(1, 4))


@door.get("")
@door.arguments(CaseArgs, location="query")
@door.response(200, CasePage)
def several(args: dict[str, Any]) -> dict[str, Any]:
    """Cases that one may see: what is urgent and open, then the newest found."""
    items, following = queries.cases_of_desk(actor(), *filters_of(args))
    return {"items": items, "next": following}


@door.get("/alarms")
@door.response(200, CaseShape(many=True))
def alarms() -> list[dict[str, Any]]:
    """Urgent cases that wait for somebody to take them."""
    return queries.alarms(actor())


@door.get("/<uuid:case_id>")
@door.response(200, CaseFileShape)
def one(case_id: UUID) -> dict[str, Any]:
    """A case, with all that belongs to it."""
    return case_page(actor(), case_id)


@door.get("/<uuid:case_id>/messages")
@door.response(200, MessageShape(many=True))
def messages(case_id: UUID) -> list[dict[str, Any]]:
    """What was sent about a case, to whom, and each receipt with its time."""
    case = queries.find_case(actor(), case_id)
    return messages_about(case.id)


@door.post("/<uuid:case_id>/actions/<action>")
@door.arguments(ActArgs)
@door.response(200, CaseFileShape)
def act(args: dict[str, Any], case_id: UUID, action: str) -> dict[str, Any]:
    """Do what the life of a case allows; `actions` of the case say what that is."""
    seen = args.pop("seen")
    acts.act(actor(), case_id, action, args, seen=seen)
    return case_page(actor(), case_id)


@door.post("/<uuid:case_id>/parts/<uuid:part_id>/<step>")
@door.arguments(PartArgs)
@door.response(200, CaseFileShape)
def act_on_part(args: dict[str, Any], case_id: UUID, part_id: UUID, step: str) -> dict[str, Any]:
    """Do what a part allows that another department was called for; its `actions` say what."""
    seen = args.pop("seen")
    parts.act_on_part(actor(), case_id, part_id, step, args, seen=seen)
    return case_page(actor(), case_id)
