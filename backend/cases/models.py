"""Cases, their thread, and the catalogue of what can be reported."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.cases.item_models import SEVERITIES
from backend.cases.table import life
from backend.db import Model, new_id, point_type, utc_now
from backend.feed.synced import Synced, grid_scope, user_scope
from backend.org.models import User

ENDED = tuple(code for code, state in life().states.items() if not state.is_open)
SOURCES = ("inspection", "report", "supervisor", "citizen", "hotline", "sensor", "level")
POINT = "ST_SetSRID(ST_MakePoint(lng, lat), 4326)"
URGENCY = "CASE WHEN urgent THEN 0 WHEN severity = 'critical' THEN 1 ELSE 2 END"


class Case(Synced, Model):
    """A hazard or event (隐患/事件) from its report to its end."""

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(life().states)}", name="state"),
        CheckConstraint(f"source IN {SOURCES}", name="source"),
        CheckConstraint(f"severity IN {SEVERITIES}", name="severity"),
        CheckConstraint(f"(state IN {ENDED}) = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint(
            "num_nulls(owner, step_due_at) = CASE WHEN closed_at IS NULL THEN 0 ELSE 2 END",
            name="has_owner_and_deadline",
        ),
        CheckConstraint("owner IN ('centre', 'department', 'grid')", name="owner"),
        CheckConstraint("handling IN ('department', 'grid')", name="handling"),
        CheckConstraint("rating IN ('satisfied', 'fair', 'dissatisfied')", name="rating"),
        CheckConstraint("sample IN ('drawn', 'right', 'wrong')", name="sample"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged"),
        CheckConstraint("(lng IS NULL) = (lat IS NULL)", name="position"),
        CheckConstraint("open_parts = 0 OR closed_at IS NULL", name="parts_ended"),
        Index("ix_cases_supporting", "supporting", postgresql_using="gin"),
        Index(
            "ix_cases_urgent",
            "received_at",
            postgresql_where=text("urgent AND closed_at IS NULL"),
        ),
        Index("ix_cases_drawn", "closed_at", postgresql_where=text("sample = 'drawn'")),
        Index("ix_cases_item_code_captured_at", "item_code", "captured_at"),
        Index("ix_cases_org_path", "org_path", postgresql_ops={"org_path": "text_pattern_ops"}),
        Index(
            "ix_cases_queue",
            "urgency",
            "step_due_at",
            "id",
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_cases_item_code", "item_code", "captured_at"),
    )
    feed_kind: ClassVar[str] = "case"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"), index=True)
    org_path: Mapped[str]
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), index=True)
    source: Mapped[str]
    inspection_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspections.id"), index=True)
    house_id: Mapped[UUID | None] = mapped_column(ForeignKey("houses.id"), index=True)
    item_code: Mapped[str]
    item_version: Mapped[int | None]  # of the list of matters; a checklist's item has none
    title: Mapped[str]
    severity: Mapped[str]
    state: Mapped[str] = mapped_column(default="reported")
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"), index=True)
    department_name: Mapped[str | None]
    # whose departments were called for a part of it (协办、吹哨、研判), and so may see it
    supporting: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    called: Mapped[list[Any]] = mapped_column(default=list)  # of its parts, what phones show
    note: Mapped[str | None]
    address: Mapped[str | None]
    lng: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy: Mapped[float | None]
    position_source: Mapped[str | None]
    point: Mapped[WKBElement | None] = mapped_column(
        point_type(), Computed(POINT, persisted=True), deferred=True
    )
    reporter_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    reporter_name: Mapped[str]
    captured_at: Mapped[datetime] = mapped_column(index=True)
    received_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    clock_suspect: Mapped[bool] = mapped_column(default=False)
    # What follows is the table's (life.Facts): written by its steps alone.
    span: Mapped[str]
    due_at: Mapped[datetime]
    owner: Mapped[str | None]
    step_due_at: Mapped[datetime | None]
    handling: Mapped[str | None]
    handler_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    returns: Mapped[int] = mapped_column(default=0)
    extensions: Mapped[int] = mapped_column(default=0)
    reopens: Mapped[int] = mapped_column(default=0)
    level: Mapped[int] = mapped_column(default=3)
    supervised: Mapped[bool] = mapped_column(default=False)
    rating: Mapped[str | None]
    asked_until: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    urgency: Mapped[int] = mapped_column(Computed(URGENCY, persisted=True))  # 0 comes first
    version: Mapped[int] = mapped_column(default=1)  # how many lines its thread has
    terms: Mapped[list[Any]] = mapped_column(default=list)
    step_began_at: Mapped[datetime | None]
    step_span: Mapped[str] = mapped_column(default="")
    restricted: Mapped[bool] = mapped_column(default=False)
    settles: Mapped[bool] = mapped_column(default=True)  # as its item said
    urgent: Mapped[bool] = mapped_column(default=False)
    follows: Mapped[int] = mapped_column(default=0)
    finals: Mapped[int] = mapped_column(default=0)
    open_parts: Mapped[int] = mapped_column(default=0)
    opinions: Mapped[int] = mapped_column(default=0)
    sample: Mapped[str | None]
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    payload_sha256: Mapped[str | None]  # of a report's arguments; an inspection's keeps its own

    reporter: Mapped[User] = relationship(foreign_keys=[reporter_id], lazy="raise")

    def feed_scope(self) -> str:
        """Its grid; a restricted one is its reporter's alone."""
        return user_scope(self.reporter_id) if self.restricted else grid_scope(self.grid_id)

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        columns = (
            "number house_id source inspection_id item_code title severity state department_name"
            " note lng lat address reporter_id reporter_name due_at closed_at grid_id"
            " restricted called"
        )
        return {name: getattr(self, name) for name in columns.split()} | {
            "reported_at": self.captured_at
        }


