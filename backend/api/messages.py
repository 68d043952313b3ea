"""Messages to people: receipts, the log, tests, and how the channels fare."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from backend.api.schemas import Strict, time_field
from backend.api.shapes import NamedShape, SearchArgs, filters_of, page_of
from backend.delivery import contacts, queries, quiet
from backend.delivery.commands import receive
from backend.org.door import Door, actor

door = Door("messages", "messages", url_prefix="/api/messages", description="Messages to people")


class ReceiptSchema(Strict):
    """What became of a message on one channel."""

    event = fields.String(required=True, validate=validate.OneOf(["delivered", "read"]))
    channel = fields.String(required=True, validate=validate.OneOf(["push", "live"]))


class MessageArgs(SearchArgs):
    """Query of the log."""

    channel = fields.String(validate=validate.OneOf(queries.CHANNELS))


class SentShape(Schema):
    """How a message fared on one address."""

    channel = fields.String(required=True)
    state = fields.String(required=True)
    at = time_field(allow_none=True, required=True)
    sent_at = time_field(allow_none=True, required=True)
    delivered_at = time_field(allow_none=True, required=True)
    read_at = time_field(allow_none=True, required=True)
    attempts = fields.Integer(required=True)
    next_attempt_at = time_field(allow_none=True, required=True)
    last_error = fields.String(allow_none=True, required=True)


class MessageShape(Schema):
    """A message to one person, and what is known of its fate."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)
    number = fields.String(allow_none=True, required=True)
    urgency = fields.String(required=True)
    person = fields.Nested(NamedShape, required=True)
    created_at = time_field(required=True)
    delivered_at = time_field(allow_none=True, required=True)
    read_at = time_field(allow_none=True, required=True)
    accepted_at = time_field(allow_none=True, required=True)
    deliveries = fields.List(fields.Nested(SentShape), required=True)


class WayShape(Schema):
    """One way out: a channel over one service; `state` is well, failing or resting."""

    channel = fields.String(required=True)
    service = fields.String(required=True)
    owner = fields.String(allow_none=True, required=True)
    state = fields.String(required=True)
    failures = fields.Integer(required=True)
    last_success_at = time_field(allow_none=True, required=True)
    last_failure_at = time_field(allow_none=True, required=True)
    last_error = fields.String(allow_none=True, required=True)
    paused_until = time_field(allow_none=True, required=True)


class ChannelsShape(Schema):
    """How the channels fare; `waiting` counts what is due and has not left."""

    ways = fields.List(fields.Nested(WayShape), required=True)
    waiting = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    text_service = fields.String(allow_none=True, required=True)


class SpanSchema(Strict):
    """Quiet hours in China's time, over midnight where they end before they begin; null: none."""

    since = fields.Time(format="%H:%M", required=True, allow_none=True)
    until = fields.Time(format="%H:%M", required=True, allow_none=True)

    @validates_schema
    def is_a_span(self, data: dict[str, Any], **_: object) -> None:
        """Refuse half a span."""
        if (data.get("since") is None) != (data.get("until") is None):
            raise ValidationError("请填写开始和结束时间", "until")


class HoursShape(Schema):
    """When a township is quiet; `own` is false where the setting of this deployment holds."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    own = fields.Boolean(required=True)
    since = fields.Time(format="%H:%M", allow_none=True, required=True)
    until = fields.Time(format="%H:%M", allow_none=True, required=True)


class TestSchema(Strict):
    """Which channel to try; a contact for chat and text."""

    channel = fields.String(
        required=True, validate=validate.OneOf(["live", "push", "chat", "text"])
    )
    contact_id = fields.UUID(load_default=None, allow_none=True)


@door.get("")
@door.arguments(MessageArgs, location="query")
@door.response(200, page_of(MessageShape))
def list_messages(args: dict[str, Any]) -> dict[str, Any]:
    """What was sent to the people of one's divisions, newest first."""
    items, following = queries.list_messages(actor(), *filters_of(args))
    return {"items": items, "next": following}


@door.get("/channels")
@door.response(200, ChannelsShape)
def read_channels() -> dict[str, Any]:
    """How each way out fares."""
    return queries.health(actor())


@door.get("/quiet-hours")
@door.response(200, HoursShape(many=True))
def list_quiet_hours() -> list[dict[str, Any]]:
    """When the people of one's townships are not rung, but for what is urgent."""
    return [_told(hours) for hours in quiet.list_hours(actor())]


@door.put("/quiet-hours/<uuid:township_id>")
@door.arguments(SpanSchema)
@door.response(200, HoursShape)
def set_quiet_hours(args: dict[str, Any], township_id: UUID) -> dict[str, Any]:
    """Give a township quiet hours of its own, or none."""
    span = (args["since"], args["until"]) if args["since"] is not None else None
    return _told(quiet.set_hours(actor(), township_id, span))


@door.delete("/quiet-hours/<uuid:township_id>")
@door.response(204)
def leave_to_setting(township_id: UUID) -> None:
    """Let the setting hold again for a township."""
    quiet.leave_to_setting(actor(), township_id)


def _told(hours: quiet.Hours) -> dict[str, Any]:
    since, until = hours.span or (None, None)
    return {"id": hours.id, "name": hours.name, "own": hours.own, "since": since, "until": until}


@door.post("/tests")
@door.arguments(TestSchema)
@door.response(204)
def try_out(args: dict[str, Any]) -> None:
    """Send oneself a message on one channel."""
    contacts.try_out(actor(), args["channel"], args["contact_id"])


@door.post("/<uuid:message_id>/receipts")
@door.arguments(ReceiptSchema)
@door.response(204)
def receipt(args: dict[str, Any], message_id: UUID) -> None:
    """Note that a message has reached this device, or was opened."""
    receive(actor(), message_id, args["event"], args["channel"])
