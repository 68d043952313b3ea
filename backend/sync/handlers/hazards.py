"""hazard.report@1."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from backend.houses import commands
from backend.sync.handlers.inspections import SEVERITIES
from backend.sync.mutations import Context, Outcome, mutation
from backend.sync.schemas import PositionSchema, Strict, Whole, photos, words


class HazardReport(Strict):
    """What a worker saw: a matter of the list, where, and at least one photo."""

    case_id = fields.UUID(required=True)
    item_code = fields.String(required=True, validate=Whole(r"^[\w.-]{1,20}$"))
    severity = fields.String(
        allow_none=True, load_default=None, validate=validate.OneOf(SEVERITIES)
    )
    house_id = fields.UUID(allow_none=True, load_default=None)
    grid_id = fields.UUID(allow_none=True, load_default=None)
    note = words(allow_none=True, load_default=None)
    address = words(200, allow_none=True, load_default=None)
    position = fields.Nested(PositionSchema, allow_none=True, load_default=None)
    photos = photos(required=True)


@mutation("hazard.report", 1, HazardReport)
def report(context: Context, args: dict[str, Any]) -> Outcome | None:
    """Open a case for it."""
    _, merged = commands.report_hazard(context.capture, args)
    return Outcome(merged=merged)
