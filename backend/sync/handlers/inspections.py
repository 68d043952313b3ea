"""inspection.submit@1."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from backend.inspections import commands, run
from backend.sync.mutations import Context, Outcome, Swift, mutation
from backend.sync.schemas import PositionSchema, Strict, Whole, moment, photos, words

VERDICTS = ["pass", "fail", "na"]
SEVERITIES = ["general", "serious", "critical"]
OUTCOMES = ["inspected", "nobody_home", "refused", "moved_away"]
CODE = Whole(r"^[A-Z][0-9]{2}$", error="应为清单项编号,如 D01")
COUNT = validate.Range(0, 100_000, error="数字应在 0 到 100000 之间")


class AnswerSchema(Strict):
    """The answer to one item of the checklist."""

    code = fields.String(required=True, validate=CODE)
    verdict = fields.String(allow_none=True, load_default=None, validate=validate.OneOf(VERDICTS))
    number = fields.Float(allow_none=True, load_default=None, allow_nan=False, validate=COUNT)
    text = words(allow_none=True, load_default=None)
    note = words(allow_none=True, load_default=None)
    severity = fields.String(
        allow_none=True, load_default=None, validate=validate.OneOf(SEVERITIES)
    )


class InspectionSubmit(Strict):
    """One visit to a house; `case_ids` has an id for the case of each failed item."""

    inspection_id = fields.UUID(required=True)
    house_id = fields.UUID(required=True)
    checklist_id = fields.UUID(required=True)
    task_id = fields.UUID(allow_none=True, load_default=None)
    started_at = moment(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    answers = fields.List(
        fields.Nested(AnswerSchema), required=True, validate=validate.Length(max=200)
    )
    note = words(allow_none=True, load_default=None)
    position = fields.Nested(PositionSchema, allow_none=True, load_default=None)
    photos = photos(required=True)
    case_ids = fields.Dict(
        keys=fields.String(validate=CODE),
        values=fields.UUID(),
        required=True,
        validate=validate.Length(max=200),
    )


@mutation("inspection.submit", 1, InspectionSubmit, Swift(run.plain, run.submit))
def submit(context: Context, args: dict[str, Any]) -> Outcome | None:
    """Take in an inspection with its findings."""
    _, merged = commands.submit_inspection(context.capture, args)
    return Outcome(merged=merged)
