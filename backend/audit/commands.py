"""Writing the audit log."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.audit.models import AuditLine
from backend.db import db


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
