"""Patrols and their tracks."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Model, new_id, utc_now
from backend.feed.synced import Synced, user_scope


class Patrol(Synced, Model):
    """One patrol (巡查) of one worker; a track is kept only where `recording` is set."""

    __tablename__ = "patrols"
    __table_args__ = (
        CheckConstraint("kind IN ('day', 'night', 'joint')", name="kind"),
        CheckConstraint("state IN ('recording', 'paused', 'finished')", name="state"),
        Index("ix_patrols_org_path", "org_path", postgresql_ops={"org_path": "text_pattern_ops"}),
    )
    feed_kind: ClassVar[str] = "patrol"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"), index=True)
    org_path: Mapped[str]
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    task_id: Mapped[UUID | None] = mapped_column(index=True)  # as told: evidence is kept anyway
    kind: Mapped[str]
    state: Mapped[str]
    recording: Mapped[bool]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    distance_m: Mapped[float] = mapped_column(default=0.0)
    segments: Mapped[int] = mapped_column(default=0)  # how many the phone says it kept
    note: Mapped[str | None]
    lng: Mapped[float | None]
    lat: Mapped[float | None]
    clock_suspect: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)

    def feed_scope(self) -> str:
        """The worker's own."""
        return user_scope(self.user_id)

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        return {
            "kind": self.kind,
            "task_id": self.task_id,
            "state": self.state,
            "recording": self.recording,
            "started_at": self.started_at,
            "ended_at": self.ended_at,
            "distance_m": self.distance_m,
            "segments": self.segments,
        }


class TrackSegment(Model):
    """At most five minutes of a track; M is seconds since 1970, UTC. Gaps lie between."""

    __tablename__ = "track_segments"
    __table_args__ = (UniqueConstraint("patrol_id", "seq"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    patrol_id: Mapped[UUID] = mapped_column(ForeignKey("patrols.id"))
    seq: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    points: Mapped[list[Any]]  # as received: delta-encoded integers (section 7)
    line: Mapped[WKBElement] = mapped_column(Geometry("LINESTRINGM", srid=4326, dimension=3))
    received_at: Mapped[datetime] = mapped_column(default=utc_now)


class LastSeen(Model):
    """Where and when a worker on duty last was: from a record or a track, never by stealth."""

    __tablename__ = "last_seen"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    at: Mapped[datetime]
    lng: Mapped[float]
    lat: Mapped[float]
    source: Mapped[str]
