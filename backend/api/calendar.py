"""The calendar by which deadlines count: read a year, change a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from backend.api.schemas import Strict
from backend.clock import commands, queries
from backend.clock.queries import Year
from backend.org.door import Door, actor

door = Door(
    "calendar", "calendar", url_prefix="/api/calendar", description="Holidays and working days"
)
FIRST, LAST = 2000, 2099


class DayShape(Schema):
    """A day that is not as its week has it."""

    day = fields.Date(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)


class YearShape(Schema):
    """A year; `known` is false while no holiday of it is entered: then its weeks count as they are.

    `weekdays` are those worked in an ordinary week (1 is Monday), `source` is where the days that
    come with the product were announced.
    """

    year = fields.Integer(required=True)
    known = fields.Boolean(required=True)
    source = fields.String(allow_none=True, required=True)
    weekdays = fields.List(fields.Integer(), required=True)
    days = fields.List(fields.Nested(DayShape), required=True)


class YearArgs(Strict):
    """Which year."""

    year = fields.Integer(required=True, validate=validate.Range(FIRST, LAST))


def _day() -> fields.Date:
    return fields.Date(required=True, validate=_of_this_century)


def _of_this_century(value: date) -> None:
    if not FIRST <= value.year <= LAST:
        raise ValidationError(f"日期应在 {FIRST} 年到 {LAST} 年之间")


class DayArgs(Strict):
    """Which day."""

    day = _day()


class NewDaySchema(Strict):
    """A day that is a holiday, or worked, whatever its week says."""

    day = _day()
    kind = fields.String(required=True, validate=validate.OneOf(["holiday", "workday"]))
    name = fields.String(required=True, validate=validate.Length(1, 40))


@door.get("")
@door.arguments(YearArgs, location="query")
@door.response(200, YearShape)
def read_year(args: dict[str, Any]) -> Year:
    """A year: the days on which offices are closed or open against their week."""
    return queries.read_year(actor(), args["year"])


@door.put("")
@door.arguments(NewDaySchema)
@door.response(200, YearShape)
def set_day(args: dict[str, Any]) -> Year:
    """Make a day a holiday or a workday; answers its year."""
    commands.set_day(actor(), **args)
    return queries.read_year(actor(), args["day"].year)


@door.delete("")
@door.arguments(DayArgs, location="query")
@door.response(200, YearShape)
def clear_day(args: dict[str, Any]) -> Year:
    """Let a day be as its week has it; answers its year."""
    commands.clear_day(actor(), args["day"])
    return queries.read_year(actor(), args["day"].year)
