"""Patrols with their tracks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from backend.api.schemas import time_field
from backend.api.shapes import NamedShape, PhotoShape
from backend.org.door import Door, actor
from backend.patrols import queries

door = Door("patrols", "patrols", url_prefix="/api/patrols", description="Patrols")


class PatrolShape(Schema):
    """A patrol; its track is a GeoJSON FeatureCollection, a LineString for each segment."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    recording = fields.Boolean(required=True)
    worker = fields.Nested(NamedShape, required=True)
    village = fields.Nested(NamedShape, allow_none=True)
    grid = fields.Nested(NamedShape, allow_none=True)
    started_at = time_field(required=True)
    ended_at = time_field(allow_none=True)
    distance_m = fields.Float(required=True)
    note = fields.String(allow_none=True)
    photos = fields.List(fields.Nested(PhotoShape), required=True)
    track = fields.Raw(required=True, metadata={"type": "object"})


@door.get("/<uuid:patrol_id>")
@door.response(200, PatrolShape)
def read_patrol(patrol_id: UUID) -> dict[str, Any]:
    """A patrol with its track."""
    return queries.patrol_detail(actor(), patrol_id)
