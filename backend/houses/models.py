"""The register of rental houses: rooms and who lives there."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Model, new_id, point_type
from backend.feed.synced import Synced, grid_scope
from backend.houses.facts import mask_name, mask_phone

POINT = "ST_SetSRID(ST_MakePoint(lng, lat), 4326)"


TOKEN_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another


def new_token() -> str:
    """A random door code: says nothing of house or people, and can be typed in."""
    return "".join(secrets.choice(TOKEN_SIGNS) for _ in range(8))


class House(Synced, Model):
    """A rental house (出租房)."""

    __tablename__ = "houses"
    __table_args__ = (
        CheckConstraint(
            "state IN ('unchecked', 'passed', 'rectify', 'failed', 'cleared')", name="state"
        ),
        CheckConstraint("lng BETWEEN 73 AND 136 AND lat BETWEEN 3 AND 54", name="in_china"),
        CheckConstraint("area_m2 > 0", name="area"),
        CheckConstraint("(ended_on IS NULL) = (ended_as IS NULL)", name="ended"),
        CheckConstraint("ended_as IN ('split', 'demolished', 'merged')", name="ended_as"),
        CheckConstraint(
            "(merged_into_id IS NOT NULL) = (ended_as IS NOT DISTINCT FROM 'merged')",
            name="merged_into",
        ),
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
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    address: Mapped[str]
    address_id: Mapped[UUID | None] = mapped_column(ForeignKey("addresses.id"), index=True)
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
    agent_name: Mapped[str] = mapped_column(default="")
    agent_phone: Mapped[str] = mapped_column(default="")
    lease_since: Mapped[date | None]
    lease_until: Mapped[date | None]
    pending: Mapped[list[Any]] = mapped_column(default=list)  # facts that wait for the centre
    ended_on: Mapped[date | None]
    ended_as: Mapped[str | None]
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("houses.id"), index=True)
    state: Mapped[str] = mapped_column(default="unchecked")
    last_inspected_at: Mapped[datetime | None]
    next_due_on: Mapped[date]
    occupant_count: Mapped[int] = mapped_column(default=0)
    open_cases: Mapped[int] = mapped_column(default=0)

    def feed_scope(self) -> str | None:
        """Its grid; nobody's, once it is no rental house any more."""
        return None if self.ended_on else grid_scope(self.grid_id)

    def feed_row(self) -> dict[str, Any]:
        """As phones see it: the landlord and the agent masked."""
        columns = (
            "code token address village_name grid_id micro_grid_id lng lat building_kind floors"
            " area_m2 room_count bed_count extinguishers lease_since lease_until pending state"
            " last_inspected_at next_due_on occupant_count open_cases"
        )
        return {name: getattr(self, name) for name in columns.split()} | {
            "matched": self.address_id is not None,
            "landlord_name": mask_name(self.landlord_name),
            "landlord_phone": mask_phone(self.landlord_phone),
            "agent_name": mask_name(self.agent_name),
            "agent_phone": mask_phone(self.agent_phone),
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
    __table_args__ = (
        CheckConstraint("id_masked LIKE '%*%'", name="id_masked"),
        CheckConstraint("until >= since", name="period"),
    )
    feed_kind: ClassVar[str] = "occupant"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    house_id: Mapped[UUID] = mapped_column(ForeignKey("houses.id"), index=True)
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("rooms.id"), index=True)
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), index=True)
    name: Mapped[str]
    id_masked: Mapped[str | None]
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
