"""Which scopes a person may hold: computed afresh at every pull (section 5)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from backend.db import utc_now
from backend.feed.synced import GLOBAL


def granted_scopes(session: Session, user_id: UUID) -> list[str]:
    """The scopes of the person's grids on duty, townships and own records, sorted."""
    rows = session.execute(_GRANTED, {"user": user_id, "now": utc_now()})
    return sorted([GLOBAL, f"user:{user_id}", *(row.scope for row in rows)])


_GRANTED = text(
    "SELECT 'grid:' || d.grid_id AS scope FROM grid_duties d JOIN grids g ON g.id = d.grid_id"
    " WHERE d.user_id = :user AND d.since <= :now AND (d.until IS NULL OR d.until > :now)"
    " AND g.kind <> 'micro'"
    " UNION"
    " SELECT 'town:' || town.id FROM role_grants r JOIN org_units u ON u.id = r.org_unit_id"
    " JOIN org_units town ON town.kind = 'township' AND u.path LIKE town.path || '%'"
    " WHERE r.user_id = :user"
)
