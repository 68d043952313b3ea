"""Tasks and their history."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Model, new_id, utc_now
from backend.feed.synced import Synced, grid_scope, town_scope, user_scope
from backend.org.models import User


class TaskKind(Synced, Model):
    """What a township lets its tasks demand. Tracks and photos are off unless a reason is given."""

    __tablename__ = "task_kinds"
    __table_args__ = (
        UniqueConstraint("org_unit_id", "kind"),
        CheckConstraint("NOT record_track OR record_reason <> ''", name="track_has_reason"),
        CheckConstraint("NOT photo_required OR photo_reason <> ''", name="photo_has_reason"),
    )
    feed_kind: ClassVar[str] = "task_kind"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"))
    kind: Mapped[str]  # recheck, inspect, verify, visit, other, patrol_day, patrol_night
    name: Mapped[str]
    name_en: Mapped[str]
    record_track: Mapped[bool] = mapped_column(default=False)
    record_reason: Mapped[str] = mapped_column(default="")
    photo_required: Mapped[bool] = mapped_column(default=False)
    photo_reason: Mapped[str] = mapped_column(default="")

    def feed_scope(self) -> str:
        """Its township."""
        return town_scope(self.org_unit_id)

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        return {
            "kind": self.kind,
            "name": self.name,
            "name_en": self.name_en,
            "record_track": self.record_track,
            "record_reason": self.record_reason,
            "photo_required": self.photo_required,
        }


class TaskForm(Model):
    """A small form that a task or a visit asks for; a change makes a new version."""

    __tablename__ = "task_forms"
    __table_args__ = (
        UniqueConstraint("org_unit_id", "name", "version"),
        CheckConstraint("version > 0", name="version"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"))
    org_path: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="", server_default="")
    version: Mapped[int]
    fields: Mapped[list[Any]]
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    def copy(self) -> dict[str, Any]:
        """What a task carries of it, so that the phone needs nothing else."""
        columns = "name name_en version fields"
        return {column: getattr(self, column) for column in columns.split()}


class Task(Synced, Model):
    """One piece of field work for one person, or on offer to the workers of a grid.

    Names of the house and the case are copied when it is assigned, so that the phone needs
    nothing else to show it. A joint task is one row for each worker, under one `joint_id`:
    the first one's own id.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint(
            "state IN ('offered', 'assigned', 'accepted', 'done', 'returned', 'cancelled')",
            name="state",
        ),
        CheckConstraint(
            "assignee_id IS NOT NULL OR state IN ('offered', 'cancelled')", name="has_worker"
        ),
        CheckConstraint("state <> 'offered' OR assignee_id IS NULL", name="offered_to_nobody"),
        CheckConstraint(
            "NOT for_grid OR (grid_id IS NOT NULL AND NOT restricted)", name="grid_may_see"
        ),
        CheckConstraint("ask_state IN ('asked', 'granted', 'refused')", name="ask_state"),
        CheckConstraint(
            "ask_state IS NULL OR (asked_until IS NOT NULL AND ask_reason <> '')",
            name="ask_has_reason",
        ),
        CheckConstraint("urgency IN ('normal', 'urgent')", name="urgency"),
        CheckConstraint("state <> 'returned' OR return_reason <> ''", name="return_has_reason"),
        Index("ix_tasks_org_path", "org_path", postgresql_ops={"org_path": "text_pattern_ops"}),
    )
    feed_kind: ClassVar[str] = "task"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"), index=True)
    org_path: Mapped[str]
    grid_id: Mapped[UUID | None] = mapped_column(ForeignKey("grids.id"), index=True)
    kind: Mapped[str]
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="assigned")
    urgency: Mapped[str] = mapped_column(default="normal")
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    for_grid: Mapped[bool] = mapped_column(default=False)  # whoever is first there takes it
    joint_id: Mapped[UUID | None] = mapped_column(index=True)
    partners: Mapped[list[Any] | None]  # the workers of a joint task, as all see them
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    created_by_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    due_at: Mapped[datetime]
    house_id: Mapped[UUID | None] = mapped_column(ForeignKey("houses.id"), index=True)
    house_address: Mapped[str | None]
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    case_number: Mapped[str | None]
    case_title: Mapped[str | None]
    restricted: Mapped[bool] = mapped_column(default=False)  # of a restricted case
    place: Mapped[str | None]
    lng: Mapped[float | None]
    lat: Mapped[float | None]
    record_track: Mapped[bool] = mapped_column(default=False)
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    result_text: Mapped[str | None]
    result_outcome: Mapped[str | None]
    return_reason: Mapped[str | None]
    cancel_reason: Mapped[str | None]
    arrived_at: Mapped[datetime | None]
    arrived_m: Mapped[float | None]  # how far from the task's place that was
    asked_until: Mapped[datetime | None]
    ask_reason: Mapped[str | None]
    ask_state: Mapped[str | None]
    ask_answer: Mapped[str | None]
    form: Mapped[dict[str, Any] | None]  # the form's copy, with its version
    answers: Mapped[dict[str, Any] | None]
    checklist: Mapped[dict[str, Any] | None]  # which one the house is to be inspected by
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("task_plans.id"), index=True)

    assignee: Mapped[User | None] = relationship(foreign_keys=[assignee_id], lazy="raise")
    created_by: Mapped[User] = relationship(foreign_keys=[created_by_id], lazy="raise")

    def feed_scope(self) -> str | None:
        """The person it is for; while it is on offer, the grid."""
        if self.assignee_id is None:
            return grid_scope(self.grid_id) if self.grid_id and not self.restricted else None
        return user_scope(self.assignee_id)

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        columns = (
            "kind title text state urgency assignee_id created_by_name created_at due_at"
            " house_id house_address case_id case_number case_title place lng lat record_track"
            " return_reason cancel_reason result_text for_grid partners arrived_at"
            " asked_until ask_reason ask_state ask_answer form answers checklist"
        )
        return {name: getattr(self, name) for name in columns.split()} | {
            "receipts": self.receipts()
        }

    def receipts(self) -> dict[str, datetime | None]:
        """When it was delivered, read, accepted and finished."""
        return {
            "delivered_at": self.delivered_at,
            "read_at": self.read_at,
            "accepted_at": self.accepted_at,
            "finished_at": self.finished_at,
        }


class TaskEvent(Model):
    """A line of a task's history: added, never changed."""

    __tablename__ = "task_events"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=utc_now)
    captured_at: Mapped[datetime | None]
    actor_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    # assign, offer, reassign, read, accept, arrive, finish, close_with, return, cancel,
    # evidence, ask_time, grant_time, refuse_time
    action: Mapped[str]
    about_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    text: Mapped[str] = mapped_column(default="")

    actor: Mapped[User] = relationship(foreign_keys=[actor_id], lazy="joined")
