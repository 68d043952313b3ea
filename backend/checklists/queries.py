"""Reading checklists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.checklists.models import Checklist
from backend.db import db
from backend.org.access import Actor, Permission, require
from backend.problems import FieldError, NotFound, Validation


def find_checklist(actor: Actor, checklist_id: UUID) -> Checklist:
    """A checklist that is or was in force, as every phone holds it; a draft for its editors.

    Raises:
        NotFound: there is none for this person.
    """
    checklist = db.session.get(Checklist, checklist_id)
    if checklist is None or (checklist.state == "draft" and not _edits(actor)):
        raise NotFound("没有这份清单")
    return checklist


def list_checklists(actor: Actor) -> Sequence[Checklist]:
    """All versions, the newest first; drafts for their editors.

    Raises:
        Forbidden: not the actor's to read.
    """
    require(actor, Permission.INSPECTION_READ)
    query = select(Checklist).order_by(Checklist.code, Checklist.version.desc())
    return [
        checklist
        for checklist in db.session.scalars(query)
        if checklist.state != "draft" or _edits(actor)
    ]


def copy_in_force(checklist_id: UUID | None) -> dict[str, Any] | None:
    """What a task carries of a checklist, so that a phone finds it; None where none is named.

    Raises:
        Validation: it is not in force.
    """
    if checklist_id is None:
        return None
    checklist = db.session.get(Checklist, checklist_id)
    if checklist is None or checklist.state != "published":
        detail = "这份清单没有在用的版本,请另选一份"
        raise Validation(errors=[FieldError("/checklist_id", "not-in-force", detail)])
    return {name: getattr(checklist, name) for name in ("code", "title", "title_en")}


def _edits(actor: Actor) -> bool:
    return Permission.CHECKLIST_EDIT in actor.permissions


def item_texts() -> dict[str, str]:
    """What the items of all checklists ask, by their codes; the newest words of each."""
    lists = db.session.scalars(select(Checklist.items).order_by(Checklist.version))
    return {item["code"]: item["text"] for items in lists for item in items}
