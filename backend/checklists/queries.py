"""Reading checklists."""

from __future__ import annotations

from uuid import UUID

from backend.checklists.models import Checklist
from backend.db import db
from backend.problems import NotFound


def find_checklist(checklist_id: UUID) -> Checklist:
    """A checklist that is or was in force; every phone holds those.

    Raises:
        NotFound: there is none, or it is a draft.
    """
    checklist = db.session.get(Checklist, checklist_id)
    if checklist is None or checklist.state == "draft":
        raise NotFound("没有这份清单")
    return checklist
