"""Comparing what a phone holds with what it should (section 5)."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from backend.db import snapshot
from backend.feed import queries as feed
from backend.problems import NotFound
from backend.sync.grants import standing


def verify(user_id: UUID, scope: str) -> dict[str, Any]:
    """Version, count and digest of a scope.

    The digest is the SHA-256, in hex, over a line "kind:record_id:version" and a line feed for
    each record, sorted by kind and id.

    Raises:
        NotFound: the scope is not this person's.
    """
    with snapshot() as connection:
        state = standing(connection, user_id).scopes.get(scope)
        if state is None:
            raise NotFound
        records = feed.live_records(connection, scope)
    digest = hashlib.sha256()
    for kind, record_id, number in records:
        digest.update(f"{kind}:{record_id}:{number}\n".encode())
    return {
        "scope": scope,
        "version": state.version,
        "count": len(records),
        "digest": digest.hexdigest(),
    }
