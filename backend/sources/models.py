"""Where cases come from that no worker reported: residents, the hotline, sensors."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Model, new_id, utc_now


class CaseOrigin(Model):
    """What came from outside, as it came, so that nothing is asked twice."""

    __tablename__ = "case_origins"
    __table_args__ = (
        UniqueConstraint("source", "external_number"),
        CheckConstraint("source IN ('citizen', 'hotline', 'sensor')", name="source"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), unique=True)
    source: Mapped[str]
    external_number: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(default=utc_now)
    contact_name: Mapped[str | None]
    contact_phone: Mapped[str | None] = mapped_column(index=True)  # shown for a reason only
    raw: Mapped[dict[str, Any]]
    receipt_sha256: Mapped[str | None] = mapped_column(unique=True)  # of the secret link
    result_told_at: Mapped[datetime | None]  # when the hotline was last told how it ended


class ReportPlace(Model):
    """A grid or village whose QR code residents scan."""

    __tablename__ = "report_places"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(unique=True)
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"), index=True)
    org_path: Mapped[str]
    grid_id: Mapped[UUID | None] = mapped_column(ForeignKey("grids.id"), index=True)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(default=utc_now)
    retired_at: Mapped[datetime | None]


class PhoneCode(Model):
    """A code sent to a phone by text message, to know that the phone is its holder's."""

    __tablename__ = "phone_codes"
    __table_args__ = (
        Index("ix_phone_codes_phone_sent_at", "phone", "sent_at"),
        Index("ix_phone_codes_address_sent_at", "address", "sent_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    phone: Mapped[str]
    address: Mapped[str]
    code_sha256: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(default=utc_now)
    attempts: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class AlertSource(Model):
    """A camera platform or sensor that may raise alerts, and the secret it signs them with."""

    __tablename__ = "alert_sources"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"), index=True)
    org_path: Mapped[str]
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), index=True)
    devices: Mapped[dict[str, Any]] = mapped_column(default=dict)  # by code: lng, lat, address
    secret: Mapped[str]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(default=utc_now)
    retired_at: Mapped[datetime | None]


class AlertCall(Model):
    """A call that came in for a source, and what became of it."""

    __tablename__ = "alert_calls"
    __table_args__ = (
        CheckConstraint(
            "outcome IN ('opened', 'signature', 'timestamp', 'replay', 'content')", name="outcome"
        ),
        CheckConstraint("(outcome = 'opened') = (case_id IS NOT NULL)", name="opened"),
        Index("ix_alert_calls_source_id_at", "source_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    source_id: Mapped[UUID] = mapped_column(ForeignKey("alert_sources.id"))
    at: Mapped[datetime] = mapped_column(default=utc_now)
    address: Mapped[str]
    message_id: Mapped[str]
    outcome: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)


# Whose name stands in the thread where nobody with an account has acted: accounts that nobody
# can sign in with, so that every case has a reporter and a restricted one reaches no phone.
OUTSIDE = {"citizen": "居民", "hotline": "12345 热线", "sensor": "感知设备"}


def account_of(source: str) -> UUID:
    """The id of the account in whose name a source reports."""
    return uuid5(NAMESPACE_URL, f"gridfield:source:{source}")