class CaseEvent(Model):
    """A line of a case's thread: added, never changed."""

    __tablename__ = "case_events"
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    version: Mapped[int]  # its number in the thread
    at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id"), index=True)
    action: Mapped[str]  # report, take_up, one of the table's, or task_… of a task
    text: Mapped[str] = mapped_column(default="")
    # How the case stood after it; of lines older than these columns, the last alone knows.
    state: Mapped[str | None]
    due_at: Mapped[datetime | None]
    step_due_at: Mapped[datetime | None]

    actor: Mapped[User | None] = relationship(lazy="joined")  # none: the clock


class CaseMark(Model):
    """That a deadline came near or passed (催办, 黄牌, 红牌): one for each run of a clock."""

    __tablename__ = "case_marks"
    __table_args__ = (
        CheckConstraint("clock IN ('case', 'step', 'follow', 'final')", name="clock"),
        CheckConstraint("withdrawn_at >= at", name="withdrawn"),
        Index(
            "uq_case_marks_standing",
            "case_id",
            "clock",
            "since",
            "name",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    clock: Mapped[str]  # of the case, of its step, or of a report that an urgent one needs
    since: Mapped[datetime]  # when the run began, or its deadline was last moved by somebody
    name: Mapped[str]  # of the calendar's marks
    due_at: Mapped[datetime]
    at: Mapped[datetime] = mapped_column(default=utc_now)
    withdrawn_at: Mapped[datetime | None]  # a changed calendar has given more time


class CaseWatch(Model):
    """When the clock must look at an open case next; null while only the calendar could matter."""

    __tablename__ = "case_watches"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    look_at: Mapped[datetime | None] = mapped_column(index=True)


class LastStep(Model):
    """How a case was before its last step, while that step can be undone."""

    __tablename__ = "case_last_steps"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    version: Mapped[int]  # of the line that the step left
    actor_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    at: Mapped[datetime]
    action: Mapped[str]
    before: Mapped[dict[str, Any]]


class SavedFilter(Model):
    """A view of the queue that a person keeps, or shares in a township."""

    __tablename__ = "saved_filters"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    org_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("org_units.id"), index=True)
    name: Mapped[str]
    query: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Phrase(Model):
    """Words that are written often: one's own, or a township's, for an action and a state."""

    __tablename__ = "phrases"
    __table_args__ = (
        CheckConstraint("num_nonnulls(owner_id, org_unit_id) = 1", name="one_owner"),
        CheckConstraint("char_length(text) BETWEEN 1 AND 200", name="length"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    org_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("org_units.id"), index=True)
    action: Mapped[str | None]
    state: Mapped[str | None]
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class CaseCounter(Model):
    """The last number given in one township and month."""

    __tablename__ = "case_counters"
    __table_args__ = (UniqueConstraint("town_code", "month"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    town_code: Mapped[str]
    month: Mapped[str]
    last: Mapped[int] = mapped_column(default=0)
