"""Checklists."""

from __future__ import annotations

from uuid import UUID

from marshmallow import Schema, fields

from backend.checklists import queries
from backend.checklists.models import Checklist
from backend.org.door import Door

door = Door("checklists", "checklists", url_prefix="/api/checklists")


class ItemShape(Schema):
    """An item of a checklist; limits, unit and prefill where it asks for a number."""

    code = fields.String(required=True)
    section = fields.String(required=True)
    section_en = fields.String()
    text = fields.String(required=True)
    text_en = fields.String(allow_none=True)
    answer = fields.String(required=True)
    severity = fields.String(required=True)
    lead_department = fields.String()
    other_departments = fields.List(fields.String())
    deadline = fields.String()
    photo_on_fail = fields.String()
    visibility = fields.String()
    basis = fields.String()
    min = fields.Float()
    max = fields.Float()
    unit = fields.String()
    prefill = fields.String()


class ChecklistShape(Schema):
    """A version of a checklist."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.String(required=True)
    title_en = fields.String(allow_none=True)
    state = fields.String(required=True)
    items = fields.List(fields.Nested(ItemShape), required=True)


@door.get("/<uuid:checklist_id>")
@door.response(200, ChecklistShape)
def one(checklist_id: UUID) -> Checklist:
    """A checklist that is or was in force."""
    return queries.find_checklist(checklist_id)
