"""Inspections."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from backend.api.checklists import ChecklistShape
from backend.api.schemas import time_field
from backend.api.shapes import HouseBriefShape, NamedShape, PhotoShape
from backend.inspections import queries
from backend.org.door import Door, actor

door = Door("inspections", "inspections", url_prefix="/api/inspections")


class AnswerShape(Schema):
    """The answer to one item."""

    code = fields.String(required=True)
    verdict = fields.String(allow_none=True)
    number = fields.Float(allow_none=True)
    text = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    severity = fields.String(allow_none=True)


class FoundCaseShape(Schema):
    """The case that a finding opened."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)


class FindingShape(Schema):
    """A failed item."""

    code = fields.String(required=True)
    severity = fields.String(required=True)
    case = fields.Nested(FoundCaseShape, allow_none=True)


class OddityShape(Schema):
    """An answer that cannot be right: `hidden` by its condition, or `computed` otherwise."""

    code = fields.String(required=True)
    kind = fields.String(required=True)


class PositionShape(Schema):
    """Where it was made."""

    lng = fields.Float(required=True)
    lat = fields.Float(required=True)
    accuracy = fields.Float(allow_none=True)
    source = fields.String(allow_none=True)


class SignatureShape(Schema):
    """Who signed for what was found; a refusal has its witness."""

    id = fields.UUID(required=True)
    signer = fields.String(required=True)
    name = fields.String(required=True)
    refused = fields.Boolean(required=True)
    witness = fields.String(allow_none=True)
    photo_id = fields.UUID(allow_none=True)
    signed_at = time_field(required=True)


class InspectionShape(Schema):
    """One visit to a house, with all that came of it."""

    id = fields.UUID(required=True)
    house = fields.Nested(HouseBriefShape, required=True)
    checklist = fields.Nested(ChecklistShape, required=True)
    outcome = fields.String(required=True)
    result = fields.String(required=True)
    answers = fields.List(fields.Nested(AnswerShape), required=True)
    oddities = fields.List(fields.Nested(OddityShape), required=True)
    findings = fields.List(fields.Nested(FindingShape), required=True)
    photos = fields.List(fields.Nested(PhotoShape), required=True)
    signatures = fields.List(fields.Nested(SignatureShape), required=True)
    note = fields.String(allow_none=True)
    worker = fields.Nested(NamedShape, required=True)
    village = fields.Nested(NamedShape, allow_none=True)
    grid = fields.Nested(NamedShape, allow_none=True)
    position = fields.Nested(PositionShape, allow_none=True)
    task_id = fields.UUID(allow_none=True)
    started_at = time_field(allow_none=True)
    captured_at = time_field(required=True)
    received_at = time_field(required=True)
    clock_suspect = fields.Boolean(required=True)


@door.get("/<uuid:inspection_id>")
@door.response(200, InspectionShape)
def one(inspection_id: UUID) -> dict[str, Any]:
    """An inspection, with answers, findings and photos."""
    return queries.inspection_file(actor(), inspection_id)
