"""Changing a checklist: a draft is made of a version, edited, and put in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.audit import commands as audit
from backend.checklists.drafting import faults
from backend.checklists.models import Checklist
from backend.checklists.pictures import missing_pictures, publish_pictures
from backend.db import db, locked, utc_now
from backend.org.access import Actor, Permission, require
from backend.problems import Conflict, NotFound, Validation

TOLD = ("title", "title_en", "items")


def begin_draft(actor: Actor, checklist_id: UUID) -> Checklist:
    """A draft of the next version, at first the same as the version named.

    Raises:
        Forbidden: not the actor's to edit.
        NotFound, Conflict: there is no such version, or a draft is open already.
    """
    require(actor, Permission.CHECKLIST_EDIT)
    base = db.session.get(Checklist, checklist_id)
    if base is None:
        raise NotFound("没有这份清单")
    versions = _locked_versions(base.code)
    if any(version.state == "draft" for version in versions):
        raise Conflict("已有一份草稿,请接着改,或先放弃它")
    told = {name: getattr(base, name) for name in TOLD}
    draft = Checklist(code=base.code, version=versions[-1].version + 1, state="draft", **told)
    db.session.add(draft)
    db.session.flush()
    audit.record(actor.user_id, "checklist.draft", "checklist", draft.id, of=base.version)
    return draft


def _locked_versions(code: str) -> list[Checklist]:
    """All versions, the newest last; nobody else changes which are in force meanwhile."""
    query = select(Checklist).where(Checklist.code == code).order_by(Checklist.version)
    return list(
        db.session.scalars(query.with_for_update().execution_options(populate_existing=True))
    )


def change_draft(actor: Actor, checklist_id: UUID, wanted: Mapping[str, Any]) -> Checklist:
    """Have the draft be so: `title`, `title_en`, `items`; `changed_at` is that of the one seen.

    Raises:
        Forbidden: not the actor's to edit.
        Validation: as `drafting.faults` says.
        NotFound, Conflict: there is no such draft, or it was changed meanwhile.
    """
    require(actor, Permission.CHECKLIST_EDIT)
    draft = _own_draft(checklist_id, wanted["changed_at"])
    wrong = faults(wanted["items"]) or missing_pictures(wanted["items"])
    if wrong:
        raise Validation(wrong[0].detail, wrong)
    for name in TOLD:
        setattr(draft, name, wanted[name])
    draft.changed_at = utc_now()
    db.session.flush()
    return draft


def _own_draft(checklist_id: UUID, seen: datetime | None) -> Checklist:
    draft = locked(Checklist, checklist_id)
    if draft is None:
        raise NotFound("没有这份清单")
    if draft.state != "draft":
        raise Conflict("这一版已经发布,不能再改;请另建草稿")
    if seen is not None and draft.changed_at != seen:
        raise Conflict("这份草稿刚被别人改过,请刷新后再改")
    return draft


def discard_draft(actor: Actor, checklist_id: UUID) -> None:
    """Give a draft up.

    Raises:
        Forbidden, NotFound, Conflict: as `change_draft` says.
    """
    require(actor, Permission.CHECKLIST_EDIT)
    draft = _own_draft(checklist_id, None)
    audit.record(actor.user_id, "checklist.discard", "checklist", draft.id, version=draft.version)
    db.session.delete(draft)
    db.session.flush()


def publish_draft(actor: Actor, checklist_id: UUID, seen: datetime) -> Checklist:
    """Put the draft in force; the version before retires, and what was begun under it stays so.

    Raises:
        Forbidden, Validation, NotFound, Conflict: as `change_draft` says.
    """
    require(actor, Permission.CHECKLIST_EDIT)
    draft = _own_draft(checklist_id, seen)
    wrong = faults(draft.items)
    if wrong:
        raise Validation(wrong[0].detail, wrong)
    now = utc_now()
    for version in _locked_versions(draft.code):
        if version.state == "published":
            version.state, version.retired_at = "retired", now
    db.session.flush()  # there is never more than one in force
    draft.state, draft.published_at = "published", now
    publish_pictures(draft)
    audit.record(actor.user_id, "checklist.publish", "checklist", draft.id, version=draft.version)
    db.session.flush()
    return draft
