"""Tokens of other systems, the addresses they are told at, and what they were told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Model, new_id, utc_now
from backend.org.models import OrgUnit


class ApiToken(Model):
    """What another system proves itself with; only the token's hash is kept."""

    __tablename__ = "api_tokens"
    __table_args__ = (
        CheckConstraint("jsonb_array_length(scopes) > 0", name="scopes"),
        CheckConstraint("expires_at > created_at", name="period"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"), index=True)
    token_sha256: Mapped[bytes] = mapped_column(unique=True)
    hint: Mapped[str]  # the last signs of the token, to know it by
    scopes: Mapped[list[Any]]
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    minute: Mapped[datetime | None]  # the one in which it was used last
    uses: Mapped[int] = mapped_column(default=0)  # in that minute

    org_unit: Mapped[OrgUnit] = relationship()


class WebhookEndpoint(Model):
    """An address of another system that is told of cases."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (
        CheckConstraint("jsonb_array_length(events) > 0", name="events"),
        CheckConstraint("(disabled_at IS NULL) = (disabled_why IS NULL)", name="disabled"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    url: Mapped[str]
    secret: Mapped[str]  # whsec_…: both sides sign with it, so it is kept as it is
    events: Mapped[list[Any]]
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_units.id"), index=True)
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    failing_since: Mapped[datetime | None]
    resting_until: Mapped[datetime | None]  # a dead address is not called for each message
    disabled_at: Mapped[datetime | None]
    disabled_why: Mapped[str | None]
    removed_at: Mapped[datetime | None]

    org_unit: Mapped[OrgUnit] = relationship()


class WebhookMessage(Model):
    """What one address is told; the row is the outbox: what is queued here is not lost."""

    __tablename__ = "webhook_messages"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sent', 'failed')", name="state"),
        Index("ix_webhook_messages_endpoint_id_created_at", "endpoint_id", "created_at"),
        Index(
            "ix_webhook_messages_queued",
            "next_attempt_at",
            postgresql_where=text("state = 'queued'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)  # also its webhook-id
    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoints.id"))
    event: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)  # since it was queued last
    next_attempt_at: Mapped[datetime] = mapped_column(default=utc_now)

    endpoint: Mapped[WebhookEndpoint] = relationship()
    tries: Mapped[list[WebhookAttempt]] = relationship(
        lazy="raise", order_by="WebhookAttempt.at", viewonly=True
    )


class WebhookAttempt(Model):
    """One try to tell: what was answered, or why there was no answer."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (
        CheckConstraint("num_nulls(status, error) = 1", name="answer"),
        Index("ix_webhook_attempts_message_id_at", "message_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_messages.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(default=utc_now)
    status: Mapped[int | None]
    error: Mapped[str | None]
    took_ms: Mapped[int]
