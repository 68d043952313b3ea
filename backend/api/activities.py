"""What comes in from the field."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from backend.api.schemas import time_field
from backend.api.shapes import NamedShape, PlacedShape, SearchArgs, filters_of, page_of
from backend.cases.table import life
from backend.org.door import Door, actor
from backend.oversight import queries

door = Door("activities", "activities", url_prefix="/api/activities")

STATES = [
    *("pass", "rectify", "fail", "none"),  # an inspection's result
    *life().states,  # a hazard's state
    *("recording", "paused", "finished"),  # a patrol's state
]


class PhotoTotalsShape(Schema):
    """How many photos there are, how many have arrived, and the first small picture."""

    total = fields.Integer(required=True)
    arrived = fields.Integer(required=True)
    first_thumb = fields.String(allow_none=True)


class ActivityShape(PlacedShape):
    """An inspection, a reported hazard or a patrol, in one line.

    In the order of these three kinds, `title` is the address, the matter or the kind of patrol;
    `detail` the outcome, the place with the note, or the note; `amount` the failed items, nothing,
    or the metres recorded.
    """

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    record_id = fields.UUID(required=True)
    title = fields.String(required=True)
    detail = fields.String(required=True)
    amount = fields.Float(required=True)
    worker = fields.Nested(NamedShape, required=True)
    state = fields.String(required=True)
    severity = fields.String(allow_none=True)
    captured_at = time_field(required=True)
    received_at = time_field(required=True)
    photos = fields.Nested(PhotoTotalsShape, required=True)


class ActivityArgs(SearchArgs):
    """Which activities."""

    kind = fields.String(validate=validate.OneOf(list(queries.KINDS)))
    state = fields.String(validate=validate.OneOf(STATES))
    grid_id = fields.UUID()
    village_id = fields.UUID()
    worker_id = fields.UUID()
    since = time_field()
    doubt = fields.String(validate=validate.OneOf(queries.DOUBTS))


@door.get("")
@door.arguments(ActivityArgs, location="query")
@door.response(200, page_of(ActivityShape))
def several(args: dict[str, Any]) -> dict[str, Any]:
    """What one may see of what came in, the newest received first."""
    items, following = queries.list_activities(actor(), *filters_of(args))
    return {"items": items, "next": following}
