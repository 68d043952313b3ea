"""What a head asks first: houses by state, and visits."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from backend.org.door import Door, actor
from backend.oversight.overview import overview

door = Door("overview", "overview", url_prefix="/api/overview", description="Houses and visits")


class VisitCountsShape(Schema):
    """Visits that came in today and this month."""

    today = fields.Integer(required=True)
    month = fields.Integer(required=True)


class OverviewShape(Schema):
    """How many houses stand in each state, and how many visits came in."""

    houses = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    visits = fields.Nested(VisitCountsShape, required=True)


@door.get("")
@door.response(200, OverviewShape)
def first_numbers() -> dict[str, Any]:
    """Houses by state and visits, of the part of the town that one sees."""
    return overview(actor())
