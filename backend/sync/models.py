"""What the server remembers of each client (sync protocol, section 2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Model, utc_now


class SyncClient(Model):
    """One journal on one device: its mutations are numbered from 1."""

    __tablename__ = "sync_clients"

    client_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("devices.id"), index=True)
    last_mid: Mapped[int] = mapped_column(BigInteger, default=0)
    app: Mapped[str] = mapped_column(default="")
    clock_offset_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    seen_at: Mapped[datetime] = mapped_column(default=utc_now)


class SyncMutation(Model):
    """The verdict on one mutation; kept 400 days."""

    __tablename__ = "sync_mutations"
    __table_args__ = (
        Index("ix_sync_mutations_decided_at", "decided_at", postgresql_using="brin"),
        Index(
            "uq_sync_mutations_mutation_id",
            "mutation_id",
            unique=True,
            postgresql_where=text("NOT repeated"),
        ),
    )

    client_id: Mapped[UUID] = mapped_column(primary_key=True)  # whose row is locked meanwhile
    mid: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    mutation_id: Mapped[UUID]
    repeated: Mapped[bool] = mapped_column(default=False)  # decided under another client before
    name: Mapped[str]
    version: Mapped[int]
    sha256: Mapped[str]
    verdict: Mapped[dict[str, Any]]
    captured_at: Mapped[datetime | None]  # as told by the phone's clock: evidence, never order
    age_ms: Mapped[int | None] = mapped_column(BigInteger)
    clock_offset_ms: Mapped[int | None] = mapped_column(BigInteger)  # server minus phone
    decided_at: Mapped[datetime] = mapped_column(default=utc_now)


class SyncRejected(Model):
    """A mutation that was refused or held: its payload stays until somebody resolves it."""

    __tablename__ = "sync_rejected"
    __table_args__ = (
        CheckConstraint("resolution IN ('accepted', 'discarded', 'sent_again')", name="resolution"),
        CheckConstraint("(resolution IS NULL) = (resolved_at IS NULL)", name="resolved"),
        Index("ix_sync_rejected_at", "rejected_at", "mutation_id"),
        Index("ix_sync_rejected_open", "user_id", postgresql_where=text("resolved_at IS NULL")),
    )

    mutation_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str]
    version: Mapped[int]
    payload: Mapped[dict[str, Any]]
    code: Mapped[str]
    detail: Mapped[str]
    verdict: Mapped[str]  # rejected, held
    rejected_at: Mapped[datetime] = mapped_column(default=utc_now)
    resolved_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str | None]  # accepted, discarded, sent_again
    resolution_note: Mapped[str | None]
    replaced_by: Mapped[UUID | None]  # the mutation that was sent again in its place


class SyncFailure(Model):
    """How often a mutation met an unexpected error; the third time it is held."""

    __tablename__ = "sync_failures"

    mutation_id: Mapped[UUID] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(default=utc_now)
