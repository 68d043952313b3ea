"""Closed cases drawn at random for a second look."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from backend.api.cases import CasePage
from backend.api.schemas import PageArgs, Strict
from backend.cases import samples
from backend.cases.samples import Lot
from backend.clock.calendar import ZONE
from backend.org.door import Door, actor

door = Door("samples", "samples", url_prefix="/api/samples", description="A second look (抽查)")
YEARS = date(2000, 1, 1), date(2099, 12, 31)


class LotSchema(Strict):
    """How many cases, of those closed on these days (both included) and not drawn before."""

    since = fields.Date(required=True)
    until = fields.Date(required=True)
    count = fields.Integer(required=True, strict=True, validate=validate.Range(1, samples.MOST))

    @validates_schema
    def is_a_period(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a period that ends before it begins."""
        if "since" in data and "until" in data and data["until"] < data["since"]:
            raise ValidationError("截止日期应不早于开始日期", "until")
        if data.get("until", YEARS[0]) > YEARS[1] or data.get("since", YEARS[0]) < YEARS[0]:
            raise ValidationError("日期应在 2000 年到 2099 年之间", "until")


class DrawnShape(Schema):
    """How many were drawn."""

    drawn = fields.Integer(required=True)


@door.get("")
@door.arguments(PageArgs, location="query")
@door.response(200, CasePage)
def list_drawn(args: dict[str, Any]) -> dict[str, Any]:
    """The cases that were drawn and not marked yet."""
    items, following = samples.list_drawn(actor(), args["cursor"], args["limit"])
    return {"items": items, "next": following}


@door.post("")
@door.arguments(LotSchema)
@door.response(201, DrawnShape)
def draw(args: dict[str, Any]) -> dict[str, int]:
    """Draw cases at random; each is then marked right or wrong as a step of its own."""
    since, until = (datetime.combine(args[day], time(), ZONE) for day in ("since", "until"))
    return {"drawn": samples.draw(actor(), Lot(since, until + timedelta(days=1), args["count"]))}
