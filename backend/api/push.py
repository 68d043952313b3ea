"""Where a browser takes Web Push."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from backend.api.schemas import Strict
from backend.delivery import subscriptions
from backend.delivery.subscriptions import Keys
from backend.org.door import Door, actor

door = Door("push", "push", url_prefix="/api/push/subscriptions", description="Web Push")


class EndpointSchema(Strict):
    """A browser's address at its push service."""

    endpoint = fields.String(required=True, validate=validate.Length(1, 1000))


class KeysSchema(Strict):
    """The browser's keys, base64url."""

    p256dh = fields.String(required=True, validate=validate.Length(1, 200))
    auth = fields.String(required=True, validate=validate.Length(1, 100))


class SubscriptionSchema(EndpointSchema):
    """What `PushSubscription.toJSON()` gives, without its expiration time."""

    keys = fields.Nested(KeysSchema, required=True)


@door.post("")
@door.arguments(SubscriptionSchema)
@door.response(204)
def subscribe(args: dict[str, Any]) -> None:
    """Send this device's messages there from now on."""
    subscriptions.subscribe(actor(), args["endpoint"], Keys(**args["keys"]))


@door.delete("")
@door.arguments(EndpointSchema)
@door.response(204)
def unsubscribe(args: dict[str, Any]) -> None:
    """Send nothing more there."""
    subscriptions.unsubscribe(actor(), args["endpoint"])
