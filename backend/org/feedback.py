"""The entry for complaints and suggestions (投诉建议)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.db import db
from backend.org.models import Feedback
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
