"""Sync health: how the phones of one's workers are."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from backend.api.schemas import time_field
from backend.api.shapes import NamedShape, SearchArgs, page_of
from backend.org.door import Door, actor
from backend.oversight import phones

door = Door("phones", "phones", url_prefix="/api/phones", description="Sync health")


class PhoneReportShape(Schema):
    """What a phone last said of itself; sizes are bytes, the offset is server minus phone."""

    app = fields.String(required=True)
    pending = fields.Integer(required=True)
    photos_pending = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    oldest_unsent_at = time_field(allow_none=True)
    storage_free = fields.Integer(allow_none=True)
    storage_quota = fields.Integer(allow_none=True)
    persisted = fields.Boolean(allow_none=True)
    lost_mutations = fields.Integer(required=True)
    lost_photos = fields.Integer(required=True)
    clock_offset_ms = fields.Integer(required=True)
    told_at = time_field(required=True)


class PhoneShape(Schema):
    """A phone of a worker, or a worker without any."""

    id = fields.UUID(required=True)
    urgency = fields.String(required=True, metadata={"description": "the list's order"})
    worker = fields.Nested(NamedShape, required=True)
    grids = fields.String(required=True)
    device = fields.String(allow_none=True)
    cares = fields.List(fields.String(validate=validate.OneOf(phones.CARES)), required=True)
    seen_at = time_field(allow_none=True)
    synced_at = time_field(allow_none=True)
    report = fields.Nested(PhoneReportShape, allow_none=True)
    reminded_at = time_field(allow_none=True)


class PhonesShape(page_of(PhoneShape)):  # type: ignore[misc]
    """A page of phones, and how many have each care in all."""

    counts = fields.Dict(fields.String(), fields.Integer(), required=True)


class PhoneQuery(SearchArgs):
    """Which phones."""

    care = fields.String(validate=validate.OneOf(phones.CARES))
    hours = fields.Integer(validate=validate.Range(1, 24 * 365))


@door.get("")
@door.arguments(PhoneQuery, location="query")
@door.response(200, PhonesShape)
def list_phones(args: dict[str, Any]) -> dict[str, Any]:
    """The phones of one's workers, those first that need care."""
    cursor, limit = args.pop("cursor"), args.pop("limit")
    items, following = phones.list_phones(actor(), phones.Wanted(**args), cursor, limit)
    return {"items": items, "next": following, "counts": phones.count_cares(actor())}
