"""Authorities, their people and words; papers that were handed over."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy import Uuid as UuidType
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Model, new_id, utc_now
from backend.feed.synced import GLOBAL, Synced, town_scope, user_scope

KIND = "kind IN ('advice', 'order')"
STANDING = ("issued", "served")  # neither void nor withdrawn


class Authority(Synced, Model):
    """A body in whose name papers are issued (机关); only one with power may order."""

    __tablename__ = "authorities"
    __table_args__ = (
        UniqueConstraint("org_unit_id", "name"),
        CheckConstraint("NOT may_order OR department_id IS NOT NULL", name="power_has_department"),
    )
    feed_kind: ClassVar[str] = "authority"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"))  # the township
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"), index=True)
    name: Mapped[str]
    word: Mapped[str] = mapped_column(unique=True)  # 机关代字, with which its numbers begin
    may_order: Mapped[bool]
    contact: Mapped[str]
    remedy: Mapped[str]  # 救济告知; empty where its papers carry none
    version: Mapped[int] = mapped_column(default=1)  # of name, contact and remedy
    past: Mapped[list[Any]] = mapped_column(default=list)  # the versions before, as `said` has them

    def said(self, version: int | None = None) -> dict[str, Any]:
        """What its papers say of it, in that version; in the one in force where none is named."""
        now = {name: getattr(self, name) for name in ("version", "name", "contact", "remedy")}
        return next((one for one in self.past if one["version"] == version), now)

    def feed_scope(self) -> str:
        """Its township's."""
        return town_scope(self.org_unit_id)

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        columns = "name word may_order contact remedy version"
        return {name: getattr(self, name) for name in columns.split()}


class Enforcer(Synced, Model):
    """A person's qualification to enforce (执法资格), with its certificate and time."""

    __tablename__ = "enforcers"
    __table_args__ = (
        UniqueConstraint("authority_id", "certificate_no"),
        CheckConstraint("until >= since", name="period"),
    )
    feed_kind: ClassVar[str] = "enforcer"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"))
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"), index=True)
    name: Mapped[str]
    certificate_no: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]

    def feed_scope(self) -> str:
        """Its authority's township."""
        return town_scope(self.org_unit_id)

    def feed_row(self) -> dict[str, Any]:
        """As phones see it; every paper of the person's says as much."""
        columns = "user_id authority_id name certificate_no since until"
        return {name: getattr(self, name) for name in columns.split()}


class DocumentTemplate(Synced, Model):
    """The words of one kind of paper, in one version; a paper keeps the version it was made by."""

    __tablename__ = "document_templates"
    __table_args__ = (UniqueConstraint("kind", "version"), CheckConstraint(KIND, name="kind"))
    feed_kind: ClassVar[str] = "document_template"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    word: Mapped[str]  # 文种: the part of a number that names the kind
    body: Mapped[list[Any]]
    laws: Mapped[list[Any]]

    def feed_scope(self) -> str:
        """Everyone's; an old one stays, for reading what was made by it."""
        return GLOBAL

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        columns = "kind version title word body laws"
        return {name: getattr(self, name) for name in columns.split()}


