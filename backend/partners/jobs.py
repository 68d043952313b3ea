"""Sending what stands in the outbox of webhooks.

Each job may run twice: a message may arrive twice, with the same webhook-id, but never not at all.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from backend import broker
from backend.db import db, locked, transaction, utc_now
from backend.partners.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from backend.partners.posting import Answer, Letter, post

WAITS = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)  # seconds, after each failure
LEASE = timedelta(seconds=60)  # longer than an attempt can take
LONGEST_REST = timedelta(hours=2)
DISABLE_AFTER = timedelta(days=5)
GONE = 410
BLOCK = 500


def deliver(message_id: str) -> None:
    """Send one message, if it is due, and write down what was answered."""
    with transaction():
        letter = _claim(UUID(message_id))
    if letter is None:
        return
    answer = post(letter)
    with transaction():
        _write_down(letter.message_id, answer)


def sweep() -> None:
    """Queue every message that is due: those that the broker missed, and those to try again."""
    due = select(WebhookMessage.id).where(
        WebhookMessage.state == "queued", WebhookMessage.next_attempt_at <= utc_now()
    )
    with transaction() as session:
        waiting = session.scalars(due.order_by(WebhookMessage.next_attempt_at).limit(BLOCK)).all()
    for message_id in waiting:
        broker.enqueue("backend.partners.jobs.deliver", message_id)


def _claim(message_id: UUID) -> Letter | None:
    """Take the message for this attempt, or None when it is not to be sent now.

    The time of the next attempt is set first: one that dies with its process is made up for.
    """
    now = utc_now()
    message = db.session.scalars(
        select(WebhookMessage)
        .where(WebhookMessage.id == message_id, WebhookMessage.state == "queued")
        .where(WebhookMessage.next_attempt_at <= now)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if message is None:
        return None
    endpoint = message.endpoint
    if endpoint.disabled_at is not None or endpoint.removed_at is not None:
        message.state = "failed"
        return None
    if endpoint.resting_until is not None and endpoint.resting_until > now:
        message.next_attempt_at = endpoint.resting_until
        return None
    message.attempts += 1
    message.next_attempt_at = now + LEASE
    return Letter(message.id, endpoint.url, endpoint.secret, message.payload)


def _write_down(message_id: UUID, answer: Answer) -> None:
    message = db.session.get_one(WebhookMessage, message_id, with_for_update=True)
    endpoint = locked(WebhookEndpoint, message.endpoint_id)
    db.session.add(WebhookAttempt(message_id=message_id, at=utc_now(), **vars(answer)))
    if answer.taken:
        message.state = "sent"
    elif message.state == "queued":
        _try_later(message)
    if endpoint is not None:
        _judge(endpoint, answer)


def _try_later(message: WebhookMessage) -> None:
    if message.attempts > len(WAITS):
        message.state = "failed"
        return
    message.next_attempt_at = utc_now() + timedelta(seconds=WAITS[max(message.attempts, 1) - 1])


def _judge(endpoint: WebhookEndpoint, answer: Answer) -> None:
    """Let an address rest that does not answer, the longer the oftener; after days, for good."""
    now = utc_now()
    if answer.taken:
        endpoint.failures, endpoint.failing_since, endpoint.resting_until = 0, None, None
        return
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    wait = timedelta(seconds=WAITS[min(endpoint.failures, len(WAITS)) - 1])
    endpoint.resting_until = now + min(wait, LONGEST_REST)
    if answer.status == GONE:
        disable(endpoint, "对方已停用此地址 (410)")
    elif now - endpoint.failing_since > DISABLE_AFTER:
        disable(endpoint, "连续 5 天没有成功")


def disable(endpoint: WebhookEndpoint, why: str) -> None:
    """Send nothing more there, and let go what waits; the desk can switch it on and replay."""
    endpoint.disabled_at, endpoint.disabled_why = utc_now(), why
    db.session.execute(
        update(WebhookMessage)
        .where(WebhookMessage.endpoint_id == endpoint.id, WebhookMessage.state == "queued")
        .values(state="failed")
    )
