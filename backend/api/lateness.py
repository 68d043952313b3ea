"""The wall of what is late."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from backend.api.cases import CaseShape
from backend.api.schemas import PageArgs, time_field
from backend.api.shapes import NamedShape, filters_of, page_of
from backend.org.door import Door, actor
from backend.oversight.lateness import late_cases, late_groups

door = Door("lateness", "lateness", url_prefix="/api/late", description="What is late, and why")
OWNERS = ("centre", "department", "grid")


class LateGroupShape(Schema):
    """At whose door how many lie: a department, a grid's village, a centre's township."""

    owner = fields.String(required=True)
    unit_id = fields.UUID(required=True)
    name = fields.String(required=True)
    count = fields.Integer(required=True)
    red = fields.Integer(required=True)
    since = time_field(required=True)


class LateGroupsShape(Schema):
    """All of them, the most first."""

    groups = fields.List(fields.Nested(LateGroupShape), required=True)


class LateLineShape(Schema):
    """A line of the thread that tells why, or who urged."""

    action = fields.String(required=True)
    text = fields.String(allow_none=True)
    at = time_field(required=True)
    actor = fields.Nested(NamedShape, allow_none=True)


class LateCaseShape(CaseShape):
    """A late case: since when, for how long in working time, why, and who urged last."""

    late_since = time_field(required=True)
    late_minutes = fields.Integer(required=True, metadata={"description": "of working time"})
    mark = fields.String(allow_none=True)
    step_began_at = time_field(allow_none=True)
    why = fields.Nested(LateLineShape, allow_none=True)
    urged = fields.Nested(LateLineShape, allow_none=True)
    times_urged = fields.Integer(required=True)
    can_urge = fields.Boolean(required=True)


class LateArgs(PageArgs):
    """Whose."""

    owner = fields.String(validate=validate.OneOf(OWNERS))
    unit_id = fields.UUID()


@door.get("")
@door.arguments(LateArgs, location="query")
@door.response(200, page_of(LateCaseShape))
def several(args: dict[str, Any]) -> dict[str, Any]:
    """Late cases that one may see, the longest late first."""
    items, following = late_cases(actor(), *filters_of(args))
    return {"items": items, "next": following}


@door.get("/groups")
@door.response(200, LateGroupsShape)
def groups() -> dict[str, Any]:
    """At whose door they lie."""
    return {"groups": late_groups(actor())}
