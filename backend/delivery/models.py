"""Messages, their deliveries, and where a person can be reached."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Model, new_id, utc_now


class InstanceKey(Model):
    """A key pair of this deployment, made at first start."""

    __tablename__ = "instance_keys"

    name: Mapped[str] = mapped_column(primary_key=True)
    private_pem: Mapped[str]
    public_b64: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class PushSubscription(Model):
    """One browser's Web Push address."""

    __tablename__ = "push_subscriptions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"), index=True)
    endpoint: Mapped[str] = mapped_column(unique=True)
    p256dh: Mapped[str]
    auth: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    retired_at: Mapped[datetime | None]
    retired_why: Mapped[str | None]


class Contact(Model):
    """Where messages are taken beside the apps: a person's number or chat, a unit's chat robot.

    A chat's address is a URL as apprise reads it, and holds the robot's secret.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        CheckConstraint("channel IN ('chat', 'text')", name="channel"),
        CheckConstraint("num_nonnulls(user_id, org_unit_id, department_id) = 1", name="one_owner"),
        CheckConstraint("channel = 'chat' OR user_id IS NOT NULL", name="texts_go_to_people"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    org_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("org_units.id"), index=True)
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"), index=True)
    channel: Mapped[str]
    address: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    proved_at: Mapped[datetime | None]  # something has arrived there, or was taken
    retired_at: Mapped[datetime | None]
    retired_why: Mapped[str | None]


class QuietHours(Model):
    """When only urgent messages ring for the people of a division; without times they ever ring."""

    __tablename__ = "quiet_hours"
    __table_args__ = (
        CheckConstraint("(since IS NULL) = (until IS NULL)", name="span"),
        CheckConstraint("since <> until", name="not_empty"),
    )

    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"), primary_key=True)
    since: Mapped[time | None]  # in China
    until: Mapped[time | None]
    changed_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    changed_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)


class Message(Model):
    """Something for one person. Title and body carry no personal data."""

    __tablename__ = "messages"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    code: Mapped[str]  # task-assigned, sync-reminder …: data/kinds.csv
    number: Mapped[str | None]  # of the case or task that it is about
    restricted: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str]
    body: Mapped[str]
    url: Mapped[str]
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    urgency: Mapped[str] = mapped_column(default="normal")
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]

    deliveries: Mapped[list[Delivery]] = relationship(back_populates="message", lazy="selectin")


class Delivery(Model):
    """A message on one channel; the row is the outbox: what is queued here is not lost."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint(
            "message_id",
            "channel",
            "subscription_id",
            "contact_id",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("channel IN ('live', 'push', 'chat', 'text', 'call')", name="channel"),
        CheckConstraint(
            "state IN ('queued', 'sent', 'delivered', 'read', 'failed', 'gone', 'spared')",
            name="state",
        ),
        Index("ix_deliveries_queued", "next_attempt_at", postgresql_where=text("state = 'queued'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"))
    channel: Mapped[str]
    subscription_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("push_subscriptions.id"), index=True
    )
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    service: Mapped[str | None]  # by whom it was tried last: the key of its way's health
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_error: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]

    message: Mapped[Message] = relationship(back_populates="deliveries")


class Call(Model):
    """Somebody at the duty desk has called a person about a message."""

    __tablename__ = "calls"
    __table_args__ = (CheckConstraint("outcome IN ('told', 'unreached')", name="outcome"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"), index=True)
    actor_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    outcome: Mapped[str]
    note: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=utc_now)


class Way(Model):
    """How one way out fares: a channel over one service. A dead one rests as a whole."""

    __tablename__ = "ways"

    channel: Mapped[str] = mapped_column(primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    last_success_at: Mapped[datetime | None]
    last_failure_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    paused_until: Mapped[datetime | None]


class TextMessage(Model):
    """A text message to a number that is no user's; the row is the outbox.

    The values are forgotten once it has left: a code in them is for one pair of eyes.
    """

    __tablename__ = "text_messages"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sent', 'failed')", name="state"),
        Index(
            "ix_text_messages_queued", "next_attempt_at", postgresql_where=text("state = 'queued'")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    phone: Mapped[str]
    code: Mapped[str]
    told: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    sent_at: Mapped[datetime | None]
