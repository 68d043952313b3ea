"""What becomes of refused and held mutations: their authors settle them, or the centre does."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select

from backend.audit import commands as audit
from backend.db import db, locked, utc_now
from backend.org.access import Actor, Permission, below, require
from backend.org.models import Notice, OrgUnit, RoleGrant
from backend.problems import Conflict, NotFound
from backend.sync import ledger
from backend.sync.models import SyncRejected


@dataclass(frozen=True)
class Settlement:
    """How a refusal ends: `accepted`, `discarded` or `sent_again`; why; and what took its place."""

    resolution: str
    note: str | None = None
    replaced_by: UUID | None = None


def settle_own(actor: Actor, mutation_id: UUID, settlement: Settlement) -> bool:
    """The author settles a refusal; False where there is none of theirs that is still open."""
    row = locked(SyncRejected, mutation_id)
    if row is None or row.user_id != actor.user_id or row.resolved_at is not None:
        return False
    settle(row, actor, settlement)
    return True


def discard(actor: Actor, mutation_id: UUID, reason: str) -> None:
    """The centre lets a refused record go; its author is told why.

    Raises:
        Forbidden, NotFound: it is not the actor's to settle, or there is none.
        Conflict: it is settled already.
    """
    row = claim(actor, mutation_id)
    settle(row, actor, Settlement("discarded", reason))
    tell_author(row, "discarded-by-centre", "中心未采纳您的记录", f"{actor.name}:{reason}")


def claim(actor: Actor, mutation_id: UUID) -> SyncRejected:
    """An open refusal, locked, for the centre to settle; its author's pushes wait meanwhile.

    Raises:
        Forbidden, NotFound: it is not the actor's to settle, or there is none.
        Conflict: it is settled already.
    """
    ledger.wait_for_author(db.session(), find(actor, mutation_id).user_id)
    row = locked(SyncRejected, mutation_id)
    if row is None or row.resolved_at is not None:
        raise Conflict("这条记录已经处理过了")
    return row


def find(actor: Actor, mutation_id: UUID) -> SyncRejected:
    """A refusal of somebody in the actor's divisions.

    Raises:
        Forbidden, NotFound: it is not the actor's to see, or there is none.
    """
    require(actor, Permission.REFUSAL_SETTLE)
    query = select(SyncRejected).where(SyncRejected.mutation_id == mutation_id, here(actor))
    row = db.session.scalars(query).one_or_none()
    if row is None:
        raise NotFound("没有找到这条记录")
    return row


def here(actor: Actor) -> ColumnElement[bool]:
    """The condition that a refusal's author has a role in the actor's divisions."""
    inside = below(actor, Permission.REFUSAL_SETTLE, OrgUnit.path)
    people = select(RoleGrant.user_id).join(OrgUnit).where(inside)
    return SyncRejected.user_id.in_(people)


def settle(row: SyncRejected, actor: Actor, settlement: Settlement) -> None:
    """Write down how it ended, and who saw to it."""
    row.resolution = settlement.resolution
    row.resolution_note = settlement.note
    row.replaced_by = settlement.replaced_by
    row.resolved_by = actor.user_id
    row.resolved_at = utc_now()
    action = f"refusal.{settlement.resolution}"
    audit.record(actor.user_id, action, "mutation", row.mutation_id, note=settlement.note)
    ledger.announce(row)


def tell_author(row: SyncRejected, code: str, title: str, text: str) -> None:
    """Say on the author's phone what the centre has decided."""
    mutation_id = row.mutation_id
    notice = Notice(user_id=row.user_id, code=code, title=title, text=text, mutation_id=mutation_id)
    db.session.add(notice)
