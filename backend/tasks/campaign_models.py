"""Campaigns (敲门行动): the households to visit, and every time somebody knocked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Model, new_id, utc_now
from backend.feed.synced import Synced, grid_scope, town_scope
from backend.org.models import User


class Campaign(Synced, Model):
    """A round of visits; `org_path` is the smallest division that holds all its households."""

    __tablename__ = "campaigns"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="period"),
        Index("ix_campaigns_org_path", "org_path", postgresql_ops={"org_path": "text_pattern_ops"}),
    )
    feed_kind: ClassVar[str] = "campaign"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    township_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"), index=True)
    org_path: Mapped[str]
    name: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    form: Mapped[dict[str, Any] | None]
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    closed_at: Mapped[datetime | None]

    created_by: Mapped[User] = relationship(lazy="raise")

    def feed_scope(self) -> str:
        """Its township."""
        return town_scope(self.township_id)

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        columns = "name text starts_on ends_on form closed_at"
        return {name: getattr(self, name) for name in columns.split()}


class Visit(Synced, Model):
    """One household of a campaign, and how things stand with it."""

    __tablename__ = "visits"
    __table_args__ = (
        UniqueConstraint("campaign_id", "house_id"),
        CheckConstraint("state IN ('open', 'met', 'nobody', 'refused')", name="state"),
        CheckConstraint("(state = 'open') = (attempts = 0)", name="open_is_unvisited"),
        CheckConstraint("(attempts = 0) = (visited_at IS NULL)", name="attempt_has_time"),
        CheckConstraint("state <> 'met' OR next_on IS NULL", name="met_is_over"),
    )
    feed_kind: ClassVar[str] = "visit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"))
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"), index=True)
    org_path: Mapped[str]
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), index=True)
    house_id: Mapped[UUID] = mapped_column(ForeignKey("houses.id"), index=True)
    address: Mapped[str]
    lng: Mapped[float | None]
    lat: Mapped[float | None]
    state: Mapped[str] = mapped_column(default="open")
    attempts: Mapped[int] = mapped_column(default=0)
    attempt_ids: Mapped[list[Any]] = mapped_column(default=list)  # a phone knows its own again
    next_on: Mapped[date | None]
    note: Mapped[str | None]
    visited_at: Mapped[datetime | None]
    visited_by: Mapped[str | None]  # the worker's name

    def feed_scope(self) -> str:
        """Its grid."""
        return grid_scope(self.grid_id)

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        columns = (
            "campaign_id grid_id house_id address lng lat state attempts attempt_ids next_on note"
            " visited_at visited_by"
        )
        return {name: getattr(self, name) for name in columns.split()}


class VisitAttempt(Model):
    """One knock at a door, as a worker recorded it: added, never changed."""

    __tablename__ = "visit_attempts"
    __table_args__ = (
        CheckConstraint("result IN ('met', 'nobody', 'refused')", name="result"),
        Index("ix_visit_attempts_visit_id", "visit_id", "captured_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    result: Mapped[str]
    note: Mapped[str | None]
    next_on: Mapped[date | None]
    answers: Mapped[dict[str, Any] | None]
    form_version: Mapped[int | None]
    lng: Mapped[float | None]
    lat: Mapped[float | None]
    captured_at: Mapped[datetime]
    clock_suspect: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime] = mapped_column(default=utc_now)
    payload_sha256: Mapped[str]

    user: Mapped[User] = relationship(lazy="joined")
