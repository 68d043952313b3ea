"""Photos and their bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Model, new_id, utc_now
from backend.feed.synced import Synced


class Photo(Synced, Model):
    """A photo that a record announced in its manifest, whether or not it has arrived.

    Sources: sync protocol, section 6. `scope` is the owner's home scope.
    """

    __tablename__ = "photos"
    __table_args__ = (
        Index("ix_photos_owner", "owner_kind", "owner_id"),
        Index("ix_photos_announced", "announced_at", postgresql_using="brin"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("bytes > 0", name="bytes"),
    )
    feed_kind: ClassVar[str] = "photo"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_kind: Mapped[str]  # inspection, case, task, patrol
    owner_id: Mapped[UUID]
    scope: Mapped[str]
    item_code: Mapped[str | None]
    sha256: Mapped[str] = mapped_column(index=True)
    bytes: Mapped[int]
    type: Mapped[str]
    role: Mapped[str]
    captured_at: Mapped[datetime]
    captured_by: Mapped[UUID] = mapped_column(index=True)
    lng: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy: Mapped[float | None]
    thumb_sha256: Mapped[str | None] = mapped_column(index=True)
    thumb_bytes: Mapped[int | None]
    announced_at: Mapped[datetime] = mapped_column(default=utc_now)
    arrived_at: Mapped[datetime | None]
    thumb_arrived_at: Mapped[datetime | None]
    drawing_of: Mapped[UUID | None]  # as told: the photo that this one draws on

    doubts: Mapped[list[PhotoDoubt]] = relationship(
        foreign_keys="PhotoDoubt.photo_id", order_by="PhotoDoubt.kind", viewonly=True
    )

    def feed_scope(self) -> str:
        """Where its owner lives."""
        return self.scope

    def feed_row(self) -> dict[str, Any]:
        """As phones see it."""
        return {
            "owner_kind": self.owner_kind,
            "owner_id": self.owner_id,
            "item_code": self.item_code,
            "sha256": self.sha256,
            "bytes": self.bytes,
            "type": self.type,
            "role": self.role,
            "captured_at": self.captured_at,
            "arrived": self.arrived_at is not None,
            "thumb_sha256": self.thumb_sha256,
            "drawing_of": self.drawing_of,
        }


class PhotoPrint(Model):
    """That a photo was looked at, and what it looks like: a difference hash of 64 bits.

    There is none of a picture that cannot be read, or is too plain to be told from others.
    """

    __tablename__ = "photo_prints"
    __table_args__ = (Index("ix_photo_prints_bands", "bands", postgresql_using="gin"),)

    photo_id: Mapped[UUID] = mapped_column(ForeignKey("photos.id"), primary_key=True)
    org_unit_id: Mapped[UUID | None]  # the township in which it is compared
    owner_id: Mapped[UUID]
    dhash: Mapped[int | None] = mapped_column(BigInteger)
    bands: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list)  # 16 bits each, placed
    looked_at: Mapped[datetime] = mapped_column(default=utc_now)


class PhotoDoubt(Model):
    """What speaks against a photo as evidence: it is kept and shown with it, never dropped."""

    __tablename__ = "photo_doubts"
    __table_args__ = (
        UniqueConstraint("photo_id", "kind"),
        CheckConstraint("kind IN ('far', 'twice')", name="kind"),
        CheckConstraint("(kind = 'far') = (metres IS NOT NULL)", name="far_has_metres"),
        CheckConstraint("(kind = 'twice') = (twin_id IS NOT NULL)", name="twice_has_twin"),
        Index(
            "ix_photo_doubts_org_path",
            "org_path",
            postgresql_ops={"org_path": "text_pattern_ops"},
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    photo_id: Mapped[UUID] = mapped_column(ForeignKey("photos.id"))
    kind: Mapped[str]
    metres: Mapped[int | None]  # from the house
    twin_id: Mapped[UUID | None] = mapped_column(ForeignKey("photos.id"), index=True)
    org_path: Mapped[str]  # this and the next two: of the record that the photo belongs to
    grid_id: Mapped[UUID | None]
    restricted: Mapped[bool]
    found_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)


class Blob(Model):
    """Bytes that have arrived whole and were verified; addressed by their SHA-256."""

    __tablename__ = "blobs"
    __table_args__ = (Index("ix_blobs_stored", "stored_at", postgresql_using="brin"),)

    sha256: Mapped[str] = mapped_column(primary_key=True)
    bytes: Mapped[int]
    type: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    stored_at: Mapped[datetime] = mapped_column(default=utc_now)


class Upload(Model):
    """A tus upload on its way; its parts lie in the storage until it is whole."""

    __tablename__ = "uploads"
    __table_args__ = (CheckConstraint('"offset" BETWEEN 0 AND length', name="offset"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(index=True)
    sha256: Mapped[str] = mapped_column(index=True)
    length: Mapped[int] = mapped_column(BigInteger)
    offset: Mapped[int] = mapped_column(BigInteger, default=0)
    parts: Mapped[list[Any]] = mapped_column(default=list)  # [[offset, size, name]]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
