"""Where one takes messages beside the apps, and the chat robots of units."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from backend.api.schemas import Strict, time_field
from backend.delivery import contacts
from backend.delivery.contacts import Owner
from backend.org.door import Door, actor

door = Door("contacts", "contacts", url_prefix="/api/contacts", description="Numbers and chats")


class ContactShape(Schema):
    """An address, masked; `owner` is the unit or department whose it is, null for a person's."""

    id = fields.UUID(required=True)
    channel = fields.String(required=True)
    address_masked = fields.String(required=True)
    owner = fields.String(allow_none=True, required=True)
    proved_at = time_field(allow_none=True, required=True)


class NewContactSchema(Strict):
    """A phone number (text), or a chat robot's address as apprise writes it: wecombot://KEY."""

    channel = fields.String(required=True, validate=validate.OneOf(["chat", "text"]))
    address = fields.String(required=True, validate=validate.Length(1, 500))
    user_id = fields.UUID(load_default=None, allow_none=True)
    org_unit_id = fields.UUID(load_default=None, allow_none=True)
    department_id = fields.UUID(load_default=None, allow_none=True)


@door.get("")
@door.response(200, ContactShape(many=True))
def list_mine() -> list[dict[str, Any]]:
    """One's own addresses."""
    return contacts.mine(actor())


@door.get("/units")
@door.response(200, ContactShape(many=True))
def list_of_units() -> list[dict[str, Any]]:
    """The chat robots of one's divisions and departments."""
    return contacts.of_units(actor())


@door.post("")
@door.arguments(NewContactSchema)
@door.response(204)
def add(args: dict[str, Any]) -> None:
    """Take messages there: one's own, or, where an owner is named, another's."""
    owners = {name: args[name] for name in ("user_id", "org_unit_id", "department_id")}
    named = {name: value for name, value in owners.items() if value is not None}
    owner = Owner(**named) if named else Owner(user_id=actor().user_id)
    contacts.add(actor(), owner, args["channel"], args["address"].strip())


@door.delete("/<uuid:contact_id>")
@door.response(204)
def remove(contact_id: UUID) -> None:
    """Send nothing more there."""
    contacts.retire(actor(), contact_id)
