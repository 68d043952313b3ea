"""Writing the audit log."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from backend.audit.models import AuditLine
from backend.db import db, new_id, utc_now
from backend.feed.bulk import Rows


def lines(
    actor_id: UUID, action: str, kind: str, details: Iterable[tuple[UUID, dict[str, Any]]]
) -> Rows:
    """One person's lines about several subjects, to be written with what they tell of."""
    now = utc_now()
    return Rows(
        AuditLine,
        [
            SimpleNamespace(
                id=new_id(),
                at=now,
                actor_id=actor_id,
                action=action,
                subject_kind=kind,
                subject_id=subject_id,
                detail=detail,
            )
            for subject_id, detail in details
        ],
    )


def record(
    actor_id: UUID | None,
    action: str,
    kind: str,
    subject_id: UUID | None,
    **detail: Any,  # noqa: ANN401
) -> None:
    """Add a line in the running transaction; `detail` must be JSON."""
    db.session.add(
        AuditLine(
            actor_id=actor_id,
            action=action,
            subject_kind=kind,
            subject_id=subject_id,
            detail=detail,
        )
    )
