"""Divisions with their grids, and departments."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from backend.api.shapes import NamedShape
from backend.org import departments as departments_commands
from backend.org import queries
from backend.org.door import Door, actor
from backend.org.models import Department
from backend.requests import Strict

door = Door("org", "org", url_prefix="/api")


class GridShape(Schema):
    """A grid or micro-grid."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    parent_id = fields.UUID(allow_none=True)


class DutiesShape(Schema):
    """A department and what it answers for."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    duties = fields.String(required=True)


class DutiesArgs(Strict):
    """What a department answers for, in words."""

    duties = fields.String(required=True, validate=validate.Length(max=2000))


class UnitShape(Schema):
    """A division and its grids."""

    id = fields.UUID(required=True)
    parent_id = fields.UUID(allow_none=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    stat_code = fields.String(allow_none=True)
    grids = fields.List(fields.Nested(GridShape), required=True)


@door.get("/org/tree")
@door.response(200, UnitShape(many=True))
def tree() -> list[dict[str, Any]]:
    """The divisions that one sees, with their grids."""
    return queries.org_tree(actor())


@door.get("/departments")
@door.response(200, NamedShape(many=True))
def departments() -> list[Department]:
    """The departments of one's townships."""
    return queries.departments(actor())


@door.get("/departments/duties")
@door.response(200, DutiesShape(many=True))
def duties() -> list[Department]:
    """What the departments of one's townships answer for."""
    return queries.departments(actor())


@door.put("/departments/<uuid:department_id>/duties")
@door.arguments(DutiesArgs)
@door.response(200, DutiesShape)
def set_duties(args: dict[str, Any], department_id: UUID) -> Department:
    """Have a department's duties read so."""
    return departments_commands.set_duties(actor(), department_id, args["duties"])
