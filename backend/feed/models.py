"""Tables of the feed (sync protocol, section 2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Model, utc_now


class SyncMeta(Model):
    """The one row that tells this database from any other."""

    __tablename__ = "sync_meta"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    epoch: Mapped[UUID]


class SyncScope(Model):
    """A unit of replication and its counter; `min_version` is how far back a cursor may be."""

    __tablename__ = "sync_scopes"
    __table_args__ = ({"postgresql_with": {"fillfactor": 50}},)

    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, default=0)
    min_version: Mapped[int] = mapped_column(BigInteger, default=0)


class SyncFeed(Model):
    """The latest state of one record in one scope; a deletion stays as a tombstone."""

    __tablename__ = "sync_feed"
    __table_args__ = (
        UniqueConstraint("scope_id", "version"),
        Index("ix_sync_feed_record", "kind", "record_id"),
        CheckConstraint("(op = 'put') = (body IS NOT NULL)", name="put_has_body"),
        CheckConstraint("op IN ('put', 'del')", name="op"),
    )

    scope_id: Mapped[str] = mapped_column(primary_key=True)  # counted on by the same statement
    kind: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    op: Mapped[str]
    body: Mapped[str | None]  # the row as JSON text: all readers get identical bytes
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)
