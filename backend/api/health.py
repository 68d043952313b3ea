"""Whether the product can work."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields
from sqlalchemy import text

from backend.db import db
from backend.org.door import Door

door = Door("health", "health", url_prefix="/api/health", public={"health"})


class HealthShape(Schema):
    """All is well."""

    status = fields.String(required=True)


@door.get("")
@door.doc(security=[])
@door.response(200, HealthShape)
def health() -> dict[str, Any]:
    """Answer once the database does."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}
