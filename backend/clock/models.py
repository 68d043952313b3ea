"""The days of the calendar that differ from their week."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Model, new_id, utc_now
from backend.feed.synced import GLOBAL, Synced


class CalendarDay(Synced, Model):
    """A holiday, or a day worked in its place (调休); all other days are as their week has them."""

    __tablename__ = "calendar_days"
    __table_args__ = (CheckConstraint("kind IN ('holiday', 'workday')", name="kind"),)
    feed_kind: ClassVar[str] = "calendar_day"

    id: Mapped[UUID] = mapped_column(unique=True, default=new_id)  # the feed's name for it
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)

    def feed_scope(self) -> str:
        """Everywhere: phones reckon deadlines by the same days."""
        return GLOBAL

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        return {"day": self.day, "kind": self.kind, "name": self.name}
