"""What goes with a case into the restricted class (涉稳), and out of it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from backend.cases.models import Case
from backend.db import db
from backend.delivery.commands import conceal
from backend.media.models import Photo
from backend.tasks import secrecy as tasks


def follow(case: Case, actor_id: UUID) -> None:
    """Have photos, tasks and messages of a case be seen by whom the case now is.

    What its messages have said elsewhere cannot be taken back; those that are kept say from now on
    no more than that there was something, also when the case comes out again.
    """
    scope = case.feed_scope()
    for photo in db.session.scalars(select(Photo).filter_by(owner_kind="case", owner_id=case.id)):
        photo.scope = scope
        for doubt in photo.doubts:
            doubt.restricted = case.restricted
    if case.restricted:
        conceal(f"/centre/cases/{case.id}", case.received_at)
    tasks.follow_case(case.id, actor_id, restricted=case.restricted)
