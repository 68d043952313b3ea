"""Divisions, grids, departments and people."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Model, new_id, polygon_type, utc_now
from backend.feed.synced import Synced, grid_scope, town_scope

GEOMETRY = "ST_SetSRID(ST_GeomFromGeoJSON(outline), 4326)"


class OrgUnit(Model):
    """A division: county (the tenant), township, village. `path` is "/root/…/own/"."""

    __tablename__ = "org_units"
    __table_args__ = (
        CheckConstraint("kind IN ('city', 'county', 'township', 'village')", name="kind"),
        Index("ix_org_units_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("org_units.id"), index=True)
    kind: Mapped[str]
    name: Mapped[str]
    stat_code: Mapped[str | None] = mapped_column(index=True)  # an attribute, never the key
    path: Mapped[str]
    # GeoJSON geometry, WGS-84; large, and asked for by maps alone
    outline: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    geom: Mapped[WKBElement | None] = mapped_column(
        polygon_type(), Computed(GEOMETRY, persisted=True), deferred=True
    )
    schematic: Mapped[bool] = mapped_column(default=False)


class Grid(Synced, Model):
    """A grid (网格) or micro-grid (微网格) of a village."""

    __tablename__ = "grids"
    __table_args__ = (
        CheckConstraint("kind IN ('basic', 'dedicated', 'micro')", name="kind"),
        CheckConstraint("(kind = 'micro') = (parent_id IS NOT NULL)", name="micro_has_parent"),
    )
    feed_kind: ClassVar[str] = "grid"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("grids.id"), index=True)
    org_path: Mapped[str]
    village_name: Mapped[str]
    kind: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    outline: Mapped[dict[str, Any]]  # GeoJSON Polygon, WGS-84
    geom: Mapped[WKBElement | None] = mapped_column(
        polygon_type(), Computed(GEOMETRY, persisted=True), deferred=True
    )
    schematic: Mapped[bool] = mapped_column(default=False)
    retired_at: Mapped[datetime | None]

    def feed_scope(self) -> str | None:
        """Its own scope; a micro-grid belongs to its parent's."""
        return None if self.retired_at else grid_scope(self.parent_id or self.id)

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        return {
            "code": self.code,
            "name": self.name,
            "kind": self.kind,
            "parent_id": self.parent_id,
            "village_name": self.village_name,
            "geometry": self.outline,
            "schematic": self.schematic,
        }


class Department(Synced, Model):
    """A responsible department (承办部门) of a township."""

    __tablename__ = "departments"
    __table_args__ = (UniqueConstraint("org_unit_id", "code"),)
    feed_kind: ClassVar[str] = "department"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"))
    code: Mapped[str]
    name: Mapped[str]
    duties: Mapped[str] = mapped_column(
        default="", server_default=""
    )  # what it answers for, for people to read

    def feed_scope(self) -> str:
        """Its township."""
        return town_scope(self.org_unit_id)

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        return {"code": self.code, "name": self.name}


class User(Model):
    """A person with an account."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    name: Mapped[str]
    phone: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    roles: Mapped[list[RoleGrant]] = relationship(back_populates="user", lazy="selectin")
    grids: Mapped[list[GridDuty]] = relationship(back_populates="user", lazy="selectin")


class RoleGrant(Model):
    """A role that a person holds in a division (and, for an officer, in a department)."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint(
            "role IN ('grid_worker', 'grid_head', 'dispatcher', 'commander', 'supervisor',"
            " 'village', 'officer', 'cleared_officer', 'enforcer', 'admin')",
            name="role",
        ),
        CheckConstraint(
            "(role IN ('officer', 'cleared_officer', 'enforcer')) = (department_id IS NOT NULL)",
            name="officer",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[str]
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"), index=True)
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"), index=True)

    user: Mapped[User] = relationship(back_populates="roles")
    org_unit: Mapped[OrgUnit] = relationship(lazy="joined")
    department: Mapped[Department | None] = relationship(lazy="joined")


class GridDuty(Model):
    """A person's duty in a grid, with its time: evidence is judged by it (section 4)."""

    __tablename__ = "grid_duties"
    __table_args__ = (
        CheckConstraint("kind IN ('full_time', 'part_time', 'head', 'enforcer')", name="kind"),
        CheckConstraint("until IS NULL OR until > since", name="period"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), index=True)
    kind: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="grids")
    grid: Mapped[Grid] = relationship()  # not with each request: its outline is large


class Device(Model):
    """A phone or desk that somebody signed in on."""

    __tablename__ = "devices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    first_seen_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_seen_at: Mapped[datetime] = mapped_column(default=utc_now)


class SessionRow(Model):
    """A sign-in of one person on one device; only the token's hash is kept."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_sha256: Mapped[bytes] = mapped_column(unique=True)
    csrf_token: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_seen_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined")


class DeviceReport(Model):
    """How a person's phone says that it is, once its queue has been worked off or has failed to."""

    __tablename__ = "device_reports"

    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    app: Mapped[str]
    pending: Mapped[int]  # mutations without a verdict
    photos_pending: Mapped[int]
    rejected: Mapped[int]  # refused or held, not yet settled by the worker
    oldest_unsent_at: Mapped[datetime | None]
    synced_at: Mapped[datetime | None]  # its last whole round
    storage_free: Mapped[int | None] = mapped_column(BigInteger)  # bytes
    storage_quota: Mapped[int | None] = mapped_column(BigInteger)  # bytes
    persisted: Mapped[bool | None]  # the browser has promised to keep the stores
    lost_mutations: Mapped[int] = mapped_column(default=0)  # gone from the phone, by its own count
    lost_photos: Mapped[int] = mapped_column(default=0)
    clock_offset_ms: Mapped[int] = mapped_column(BigInteger)  # server minus phone
    told_at: Mapped[datetime] = mapped_column(default=utc_now)


class SignInAttempt(Model):
    """A wrong password, kept to slow the next ones."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_username_at", "username", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    username: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Feedback(Model):
    """What a person tells the makers of the app (投诉建议)."""

    __tablename__ = "feedback"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    text: Mapped[str]
    captured_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)

    user: Mapped[User] = relationship(lazy="raise")


class Notice(Synced, Model):
    """Something that one person must know, such as why a record was refused."""

    __tablename__ = "notices"
    feed_kind: ClassVar[str] = "notice"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    code: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    url: Mapped[str | None]
    mutation_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    read_at: Mapped[datetime | None]

    def feed_scope(self) -> str:
        """Whom it is for."""
        return f"user:{self.user_id}"

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        return {
            "code": self.code,
            "title": self.title,
            "text": self.text,
            "url": self.url,
            "mutation_id": self.mutation_id,
            "created_at": self.created_at,
            "read_at": self.read_at,
        }
