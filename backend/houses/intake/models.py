"""Files of houses on their way into the register, and what each of their lines comes to."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Model, new_id, utc_now


class HouseImport(Model):
    """A file of houses, rooms or occupants; it is kept until it is carried out or has failed."""

    __tablename__ = "house_imports"
    __table_args__ = (
        CheckConstraint("about IN ('houses', 'rooms', 'occupants')", name="about"),
        CheckConstraint("state IN ('reading', 'ready', 'taking', 'done', 'failed')", name="state"),
        CheckConstraint("(data IS NULL) = (state IN ('done', 'failed'))", name="data"),
        CheckConstraint("(problem IS NOT NULL) = (state = 'failed')", name="problem"),
        Index("ix_house_imports_by_id", "by_id", "made_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    about: Mapped[str] = mapped_column(default="houses")
    name: Mapped[str]
    data: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(default="reading")
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    unused: Mapped[list[Any]] = mapped_column(default=list)  # heads that no column has
    problem: Mapped[str | None]
    made_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    asked_at: Mapped[datetime] = mapped_column(default=utc_now)  # the work that state names
    ended_at: Mapped[datetime | None]


class HouseImportLine(Model):
    """What a line of the file comes to, or has come to."""

    __tablename__ = "house_import_lines"
    __table_args__ = (
        CheckConstraint("kind IN ('create', 'change', 'same', 'refused')", name="kind"),
    )

    import_id: Mapped[UUID] = mapped_column(
        ForeignKey("house_imports.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    twin: Mapped[bool] = mapped_column(default=False)  # it may be the same as another house
    detail: Mapped[dict[str, Any]]
