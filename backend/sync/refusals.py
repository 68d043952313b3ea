"""What becomes of refused and held mutations: their authors settle them, or the centre does."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from backend.audit import commands as audit
from backend.db import locked, utc_now
from backend.org.access import Actor
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


def settle(row: SyncRejected, actor: Actor, settlement: Settlement) -> None:
    """Write down how it ended, and who saw to it."""
    row.resolution = settlement.resolution
    row.resolution_note = settlement.note
    row.replaced_by = settlement.replaced_by
    row.resolved_by = actor.user_id
    row.resolved_at = utc_now()
    action = f"refusal.{settlement.resolution}"
    audit.record(actor.user_id, action, "mutation", row.mutation_id, note=settlement.note)
