"""The list of matters (事项清单): what can be reported, as it is in force and in its versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.cases.table import settled_on_the_spot
from backend.db import Model, new_id, utc_now
from backend.feed.synced import GLOBAL, Synced

SEVERITIES = ("general", "serious", "critical")


class ItemText:
    """What the list of matters says of one item, in each of its versions."""

    class_name: Mapped[str]
    class_name_en: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    icon: Mapped[str]
    severity: Mapped[str]
    lead_department: Mapped[str]
    deadline: Mapped[str]  # immediate, Nwd (working days) or Nd (days)
    sort: Mapped[int]
    evidence: Mapped[str] = mapped_column(default="")  # what must be shown (取证要求)
    photos_min: Mapped[int] = mapped_column(default=1)
    self_settle: Mapped[bool] = mapped_column(default=True)  # a grid may settle it (自办)
    file_if: Mapped[str] = mapped_column(default="")  # when it becomes a case (立案条件)
    close_if: Mapped[str] = mapped_column(default="")  # when it is done (结案条件)
    synonyms: Mapped[str] = mapped_column(default="")  # what people call it, apart by spaces
    restricted: Mapped[bool] = mapped_column(default=False)  # its cases are (涉稳)


TOLD = tuple(ItemText.__annotations__)


class HazardItem(ItemText, Synced, Model):
    """An item of the list of matters (事项清单) as it is in force: what a worker may report."""

    __tablename__ = "hazard_items"
    __table_args__ = (
        CheckConstraint(f"severity IN {SEVERITIES}", name="severity"),
        CheckConstraint("photos_min BETWEEN 0 AND 9", name="photos_min"),
    )
    feed_kind: ClassVar[str] = "hazard_item"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    retired_at: Mapped[datetime | None]

    def feed_scope(self) -> str | None:
        """Everyone's, while it is in force."""
        return None if self.retired_at else GLOBAL

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        columns = (
            "code version class_name class_name_en name name_en icon severity lead_department"
            " deadline sort evidence photos_min"
        )
        told = {name: getattr(self, name) for name in columns.split()}
        return told | {"settles": self.settles}

    @property
    def settles(self) -> bool:
        """Whether a worker may settle it on the spot: the list says so, and it is not too grave."""
        return self.self_settle and self.severity in settled_on_the_spot()


class ItemVersion(ItemText, Model):
    """One version of an item: proposed, then in force or refused, and past in the end."""

    __tablename__ = "item_versions"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("state IN ('proposed', 'in_force', 'past', 'refused')", name="state"),
        CheckConstraint(f"severity IN {SEVERITIES}", name="severity"),
        CheckConstraint("photos_min BETWEEN 0 AND 9", name="photos_min"),
        CheckConstraint(
            "num_nulls(version, since) = CASE WHEN state IN ('in_force', 'past') THEN 0 ELSE 2 END",
            name="numbered",
        ),
        CheckConstraint("(state = 'past') = (until IS NOT NULL)", name="past"),
        Index(
            "uq_item_versions_in_force", "code", unique=True, postgresql_where="state = 'in_force'"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str]
    version: Mapped[int | None]
    state: Mapped[str]
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    reason: Mapped[str]  # why it was proposed
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    proposed_at: Mapped[datetime] = mapped_column(default=utc_now)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    decision: Mapped[str | None]  # why it was refused or ended
