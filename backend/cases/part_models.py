"""What other departments were called for, as a table."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.cases import joint
from backend.db import Model, new_id

PARTS_ENDED = tuple(code for code, state in joint.states().items() if not state.is_open)


class CasePart(Model):
    """What another department was called for: 协办, 吹哨 or 研判 (support, whistle, opinion)."""

    __tablename__ = "case_parts"
    __table_args__ = (
        CheckConstraint("kind IN ('support', 'whistle', 'opinion')", name="kind"),
        CheckConstraint(f"state IN {tuple(joint.states())}", name="state"),
        CheckConstraint(f"(state IN {PARTS_ENDED}) = (due_at IS NULL)", name="open_has_deadline"),
        CheckConstraint("num_nulls(arrived_at, lng, lat) IN (0, 3)", name="arrival"),
        Index(
            "uq_case_parts_open",
            "case_id",
            "department_id",
            "kind",
            unique=True,
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index("ix_case_parts_due_at", "due_at", postgresql_where=text("late_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    department_id: Mapped[UUID] = mapped_column(ForeignKey("departments.id"), index=True)
    department_name: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    due_at: Mapped[datetime | None]  # when it must have moved on; none once it has ended
    asked: Mapped[str]
    called_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    called_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    arrived_by: Mapped[str | None]  # the name of who checked in; older ones are in the thread
    lng: Mapped[float | None]  # of who checked in, WGS-84
    lat: Mapped[float | None]
    accuracy: Mapped[float | None]
    distance_m: Mapped[float | None]  # to the case, where it has a position
    result: Mapped[str | None]
    late_at: Mapped[datetime | None]  # when it was found late
