"""Which scopes a person may hold, computed afresh at every pull, and how they stand (section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from backend.db import PlainConnection, utc_now


@dataclass(frozen=True)
class ScopeState:
    """The counter of a granted scope, and how far back a cursor may be."""

    version: int
    min_version: int


@dataclass(frozen=True)
class Standing:
    """How things stand for one client: its last verdict, and the granted scopes by name, sorted."""

    epoch: UUID
    last_mid: int
    scopes: dict[str, ScopeState]


def standing(connection: PlainConnection, user_id: UUID, client_id: UUID | None = None) -> Standing:
    """How things stand at one moment: one statement, the whole of an idle poll.

    The scopes are those of the person's grids on duty, townships and own records.
    """
    asked = {"user": user_id, "client": client_id, "now": utc_now()}
    lines = connection.execute(_STANDING, asked).fetchall()
    epoch, last_mid = lines[0][:2]
    return Standing(epoch, last_mid, {line[2]: ScopeState(*line[3:]) for line in lines})


# The path of a division is made of the ids of all above it.
_STANDING = """
WITH granted(scope) AS (
    SELECT 'global'
    UNION ALL SELECT 'user:' || %(user)s::uuid
    UNION SELECT 'grid:' || d.grid_id FROM grid_duties d JOIN grids g ON g.id = d.grid_id
     WHERE d.user_id = %(user)s AND d.since <= %(now)s AND (d.until IS NULL OR %(now)s < d.until)
       AND g.kind <> 'micro'
    UNION SELECT 'town:' || town.id FROM role_grants r JOIN org_units u ON u.id = r.org_unit_id
     JOIN org_units town ON town.id = ANY(string_to_array(trim(u.path, '/'), '/')::uuid[])
     WHERE r.user_id = %(user)s AND town.kind = 'township')
SELECT m.epoch,
       coalesce((SELECT last_mid FROM sync_clients
                  WHERE client_id = %(client)s::uuid AND user_id = %(user)s), 0),
       scope, coalesce(s.version, 0), coalesce(s.min_version, 0)
  FROM sync_meta m, granted LEFT JOIN sync_scopes s ON s.id = scope
 ORDER BY scope COLLATE "C"
"""
