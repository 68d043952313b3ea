"""Recurring plans: what is to be done again and again, and the days on which it was given out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Model, utc_now
from backend.org.models import Grid, User


class TaskPlan(Model):
    """A rule that makes tasks: on which days, at what time, for whom."""

    __tablename__ = "task_plans"
    __table_args__ = (
        CheckConstraint("every IN ('working_days', 'weekdays', 'month_day')", name="every"),
        CheckConstraint("count > 0", name="count"),
        CheckConstraint("minute BETWEEN 0 AND 1439", name="minute"),
        CheckConstraint("hours BETWEEN 1 AND 720", name="hours"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint(
            "(every = 'weekdays') = (weekdays IS NOT NULL)"
            " AND (every = 'month_day') = (month_day IS NOT NULL)",
            name="rule",
        ),
        CheckConstraint("month_day BETWEEN 1 AND 31", name="month_day"),
        Index(
            "ix_task_plans_org_path", "org_path", postgresql_ops={"org_path": "text_pattern_ops"}
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"), index=True)
    org_path: Mapped[str]
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), index=True)
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str]
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    urgency: Mapped[str] = mapped_column(default="normal")
    every: Mapped[str]
    count: Mapped[int] = mapped_column(default=1)  # of working days; else 1
    weekdays: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))  # 0 is Monday
    month_day: Mapped[int | None]
    minute: Mapped[int]  # of the day, in China
    hours: Mapped[int]  # until a task is due
    house_states: Mapped[list[Any] | None]  # a task for each house of the grid in these states
    form: Mapped[dict[str, Any] | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    paused: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    grid: Mapped[Grid] = relationship(lazy="raise")
    assignee: Mapped[User | None] = relationship(foreign_keys=[assignee_id], lazy="raise")
    created_by: Mapped[User] = relationship(foreign_keys=[created_by_id], lazy="raise")


class PlanDay(Model):
    """A day on which a plan has given out its tasks: once, whoever tries again."""

    __tablename__ = "plan_days"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("task_plans.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    tasks: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(default=utc_now)