class NumberSeries(Model):
    """The numbers of one authority, kind and year: 1 to `next` - 1 have been given out."""

    __tablename__ = "number_series"
    __table_args__ = (
        UniqueConstraint("authority_id", "kind", "year"),
        CheckConstraint(KIND, name="kind"),
        CheckConstraint("next >= 1", name="next"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"))
    kind: Mapped[str]
    year: Mapped[int]
    next: Mapped[int] = mapped_column(default=1)
    epoch: Mapped[UUID]  # of the database that gave out the last one


class NumberBlock(Synced, Model):
    """Numbers leased to one device; withheld ones, after a restore, belong to nobody known."""

    __tablename__ = "number_blocks"
    __table_args__ = (
        UniqueConstraint("series_id", "first"),
        CheckConstraint("last >= first AND first >= 1", name="range"),
        CheckConstraint("(user_id IS NULL) = (device_id IS NULL)", name="leased_or_withheld"),
    )
    feed_kind: ClassVar[str] = "number_block"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    series_id: Mapped[UUID] = mapped_column(ForeignKey("number_series.id"))
    authority_id: Mapped[UUID]  # this and the next two: the series'
    kind: Mapped[str]
    year: Mapped[int]
    first: Mapped[int]
    last: Mapped[int]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    device_id: Mapped[UUID | None]  # as the phone names itself
    leased_at: Mapped[datetime] = mapped_column(default=utc_now)
    reclaimed_at: Mapped[datetime | None]

    def feed_scope(self) -> str | None:
        """Whom it was leased to, until it is taken back."""
        return user_scope(self.user_id) if self.user_id and not self.reclaimed_at else None

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        columns = "authority_id kind year first last device_id"
        return {name: getattr(self, name) for name in columns.split()}


class DocumentNumber(Model):
    """One number of a series and what became of it; a row is never deleted (migration 0022)."""

    __tablename__ = "document_numbers"
    __table_args__ = (
        CheckConstraint("state IN ('leased', 'issued', 'void')", name="state"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name="void_has_reason"),
    )

    series_id: Mapped[UUID] = mapped_column(ForeignKey("number_series.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    block_id: Mapped[UUID] = mapped_column(ForeignKey("number_blocks.id"), index=True)
    state: Mapped[str] = mapped_column(default="leased")
    void_reason: Mapped[str | None]
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)


class Document(Synced, Model):
    """A paper as it was issued; what it says is never changed."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("series_id", "number"),
        ForeignKeyConstraint(
            ["series_id", "number"], ["document_numbers.series_id", "document_numbers.number"]
        ),
        CheckConstraint(KIND, name="kind"),
        CheckConstraint("state IN ('issued', 'served', 'void', 'withdrawn')", name="state"),
        CheckConstraint("deadline_on >= issued_on", name="deadline"),
        CheckConstraint(
            "kind <> 'order' OR cardinality(enforcer_ids) >= 2", name="order_has_two_officers"
        ),
        CheckConstraint("(served_at IS NULL) = (service IS NULL)", name="served"),
        CheckConstraint("state <> 'served' OR served_at IS NOT NULL", name="served_has_time"),
        CheckConstraint(
            "(state IN ('void', 'withdrawn')) = (ended_reason IS NOT NULL)", name="end_has_reason"
        ),
        Index("ix_documents_org_path", "org_path", postgresql_ops={"org_path": "text_pattern_ops"}),
    )
    feed_kind: ClassVar[str] = "document"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    series_id: Mapped[UUID]
    number: Mapped[int]
    number_text: Mapped[str] = mapped_column(unique=True)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"), index=True)
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"), index=True)
    template_id: Mapped[UUID] = mapped_column(ForeignKey("document_templates.id"), index=True)
    org_unit_id: Mapped[UUID] = mapped_column(index=True)  # this and the next two: the house's
    org_path: Mapped[str]
    grid_id: Mapped[UUID] = mapped_column(index=True)
    house_id: Mapped[UUID] = mapped_column(ForeignKey("houses.id"), index=True)
    inspection_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspections.id"), index=True)
    issuer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    issuer_name: Mapped[str]
    enforcer_ids: Mapped[list[UUID]] = mapped_column(ARRAY(UuidType), default=list)
    issued_on: Mapped[date]
    deadline_on: Mapped[date]
    content: Mapped[dict[str, Any]]
    captured_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    clock_suspect: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="issued")
    served_at: Mapped[datetime | None]
    service: Mapped[dict[str, Any] | None]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    payload_sha256: Mapped[str]

    def feed_scope(self) -> str:
        """Its issuer's: it names a person, whom nobody else's phone needs to know."""
        return user_scope(self.issuer_id)

    def feed_row(self) -> dict[str, Any]:
        """As its issuer's phone sees it."""
        columns = (
            "kind number number_text authority_id template_id house_id inspection_id issuer_name"
            " issued_on deadline_on captured_at state served_at service ended_reason"
        )
        return {name: getattr(self, name) for name in columns.split()} | self.content
