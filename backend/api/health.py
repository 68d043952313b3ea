"""Whether the product can work."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from backend.db import db
from backend.org.door import Door

door = Door("health", "health", url_prefix="/api/health", public={"health"})


@door.get("")
@door.doc(security=[])
def health() -> dict[str, Any]:
    """Answer once the database does."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}
