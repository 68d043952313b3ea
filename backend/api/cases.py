"""Cases: list, read, close."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

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
from backend.api.tasks import TaskShape
from backend.cases import commands, queries
from backend.houses.queries import case_page
from backend.org.door import Door, actor

door = Door("cases", "cases", url_prefix="/api/cases")

STATES = ["reported", "in_progress", "awaiting_check", "closed"]


class CaseShape(PlacedShape):
    """A case in a list."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    title = fields.String(required=True)
    item_code = fields.String(required=True)
    source = fields.String(required=True)
    severity = fields.String(required=True)
    state = fields.String(required=True)
    department = fields.Nested(NamedShape, allow_none=True)
    reporter = fields.Nested(NamedShape, required=True)
    address = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    reported_at = time_field(required=True)
    due_at = time_field(allow_none=True)
    closed_at = time_field(allow_none=True)
    overdue = fields.Boolean(required=True)


class ThreadShape(Schema):
    """A line of a case's thread."""

    id = fields.UUID(required=True)
    at = time_field(required=True)
    actor = fields.Nested(NamedShape, allow_none=True)
    action = fields.String(required=True)
    text = fields.String(allow_none=True)
    photos = fields.List(fields.Nested(PhotoShape), required=True)


class CaseFileShape(CaseShape):
    """A case with its house, thread, photos and tasks."""

    house = fields.Nested(HouseBriefShape, allow_none=True)
    inspection_id = fields.UUID(allow_none=True)
    thread = fields.List(fields.Nested(ThreadShape), required=True)
    photos = fields.List(fields.Nested(PhotoShape), required=True)
    tasks = fields.List(fields.Nested(TaskShape), required=True)


class CaseArgs(SearchArgs):
    """Which cases."""

    state = fields.String(validate=validate.OneOf(STATES))
    department_id = fields.UUID()
    village_id = fields.UUID()


class CloseArgs(Strict):
    """What the person who closes it found."""

    text = fields.String(required=True, validate=validate.Length(1, 2000))


@door.get("")
@door.arguments(CaseArgs, location="query")
@door.response(200, page_of(CaseShape))
def several(args: dict[str, Any]) -> dict[str, Any]:
    """Cases that one may see, the newest found first."""
    items, following = queries.list_cases(actor(), *filters_of(args))
    return {"items": items, "next": following}


@door.get("/<uuid:case_id>")
@door.response(200, CaseFileShape)
def one(case_id: UUID) -> dict[str, Any]:
    """A case, with all that belongs to it."""
    return case_page(actor(), case_id)


@door.post("/<uuid:case_id>/close")
@door.arguments(CloseArgs)
@door.response(200, CaseFileShape)
def close(args: dict[str, Any], case_id: UUID) -> dict[str, Any]:
    """Close a case that is done."""
    commands.close_case(actor(), case_id, args["text"])
    return case_page(actor(), case_id)
