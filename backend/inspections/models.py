"""Inspections of rental houses, and what was found."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Model, new_id, utc_now
from backend.feed.synced import Synced, grid_scope
from backend.houses.facts import mask_name


class Inspection(Synced, Model):
    """One visit to a house, as submitted: it is never changed afterwards."""

    __tablename__ = "inspections"
    __table_args__ = (
        CheckConstraint(
            "outcome IN ('inspected', 'nobody_home', 'refused', 'moved_away')", name="outcome"
        ),
        CheckConstraint("result IN ('pass', 'rectify', 'fail', 'none')", name="result"),
        CheckConstraint("(outcome = 'inspected') = (result <> 'none')", name="result_if_inspected"),
        Index(
            "ix_inspections_org_path", "org_path", postgresql_ops={"org_path": "text_pattern_ops"}
        ),
        Index("ix_inspections_newest", "house_id", "captured_at", "id"),
    )
    feed_kind: ClassVar[str] = "inspection"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_unit_id: Mapped[UUID] = mapped_column(index=True)  # this and the next two: the house's
    org_path: Mapped[str]
    grid_id: Mapped[UUID] = mapped_column(index=True)
    house_id: Mapped[UUID] = mapped_column(ForeignKey("houses.id"))
    checklist_id: Mapped[UUID] = mapped_column(ForeignKey("checklists.id"))
    task_id: Mapped[UUID | None]  # as told: evidence is kept anyway
    inspector_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    inspector_name: Mapped[str]
    started_at: Mapped[datetime]
    captured_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    clock_suspect: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str]
    result: Mapped[str]
    fail_count: Mapped[int]
    answers: Mapped[list[Any]]
    open_answers: Mapped[list[Any]]  # the answers without those to restricted items
    note: Mapped[str | None]
    lng: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy: Mapped[float | None]
    position_source: Mapped[str | None]
    payload_sha256: Mapped[str]  # of the mutation's arguments: what was captured is what is kept

    def feed_scope(self) -> str:
        """Its house's grid."""
        return grid_scope(self.grid_id)

    def feed_row(self) -> dict[str, Any]:
        """As phones see it, without restricted answers."""
        columns = (
            "house_id checklist_id inspector_id inspector_name captured_at outcome result"
            " fail_count note task_id"
        )
        return {name: getattr(self, name) for name in columns.split()} | {
            "answers": self.open_answers
        }


class Signature(Synced, Model):
    """That a landlord or tenant signed under an inspection, or refused to before a witness.

    It is added after the inspection, and never changed.
    """

    __tablename__ = "inspection_signatures"
    __table_args__ = (
        CheckConstraint("signer IN ('landlord', 'tenant', 'other')", name="signer"),
        CheckConstraint("refused = (photo_id IS NULL)", name="signed_or_refused"),
        CheckConstraint("NOT refused OR coalesce(witness, '') <> ''", name="refusal_has_witness"),
        CheckConstraint("name <> ''", name="name"),
    )
    feed_kind: ClassVar[str] = "signature"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspections.id"), index=True)
    grid_id: Mapped[UUID]  # its inspection's
    signer: Mapped[str]
    name: Mapped[str]
    refused: Mapped[bool]
    witness: Mapped[str | None]
    photo_id: Mapped[UUID | None]  # the picture of the signature
    signed_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(default=utc_now)
    taken_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    payload_sha256: Mapped[str]

    def feed_scope(self) -> str:
        """Its inspection's grid."""
        return grid_scope(self.grid_id)

    def feed_row(self) -> dict[str, Any]:
        """As phones see it: names are masked there."""
        return {
            "inspection_id": self.inspection_id,
            "signer": self.signer,
            "name": mask_name(self.name),
            "refused": self.refused,
            "witness": self.witness and mask_name(self.witness),
            "photo_id": self.photo_id,
            "signed_at": self.signed_at,
        }


class Finding(Model):
    """A failed item of an inspection, and the case that it opened.

    It ends with its case, or with the one into which that was merged: struck off when that is
    closed, withdrawn when it was no hazard (不予受理、作废).
    """

    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("inspection_id", "item_code"),
        CheckConstraint("num_nulls(ended, ended_at) IN (0, 2)", name="ended"),
        CheckConstraint("ended IN ('struck_off', 'withdrawn')", name="end"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspections.id"))
    house_id: Mapped[UUID] = mapped_column(ForeignKey("houses.id"), index=True)
    item_code: Mapped[str]
    severity: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), unique=True)
    ended: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class Recheck(Model):
    """Somebody looked again whether a finding is mended (复查): added, never changed.

    `counts` is false where whoever mended it looked. No case of a finding is closed without one
    that passed and counts: triggers of the database hold both (migration 0025).
    """

    __tablename__ = "rechecks"
    __table_args__ = (Index("ix_rechecks_newest", "finding_id", "captured_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"))
    checker_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    checker_name: Mapped[str]
    captured_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(default=utc_now)
    clock_suspect: Mapped[bool] = mapped_column(default=False)
    passed: Mapped[bool]
    counts: Mapped[bool]
    note: Mapped[str | None]
    before_photo_id: Mapped[UUID | None]  # the old picture that was held against the new ones
    photo_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)  # they are its case's
    task_id: Mapped[UUID | None]  # as told: evidence is kept anyway
    inspection_id: Mapped[UUID | None]
    lng: Mapped[float | None]
    lat: Mapped[float | None]
    payload_sha256: Mapped[str | None]  # of a phone's; the desk sends none
