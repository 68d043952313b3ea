"""Taking in what a phone could not send: a rescue file."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request
from marshmallow import Schema, fields

from backend.api.schemas import time_field
from backend.api.shapes import NamedShape
from backend.config import current_settings
from backend.org.door import Door, actor
from backend.sync import rescue

door = Door("rescues", "rescues", url_prefix="/api/rescues")

FILE: dict[str, Any] = {
    "description": "The file as the phone made it",
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


class RescuedRecordShape(Schema):
    """A record of the file; `known`: it was decided before. Verdicts as in sync, or unreadable."""

    mutation_id = fields.UUID()
    name = fields.String(required=True)
    captured_at = time_field(allow_none=True)
    known = fields.Boolean()
    verdict = fields.String(required=True)
    code = fields.String()
    message = fields.String()


class RescuedPhotosShape(Schema):
    """How many photos were stored, known already, named by no record, or damaged."""

    stored = fields.Integer()
    known = fields.Integer()
    unannounced = fields.Integer()
    damaged = fields.Integer()


class RescueShape(Schema):
    """What became of a file."""

    author = fields.Nested(NamedShape, required=True)
    made_at = time_field(required=True)
    records = fields.List(fields.Nested(RescuedRecordShape), required=True)
    photos = fields.Nested(RescuedPhotosShape, required=True)
    drafts = fields.Integer(required=True)


@door.post("")
@door.doc(requestBody=FILE)
@door.response(200, RescueShape)
def take_in() -> Response:
    """Take a file in; the same file again changes nothing."""
    request.max_content_length = current_settings().max_rescue_mb * 1024 * 1024
    report = rescue.take_in(request.stream, actor())
    return jsonify({**vars(report), "photos": dict(report.photos)})
