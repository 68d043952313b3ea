"""What happened to houses, what waits to be decided about them, and standard addresses."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Model, new_id, utc_now
from backend.feed.synced import Synced, grid_scope
from backend.houses.facts import masked_values


class Address(Model):
    """A standard address (标准地址) of a village; a house without one is 待匹配."""

    __tablename__ = "addresses"
    __table_args__ = (UniqueConstraint("org_unit_id", "text"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"))
    org_path: Mapped[str]
    text: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default=utc_now)


class HouseEvent(Synced, Model):
    """What happened to a house. Lines are added, never changed (a trigger; migration 0020)."""

    __tablename__ = "house_events"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('registered', 'registered_again', 'imported', 'corrected', 'moved_in',"
            " 'moved_out', 'relet', 'split', 'demolished', 'merged', 'decided', 'matched')",
            name="kind",
        ),
        Index("ix_house_events_house_id", "house_id", "at"),
    )
    feed_kind: ClassVar[str] = "house_event"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    house_id: Mapped[UUID] = mapped_column(ForeignKey("houses.id"))
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), index=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    by_name: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)

    def feed_scope(self) -> str:
        """Its house's grid."""
        return grid_scope(self.grid_id)

    def feed_row(self) -> dict[str, Any]:
        """As phones see it: people masked."""
        columns = {name: getattr(self, name) for name in ("house_id", "kind", "at", "by_name")}
        return columns | {"detail": masked_values(self.detail)}


class HouseReview(Model):
    """A value that somebody saw and that does not stand on the house: the centre decides.

    `change`: of a fact that only the centre changes. `contested`: two wrote at once, this one was
    written over. `ended`: the house is said to be gone. `twin`: it may be the same as another.
    """

    __tablename__ = "house_reviews"
    __table_args__ = (
        CheckConstraint("kind IN ('change', 'contested', 'ended', 'twin')", name="kind"),
        CheckConstraint("state IN ('open', 'accepted', 'kept', 'merged')", name="state"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(kind = 'twin') = (other_id IS NOT NULL)", name="other"),
        Index("ix_house_reviews_house_id", "house_id", "state"),
        Index(
            "ix_house_reviews_org_path",
            "org_path",
            postgresql_ops={"org_path": "text_pattern_ops"},
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    house_id: Mapped[UUID] = mapped_column(ForeignKey("houses.id"))
    other_id: Mapped[UUID | None] = mapped_column(ForeignKey("houses.id"), index=True)
    org_path: Mapped[str]
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), index=True)
    kind: Mapped[str]
    field: Mapped[str | None]
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)  # seen (base), ours, theirs
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    by_name: Mapped[str]
    captured_at: Mapped[datetime]
    made_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    state: Mapped[str] = mapped_column(default="open")
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None]


class HouseAlias(Model):
    """The id that a phone gave to a house which was registered already."""

    __tablename__ = "house_aliases"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    house_id: Mapped[UUID] = mapped_column(ForeignKey("houses.id"), index=True)
