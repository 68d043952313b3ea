"""Where a case came from, whom to ask back, and what may be the same case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from backend.api.schemas import Strict, time_field
from backend.cases.duplicates import likely_duplicates
from backend.org.door import Door, actor
from backend.sources import contacts

door = Door("origins", "origins", url_prefix="/api/cases")


class OriginShape(Schema):
    """Where a case came from; whom to ask back is masked. `source` alone where it is our own."""

    source = fields.String(required=True)
    external_number = fields.String(allow_none=True, required=True)
    received_at = time_field(required=True, allow_none=True)
    contact_name = fields.String(allow_none=True, required=True)
    contact_phone = fields.String(allow_none=True, required=True)
    kind = fields.String(allow_none=True, required=True)
    picture_url = fields.String(allow_none=True, required=True)  # at the sender's, never fetched


class CallerArgs(Strict):
    """Why one must know."""

    reason = fields.String(required=True, validate=validate.Length(2, 200))


class CallerShape(Schema):
    """Whom to ask back."""

    contact_name = fields.String(allow_none=True, required=True)
    contact_phone = fields.String(allow_none=True, required=True)


class DuplicateShape(Schema):
    """An open case of the same item near by."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    source = fields.String(required=True)
    address = fields.String(allow_none=True, required=True)
    captured_at = time_field(required=True)
    metres = fields.Integer(required=True)
    minutes_apart = fields.Integer(required=True)


@door.get("/<uuid:case_id>/origin")
@door.response(200, OriginShape)
def origin(case_id: UUID) -> dict[str, Any]:
    """Where a case came from."""
    return contacts.masked_origin(actor(), case_id)


@door.post("/<uuid:case_id>/contact")
@door.arguments(CallerArgs)
@door.response(200, CallerShape)
def contact(args: dict[str, Any], case_id: UUID) -> dict[str, Any]:
    """Whom to ask back, unmasked; who asked and why is kept."""
    return contacts.unmasked(actor(), case_id, args["reason"])


@door.get("/<uuid:case_id>/duplicates")
@door.response(200, DuplicateShape(many=True))
def duplicates(case_id: UUID) -> list[dict[str, Any]]:
    """Cases that may be the same, the nearest first."""
    return likely_duplicates(actor(), case_id)
