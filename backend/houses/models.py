"""The register of rental houses, checklists and inspections."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Model, new_id, point_type, utc_now
from backend.feed.synced import GLOBAL, Synced, grid_scope

POINT = "ST_SetSRID(ST_MakePoint(lng, lat), 4326)"


class Checklist(Synced, Model):
    """One version of a checklist (体检清单); an inspection keeps the version it was made under."""

    __tablename__ = "checklists"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("state IN ('draft', 'published', 'retired')", name="state"),
    )
    feed_kind: ClassVar[str] = "checklist"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    title_en: Mapped[str]
    items: Mapped[list[Any]]
    state: Mapped[str]
    published_at: Mapped[datetime | None]

    def feed_scope(self) -> str | None:
        """Everyone's once published; a retired one stays, for reading what was made under it."""
        return None if self.state == "draft" else GLOBAL

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        columns = "code version title title_en items state"
        return {name: getattr(self, name) for name in columns.split()}


class House(Synced, Model):
    """A rental house (出租房)."""

    __tablename__ = "houses"
    __table_args__ = (
        CheckConstraint(
            "state IN ('unchecked', 'passed', 'rectify', 'failed', 'cleared')", name="state"
        ),
        CheckConstraint("lng BETWEEN 73 AND 136 AND lat BETWEEN 3 AND 54", name="in_china"),
        CheckConstraint("area_m2 > 0", name="area"),
        Index("ix_houses_org_path", "org_path", postgresql_ops={"org_path": "text_pattern_ops"}),
        {"postgresql_with": {"fillfactor": 80}},  # a new state finds room beside the old one
    )
    feed_kind: ClassVar[str] = "house"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"), index=True)
    org_path: Mapped[str]
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), index=True)
    micro_grid_id: Mapped[UUID | None] = mapped_column(ForeignKey("grids.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str]
    village_name: Mapped[str]
    lng: Mapped[float]
    lat: Mapped[float]
    point: Mapped[WKBElement] = mapped_column(
        point_type(), Computed(POINT, persisted=True), deferred=True
    )
    building_kind: Mapped[str]
    floors: Mapped[int]
    area_m2: Mapped[float]
    room_count: Mapped[int]
    bed_count: Mapped[int]
    extinguishers: Mapped[int] = mapped_column(default=0)
    landlord_name: Mapped[str]
    landlord_phone: Mapped[str]
    state: Mapped[str] = mapped_column(default="unchecked")
    last_inspected_at: Mapped[datetime | None]
    next_due_on: Mapped[date]
    occupant_count: Mapped[int] = mapped_column(default=0)
    open_cases: Mapped[int] = mapped_column(default=0)

    def feed_scope(self) -> str:
        """Its grid."""
        return grid_scope(self.grid_id)

    def feed_row(self) -> dict[str, Any]:
        """As phones see it: the landlord masked."""
        columns = (
            "code address village_name grid_id micro_grid_id lng lat building_kind floors area_m2"
            " room_count bed_count extinguishers state last_inspected_at next_due_on"
            " occupant_count open_cases"
        )
        return {name: getattr(self, name) for name in columns.split()} | {
            "landlord_name": mask_name(self.landlord_name),
            "landlord_phone": mask_phone(self.landlord_phone),
        }


class HouseHome(Model):
    """A grid that a house has left; a trigger of the database writes it (migration 0005)."""

    __tablename__ = "house_homes"
    __table_args__ = (Index("ix_house_homes_house_id", "house_id", "until"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    house_id: Mapped[UUID] = mapped_column(ForeignKey("houses.id"))
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), index=True)
    until: Mapped[datetime]


class Room(Synced, Model):
    """A room of a house. `grid_id` repeats the house's, for the feed."""

    __tablename__ = "rooms"
    feed_kind: ClassVar[str] = "room"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    house_id: Mapped[UUID] = mapped_column(ForeignKey("houses.id"), index=True)
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), index=True)
    name: Mapped[str]
    area_m2: Mapped[float]
    use: Mapped[str]

    def feed_scope(self) -> str:
        """Its house's grid."""
        return grid_scope(self.grid_id)

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        return {name: getattr(self, name) for name in ["house_id", "name", "area_m2", "use"]}


class Occupant(Synced, Model):
    """A person who lives there; of the identity number only a masked form is ever stored."""

    __tablename__ = "occupants"
    __table_args__ = (CheckConstraint("id_masked LIKE '%*%'", name="id_masked"),)
    feed_kind: ClassVar[str] = "occupant"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    house_id: Mapped[UUID] = mapped_column(ForeignKey("houses.id"), index=True)
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("rooms.id"), index=True)
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), index=True)
    name: Mapped[str]
    id_masked: Mapped[str]
    relation: Mapped[str]
    origin: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]

    def feed_scope(self) -> str:
        """Its house's grid."""
        return grid_scope(self.grid_id)

    def feed_row(self) -> dict[str, Any]:
        """As phones see it: the name masked."""
        columns = "house_id room_id id_masked relation origin since until"
        return {name: getattr(self, name) for name in columns.split()} | {
            "name_masked": mask_name(self.name)
        }


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


class Finding(Model):
    """A failed item of an inspection, and the case that it opened."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("inspection_id", "item_code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspections.id"))
    house_id: Mapped[UUID] = mapped_column(ForeignKey("houses.id"), index=True)
    item_code: Mapped[str]
    severity: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), unique=True)


def mask_name(name: str) -> str:
    """A name with all but the family name hidden: 张*."""
    return name[:1] + "*" * max(len(name) - 1, 1)


def mask_phone(phone: str) -> str:
    """A phone number with its middle hidden: 138****1234."""
    return phone[:3] + "****" + phone[-4:]
