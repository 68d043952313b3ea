"""The days of the calendar that differ from their week."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Model, utc_now


class CalendarDay(Model):
    """A holiday, or a day worked in its place (调休); all other days are as their week has them."""

    __tablename__ = "calendar_days"
    __table_args__ = (CheckConstraint("kind IN ('holiday', 'workday')", name="kind"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)
