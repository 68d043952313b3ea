"""Checklists: what is looked at in a house, as versioned data."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Model, new_id
from backend.feed.synced import GLOBAL, Synced


class Checklist(Synced, Model):
    """One version of a checklist (体检清单); an inspection keeps the version it was made under."""

    __tablename__ = "checklists"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("state IN ('draft', 'published', 'retired')", name="state"),
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

    def feed_scope(self) -> str | None:
        """Everyone's once published; a retired one stays, for reading what was made under it."""
        return None if self.state == "draft" else GLOBAL

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        columns = "code version title title_en items state"
        return {name: getattr(self, name) for name in columns.split()}
