"""Receipts of messages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from backend.api.schemas import Strict
from backend.delivery.commands import receive
from backend.org.door import Door, actor

door = Door("messages", "messages", url_prefix="/api/messages", description="Messages to people")


class ReceiptSchema(Strict):
    """What became of a message on one channel."""

    event = fields.String(required=True, validate=validate.OneOf(["delivered", "read"]))
    channel = fields.String(required=True, validate=validate.OneOf(["push", "live"]))


@door.post("/<uuid:message_id>/receipts")
@door.arguments(ReceiptSchema)
@door.response(204)
def receipt(args: dict[str, Any], message_id: UUID) -> None:
    """Note that a message has reached this device, or was opened."""
    receive(actor(), message_id, args["event"], args["channel"])
