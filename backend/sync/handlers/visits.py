"""visit.record@1."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from backend.sync.handlers.tasks import filled
from backend.sync.mutations import Context, mutation
from backend.sync.schemas import PositionSchema, Strict, words
from backend.tasks import visits
from backend.tasks.visits import Knock


class VisitRecord(Strict):
    """What came of knocking at a door."""

    attempt_id = fields.UUID(required=True)
    visit_id = fields.UUID(required=True)
    result = fields.String(required=True, validate=validate.OneOf(["met", "nobody", "refused"]))
    note = words(500, allow_none=True, load_default=None)
    next_on = fields.Date(allow_none=True, load_default=None)
    answers = filled(allow_none=True, load_default=None)
    position = fields.Nested(PositionSchema, allow_none=True, load_default=None)


@mutation("visit.record", 1, VisitRecord)
def record(context: Context, args: dict[str, Any]) -> None:
    """Keep the attempt."""
    visits.record(context.capture, Knock(**args))
