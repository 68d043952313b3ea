"""hazard.report@1, .settle@1, .urgent@1, case.follow@1, .whistle@1."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from backend.cases import reports, whistles
from backend.houses import commands
from backend.sync.handlers.inspections import SEVERITIES
from backend.sync.mutations import Context, Outcome, mutation
from backend.sync.schemas import PositionSchema, Strict, Whole, photos, words


class Seen(Strict):
    """What a worker saw: a matter of the list, where, and the photos that it wants."""

    case_id = fields.UUID(required=True)
    item_code = fields.String(required=True, validate=Whole(r"^[\w.-]{1,20}$"))
    house_id = fields.UUID(allow_none=True, load_default=None)
    grid_id = fields.UUID(allow_none=True, load_default=None)
    note = words(allow_none=True, load_default=None)
    address = words(200, allow_none=True, load_default=None)
    position = fields.Nested(PositionSchema, allow_none=True, load_default=None)
    photos = photos(required=True)


class HazardReport(Seen):
    """It is for others to deal with; how grave it is, where that is not as usual."""

    severity = fields.String(
        allow_none=True, load_default=None, validate=validate.OneOf(SEVERITIES)
    )


class HazardSettle(Seen):
    """It was settled on the spot (自办): what was done; photos of before and `after`."""

    done = fields.String(required=True, validate=validate.Length(1, 2000))


class HazardUrgent(Strict):
    """An emergency (紧急事件): one sentence; where and photos as far as there is time for them."""

    case_id = fields.UUID(required=True)
    text = fields.String(required=True, validate=validate.Length(1, 500))
    position = fields.Nested(PositionSchema, allow_none=True, load_default=None)
    photos = photos(required=True)


class CaseFollow(Strict):
    """A further (续报) or the final report (终报) of an urgent case."""

    case_id = fields.UUID(required=True)
    text = fields.String(required=True, validate=validate.Length(1, 2000))
    final = fields.Boolean(required=True)
    photos = photos(required=True)


class CaseWhistle(Strict):
    """Departments called to the spot of a case (吹哨), and why."""

    case_id = fields.UUID(required=True)
    departments = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 20))
    text = fields.String(required=True, validate=validate.Length(1, 500))


@mutation("hazard.report", 1, HazardReport)
def report(context: Context, args: dict[str, Any]) -> Outcome | None:
    """Open a case for it."""
    _, merged = commands.report_hazard(context.capture, args)
    return Outcome(merged=merged)


@mutation("hazard.settle", 1, HazardSettle)
def settle(context: Context, args: dict[str, Any]) -> Outcome:
    """Open a case that waits to be checked."""
    _, merged = commands.settle_hazard(context.capture, args)
    return Outcome(merged=merged)


@mutation("hazard.urgent", 1, HazardUrgent)
def urgent(context: Context, args: dict[str, Any]) -> Outcome:
    """Open a case for it, and call the centre."""
    _, merged = reports.report_urgent(context.capture, args)
    return Outcome(merged=merged)


@mutation("case.follow", 1, CaseFollow)
def follow(context: Context, args: dict[str, Any]) -> Outcome:
    """Report on; what comes too late is kept all the same."""
    if reports.follow_up(context.capture, args):
        return Outcome()
    return Outcome(merged=True, message="事件已结束或已终报;您提交的内容已作为记录保存")


@mutation("case.whistle", 1, CaseWhistle)
def whistle(context: Context, args: dict[str, Any]) -> Outcome:
    """Call them; where nobody is left to call, the words are kept all the same."""
    if whistles.whistle(context.actor, args):
        return Outcome()
    return Outcome(merged=True, message="隐患已结束,或这些部门已被叫到;您写的话已作为记录保存")
