"""The entry for complaints and suggestions (投诉建议)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from backend.db import db
from backend.org.access import Actor, Permission, below, require
from backend.org.models import Feedback, OrgUnit, RoleGrant
from backend.paging import page
from backend.problems import Refused


def submit(user_id: UUID, feedback_id: UUID, text: str, captured_at: datetime) -> bool:
    """Keep what a person said; False when it was kept before.

    Raises:
        Refused: the id stands for something else already.
    """
    known = db.session.get(Feedback, feedback_id)
    if known is None:
        db.session.add(
            Feedback(id=feedback_id, user_id=user_id, text=text, captured_at=captured_at)
        )
        return True
    if (known.user_id, known.text) != (user_id, text):
        raise Refused("hash-conflict", "同一编号已有不同内容")
    return False


def list_feedback(
    actor: Actor, cursor: str | None, limit: int
) -> tuple[list[Feedback], str | None]:
    """A page of what people in the actor's subtree said, newest first.

    Raises:
        Forbidden: it is not the actor's to read.
    """
    require(actor, Permission.FEEDBACK_READ)
    here = below(actor, Permission.FEEDBACK_READ, OrgUnit.path)
    people = select(RoleGrant.user_id).join(OrgUnit).where(here)
    query = select(Feedback).options(joinedload(Feedback.user)).where(Feedback.user_id.in_(people))
    return page(query, Feedback.received_at, Feedback.id, cursor, limit)
