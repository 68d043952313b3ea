"""The duty desk's call list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from backend.api.schemas import Strict, time_field
from backend.api.shapes import NamedShape
from backend.delivery import calls
from backend.org.door import Door, actor

door = Door("calls", "calls", url_prefix="/api/calls", description="Whom to call")


class PastCallShape(Schema):
    """A call that was made."""

    at = time_field(required=True)
    by = fields.String(required=True)
    outcome = fields.String(required=True)
    note = fields.String(required=True)


class CallShape(Schema):
    """Somebody to call, and about what."""

    id = fields.UUID(required=True)
    person = fields.Nested(NamedShape, required=True)
    number_masked = fields.String(allow_none=True, required=True)
    title = fields.String(required=True)
    number = fields.String(allow_none=True, required=True)
    sent_at = time_field(required=True)
    due_at = time_field(required=True)
    calls = fields.List(fields.Nested(PastCallShape), required=True)


class NumberShape(Schema):
    """The number to call."""

    number = fields.String(allow_none=True, required=True)


class OutcomeSchema(Strict):
    """How a call ended."""

    outcome = fields.String(required=True, validate=validate.OneOf(["told", "unreached"]))
    note = fields.String(load_default="", validate=validate.Length(max=500))


@door.get("")
@door.response(200, CallShape(many=True))
def list_calls() -> list[dict[str, Any]]:
    """Who must be called about an urgent message that was not acknowledged."""
    return calls.to_call(actor())


@door.post("/<uuid:delivery_id>/number")
@door.response(200, NumberShape)
def reveal(delivery_id: UUID) -> dict[str, Any]:
    """Show the number; that is written into the audit log."""
    return {"number": calls.reveal(actor(), delivery_id)}


@door.post("/<uuid:delivery_id>")
@door.arguments(OutcomeSchema)
@door.response(204)
def called(args: dict[str, Any], delivery_id: UUID) -> None:
    """Write down that the person was told, or could not be reached."""
    calls.called(actor(), delivery_id, args["outcome"], args["note"])
