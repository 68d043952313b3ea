"""Webhooks: which addresses are told of cases, what they answered, and telling it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from backend.api.schemas import PageArgs, Strict, time_field
from backend.api.shapes import NamedShape, page_of
from backend.org.door import Door, actor
from backend.partners import webhooks
from backend.partners.events import EVENTS
from backend.partners.webhooks import NewEndpoint

door = Door(
    "webhooks",
    "webhooks",
    url_prefix="/api/webhooks",
    description="What other systems are told, signed as Standard Webhooks has it",
)


class EndpointShape(Schema):
    """An address that is told; `queued` and `failed` count its messages."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    url = fields.String(required=True)
    events = fields.List(fields.String(), required=True)
    org_unit = fields.Nested(NamedShape, required=True)
    created_at = time_field(required=True)
    failing_since = time_field(allow_none=True)
    disabled_at = time_field(allow_none=True)
    disabled_why = fields.String(allow_none=True)
    queued = fields.Integer(required=True)
    failed = fields.Integer(required=True)


class GivenEndpointShape(EndpointShape):
    """An address that has just been added, with its secret: it is told this once."""

    secret = fields.String(required=True)


class AttemptShape(Schema):
    """One try: what was answered, or why there was no answer."""

    at = time_field(required=True)
    status = fields.Integer(allow_none=True)
    error = fields.String(allow_none=True)
    took_ms = fields.Integer(required=True)


class WebhookMessageShape(Schema):
    """What an address was told; `id` is its webhook-id."""

    id = fields.UUID(required=True)
    event = fields.String(required=True)
    payload = fields.Dict(required=True)
    created_at = time_field(required=True)
    state = fields.String(required=True)
    next_attempt_at = time_field(required=True)
    tries = fields.List(fields.Nested(AttemptShape), required=True)


class NewEndpointSchema(Strict):
    """Whom to tell of what."""

    name = fields.String(required=True, validate=validate.Length(1, 60))
    url = fields.String(required=True, validate=validate.Length(1, 500))
    org_unit_id = fields.UUID(required=True)
    events = fields.List(
        fields.String(validate=validate.OneOf(EVENTS)),
        required=True,
        validate=validate.Length(1, len(EVENTS)),
    )


class ReplaySchema(Strict):
    """One message, or all from a time on (and up to another)."""

    message_id = fields.UUID()
    since = time_field()
    until = time_field()


class ReplayedShape(Schema):
    """How many messages are sent again."""

    messages = fields.Integer(required=True)


@door.get("")
@door.response(200, EndpointShape(many=True))
def several() -> list[dict[str, Any]]:
    """The addresses of one's divisions, newest first."""
    return webhooks.list_endpoints(actor())


@door.post("")
@door.arguments(NewEndpointSchema)
@door.response(201, GivenEndpointShape)
def add(args: dict[str, Any]) -> dict[str, Any]:
    """Tell an address."""
    endpoint = webhooks.add(actor(), NewEndpoint(**args))
    return {**webhooks.endpoint_row(endpoint), "secret": endpoint.secret}


@door.delete("/<uuid:endpoint_id>")
@door.response(204)
def remove(endpoint_id: UUID) -> None:
    """Tell an address nothing more."""
    webhooks.remove(actor(), endpoint_id)


@door.post("/<uuid:endpoint_id>/enable")
@door.response(200, EndpointShape)
def enable(endpoint_id: UUID) -> dict[str, Any]:
    """Switch an address on again."""
    return webhooks.endpoint_row(webhooks.enable(actor(), endpoint_id))


@door.post("/<uuid:endpoint_id>/test")
@door.response(202, ReplayedShape)
def send_test(endpoint_id: UUID) -> dict[str, int]:
    """Send a message that says nothing; what is answered stands in the log."""
    webhooks.send_test(actor(), endpoint_id)
    return {"messages": 1}


@door.get("/<uuid:endpoint_id>/messages")
@door.arguments(PageArgs, location="query")
@door.response(200, page_of(WebhookMessageShape))
def log(args: dict[str, Any], endpoint_id: UUID) -> dict[str, Any]:
    """What an address was told, newest first."""
    items, following = webhooks.list_messages(actor(), endpoint_id, args["cursor"], args["limit"])
    return {"items": items, "next": following}


@door.post("/<uuid:endpoint_id>/replay")
@door.arguments(ReplaySchema)
@door.response(202, ReplayedShape)
def replay(args: dict[str, Any], endpoint_id: UUID) -> dict[str, int]:
    """Send messages again."""
    return {"messages": webhooks.replay(actor(), endpoint_id, **args)}
