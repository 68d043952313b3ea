"""Recurring plans."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from backend.api.houses import STATES as HOUSE_STATES
from backend.api.schemas import Strict, time_field
from backend.api.shapes import NamedShape
from backend.org.door import Door, actor
from backend.problems import FieldError, Validation
from backend.tasks import forms, plans
from backend.tasks.plans import NewPlan
from backend.tasks.rules import KINDS

door = Door("plans", "plans", url_prefix="/api/plans", description="Tasks that come again")


class PlanShape(Schema):
    """A plan, and the next days on which it gives out tasks."""

    id = fields.UUID(required=True)
    grid = fields.Nested(NamedShape, required=True)
    assignee = fields.Nested(NamedShape, allow_none=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    urgency = fields.String(required=True)
    every = fields.String(required=True)
    count = fields.Integer(required=True)
    weekdays = fields.List(fields.Integer(), allow_none=True)
    month_day = fields.Integer(allow_none=True)
    minute = fields.Integer(required=True)
    hours = fields.Integer(required=True)
    house_states = fields.List(fields.String(), allow_none=True)
    form = fields.Dict(allow_none=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(allow_none=True)
    paused = fields.Boolean(required=True)
    created_at = time_field(required=True)
    coming = fields.List(fields.Date(), required=True)


class NewPlanSchema(Strict):
    """A plan; `minute` counts from midnight in China."""

    id = fields.UUID(required=True)
    grid_id = fields.UUID(required=True)
    assignee_id = fields.UUID(allow_none=True, load_default=None)
    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    title = fields.String(required=True, validate=validate.Length(1, 60))
    text = fields.String(load_default="", validate=validate.Length(max=2000))
    urgency = fields.String(load_default="normal", validate=validate.OneOf(["normal", "urgent"]))
    every = fields.String(
        required=True, validate=validate.OneOf(["working_days", "weekdays", "month_day"])
    )
    count = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 250))
    weekdays = fields.List(
        fields.Integer(strict=True, validate=validate.Range(0, 6)),
        allow_none=True,
        load_default=None,
        validate=validate.Length(1, 7),
    )
    month_day = fields.Integer(
        allow_none=True, load_default=None, strict=True, validate=validate.Range(1, 31)
    )
    minute = fields.Integer(load_default=480, strict=True, validate=validate.Range(0, 1439))
    hours = fields.Integer(load_default=10, strict=True, validate=validate.Range(1, 720))
    house_states = fields.List(
        fields.String(validate=validate.OneOf(HOUSE_STATES)),
        allow_none=True,
        load_default=None,
        validate=validate.Length(min=1),
    )
    form_id = fields.UUID(allow_none=True, load_default=None)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(allow_none=True, load_default=None)


@door.get("")
@door.response(200, PlanShape(many=True))
def list_plans() -> list[dict[str, Any]]:
    """The plans of one's divisions."""
    return plans.list_plans(actor())


@door.post("")
@door.arguments(NewPlanSchema)
@door.response(201, PlanShape)
def add(args: dict[str, Any]) -> dict[str, Any]:
    """Make a plan."""
    for name in ("weekdays", "month_day"):
        if (args["every"] == name) != (args[name] is not None):
            raise Validation(errors=[FieldError(f"/{name}", "required", "请选择派发的日子")])
    if args["ends_on"] is not None and args["ends_on"] < args["starts_on"]:
        raise Validation(errors=[FieldError("/ends_on", "too-early", "结束日期不能早于开始日期")])
    form = forms.copy_of(actor(), args.pop("form_id"))
    return _shown(plans.add(actor(), NewPlan(**args, form=form)).id)


@door.post("/<uuid:plan_id>/pause")
@door.response(200, PlanShape)
def pause(plan_id: UUID) -> dict[str, Any]:
    """Halt a plan."""
    return _shown(plans.pause(actor(), plan_id, paused=True).id)


@door.post("/<uuid:plan_id>/resume")
@door.response(200, PlanShape)
def resume(plan_id: UUID) -> dict[str, Any]:
    """Let a plan go on from today."""
    return _shown(plans.pause(actor(), plan_id, paused=False).id)


@door.post("/<uuid:plan_id>/end")
@door.response(200, PlanShape)
def end(plan_id: UUID) -> dict[str, Any]:
    """Let today be a plan's last day."""
    return _shown(plans.end(actor(), plan_id).id)


def _shown(plan_id: UUID) -> dict[str, Any]:
    return next(row for row in plans.list_plans(actor()) if row["id"] == plan_id)
