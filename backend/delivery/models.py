"""Messages, their deliveries, and where a person can be reached."""

from __future__ import annotations

from datetime import datetime
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


class Message(Model):
    """Something for one person. Title and body carry no personal data."""

    __tablename__ = "messages"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    code: Mapped[str]  # task-assigned, task-cancelled, sync-reminder
    title: Mapped[str]
    body: Mapped[str]
    url: Mapped[str]
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id"), index=True)
    urgency: Mapped[str] = mapped_column(default="normal")
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]

    deliveries: Mapped[list[Delivery]] = relationship(back_populates="message", lazy="selectin")


class Delivery(Model):
    """A message on one channel; the row is the outbox: what is queued here is not lost."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint(
            "message_id", "channel", "subscription_id", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint("channel IN ('live', 'push')", name="channel"),
        CheckConstraint(
            "state IN ('queued', 'sent', 'delivered', 'read', 'failed', 'gone')", name="state"
        ),
        Index("ix_deliveries_queued", "next_attempt_at", postgresql_where=text("state = 'queued'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"))
    channel: Mapped[str]
    subscription_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("push_subscriptions.id"), index=True
    )
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_error: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]

    message: Mapped[Message] = relationship(back_populates="deliveries")
