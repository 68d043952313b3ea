"""Checklists: what is looked at in a house, as versioned data."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Model, new_id, utc_now
from backend.feed.synced import GLOBAL, Synced


class Checklist(Synced, Model):
    """One version of a checklist (体检清单); an inspection keeps the version it was made under."""

    __tablename__ = "checklists"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("state IN ('draft', 'published', 'retired')", name="state"),
        CheckConstraint("(state = 'draft') = (published_at IS NULL)", name="published"),
        CheckConstraint("(state = 'retired') = (retired_at IS NOT NULL)", name="retired"),
        Index("uq_checklists_draft", "code", unique=True, postgresql_where="state = 'draft'"),
        Index(
            "uq_checklists_in_force", "code", unique=True, postgresql_where="state = 'published'"
        ),
    )
    feed_kind: ClassVar[str] = "checklist"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    title_en: Mapped[str]
    items: Mapped[list[Any]]
    state: Mapped[str]
    published_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)

    def feed_scope(self) -> str | None:
        """Everyone's once published; a retired one stays, for reading what was made under it."""
        return None if self.state == "draft" else GLOBAL

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        columns = "code version title title_en items state"
        return {name: getattr(self, name) for name in columns.split()}


class ChecklistPicture(Synced, Model):
    """A help picture of an item (图示): a small WebP, kept once and never changed."""

    __tablename__ = "checklist_pictures"
    feed_kind: ClassVar[str] = "checklist_picture"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    sha256: Mapped[str] = mapped_column(unique=True)
    image: Mapped[bytes]
    published: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    def feed_scope(self) -> str | None:
        """Everyone's once a list that shows it was published."""
        return GLOBAL if self.published else None

    def feed_row(self) -> dict[str, Any]:
        """As phones see it: the picture itself, for it must be there without a network."""
        return {"data": "data:image/webp;base64," + b64encode(self.image).decode()}
