"""Divisions with their grids, and departments."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from backend.api.shapes import NamedShape
from backend.org import queries
from backend.org.door import Door, actor
from backend.org.models import Department

door = Door("org", "org", url_prefix="/api")


class GridShape(Schema):
    """A grid or micro-grid."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    parent_id = fields.UUID(allow_none=True)


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
