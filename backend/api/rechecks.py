"""How findings were rechecked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from backend.api.schemas import time_field
from backend.api.shapes import NamedShape, PhotoShape
from backend.inspections.looks import rechecks_of
from backend.org.door import Door, actor

door = Door("rechecks", "rechecks", url_prefix="/api/cases")


class RecheckShape(Schema):
    """Somebody looked again; `counts` is false where whoever mended it looked."""

    id = fields.UUID(required=True)
    checker = fields.Nested(NamedShape, required=True)
    captured_at = time_field(required=True)
    clock_suspect = fields.Boolean(required=True)
    passed = fields.Boolean(required=True)
    counts = fields.Boolean(required=True)
    note = fields.String(allow_none=True)
    before = fields.List(fields.Nested(PhotoShape), required=True)
    after = fields.List(fields.Nested(PhotoShape), required=True)


@door.get("/<uuid:case_id>/rechecks")
@door.response(200, RecheckShape(many=True))
def of_case(case_id: UUID) -> list[dict[str, Any]]:
    """The rechecks of what an inspection found, the newest first."""
    return rechecks_of(actor(), case_id)
