"""The figures of how cases are dealt with, and the cases behind each."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from backend.api.cases import CasePage
from backend.api.schemas import PageArgs, Strict
from backend.clock.calendar import ZONE
from backend.org.door import Door, actor
from backend.oversight import figures
from backend.oversight.measures import Period, told
from backend.problems import NotFound

door = Door("figures", "figures", url_prefix="/api/figures", description="How cases are dealt with")
LONGEST = timedelta(days=800)
CODE = validate.Regexp(r"[A-Za-z0-9_-]{1,40}\Z")
DAY = validate.Regexp(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]\Z")
MONTH = validate.Regexp(r"20[0-9]{2}-[01][0-9]\Z")


class PeriodArgs(Schema):
    """Which cases: those of a period (both days included), a place, department, item, source.

    `week` (its Monday) and `month` are when a case came in.
    """

    since = fields.Date(required=True)
    until = fields.Date(required=True)
    township_id = fields.UUID()
    village_id = fields.UUID()
    grid_id = fields.UUID()
    department_id = fields.UUID()
    item_code = fields.String(validate=CODE)
    source = fields.String(validate=CODE)
    week = fields.String(validate=DAY)
    month = fields.String(validate=MONTH)

    @validates_schema
    def is_a_period(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a period that ends before it begins, or is longer than two years."""
        if "since" not in data or "until" not in data:
            return
        if not timedelta() <= data["until"] - data["since"] <= LONGEST:
            raise ValidationError("截止日期应不早于开始日期,且不超过两年", "until")
        if not date(2000, 1, 1) <= data["since"] < date(2100, 1, 1):
            raise ValidationError("日期应在 2000 年到 2099 年之间", "since")


class FiguresArgs(PeriodArgs, Strict):
    """Which cases, and by what to tell them apart."""

    by = fields.String(validate=validate.OneOf(list(figures.GROUPS)))


class CountedArgs(PeriodArgs, PageArgs):
    """Which cases; `part` is all that a figure is about, or what it counts alone."""

    part = fields.String(
        load_default="denominator", validate=validate.OneOf(["numerator", "denominator"])
    )


class FigureShape(Schema):
    """A figure: what is counted, of what, and whether a high or a low share is better."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    numerator = fields.String(required=True)
    numerator_en = fields.String(required=True)
    denominator = fields.String(required=True)
    denominator_en = fields.String(required=True)
    better = fields.String(required=True)


class FigureCountsShape(Schema):
    """A figure of one group."""

    code = fields.String(required=True)
    numerator = fields.Integer(required=True)
    denominator = fields.Integer(required=True)


class GroupShape(Schema):
    """The figures of a group; the first, without a key, is all together."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    figures = fields.List(fields.Nested(FigureCountsShape), required=True)


class FiguresShape(Schema):
    """All figures with their formulas, and their counts."""

    figures = fields.List(fields.Nested(FigureShape), required=True)
    rows = fields.List(fields.Nested(GroupShape), required=True)


@door.get("")
@door.arguments(FiguresArgs, location="query")
@door.response(200, FiguresShape)
def all_of_them(args: dict[str, Any]) -> dict[str, Any]:
    """The figures of a period, of the cases that one may see."""
    rows = figures.figures(actor(), period_of(args), args.get("by"), filters_of(args))
    return {"figures": list(told().values()), "rows": rows}


@door.get("/<figure>")
@door.arguments(CountedArgs, location="query")
@door.response(200, CasePage)
def behind(args: dict[str, Any], figure: str) -> dict[str, Any]:
    """The cases behind a figure: as many as it says."""
    if figure not in told():
        raise NotFound("没有这个指标")
    wanted = figure, args["part"] == "numerator"
    place = args["cursor"], args["limit"]
    items, following = figures.counted_cases(
        actor(), period_of(args), wanted, filters_of(args), place
    )
    return {"items": items, "next": following}


def period_of(args: dict[str, Any]) -> Period:
    """The days that are asked for, in China, the last one to its end."""
    since, until = (datetime.combine(args[name], time(), ZONE) for name in ("since", "until"))
    return figures.period(since, until + timedelta(days=1))


def filters_of(args: dict[str, Any]) -> dict[str, Any]:
    """What narrows the cases."""
    return {name: args[name] for name in figures.FILTERS if name in args}
