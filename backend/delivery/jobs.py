"""Sending what stands in the outbox.

Each job may run twice: a message may arrive twice, but never not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from backend import broker
from backend.db import db, transaction, utc_now
from backend.delivery import live, push
from backend.delivery.keys import vapid_key
from backend.delivery.models import Delivery, Message, PushSubscription
from backend.delivery.outcome import Failed, Gone
from backend.delivery.push import Notification, Target
from backend.delivery.subscriptions import retire

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=2)
GIVE_UP = timedelta(days=1)
BLOCK = 500


@dataclass(frozen=True)
class Letter:
    """All that sending needs, read before the network is used; no target means the live one."""

    delivery_id: UUID
    user_id: UUID
    task_id: UUID | None
    notification: Notification
    target: Target | None
    private_pem: str


def deliver(delivery_id: str) -> None:
    """Send one delivery, if it is due, and write down what became of it."""
    with transaction():
        letter = _claim(UUID(delivery_id))
    if letter is None:
        return
    try:
        _send(letter)
    except Gone as gone:
        with transaction():
            _gone(letter.delivery_id, str(gone))
    except Failed as failure:
        with transaction():
            _failed(letter.delivery_id, failure)
    else:
        with transaction():
            _sent(letter.delivery_id)


def sweep() -> None:
    """Queue every delivery that is due: those that the broker missed, and those to try again."""
    due = select(Delivery.id).where(
        Delivery.state == "queued", Delivery.next_attempt_at <= utc_now()
    )
    with transaction() as session:
        waiting = session.scalars(due.order_by(Delivery.next_attempt_at).limit(BLOCK)).all()
    for delivery_id in waiting:
        broker.enqueue("backend.delivery.jobs.deliver", delivery_id)


def _claim(delivery_id: UUID) -> Letter | None:
    """Take the delivery for this attempt, or None when it is not to be sent now.

    The time of the next attempt is set first: one that dies with its process is made up for, and
    two workers never send the same.
    """
    delivery = db.session.scalars(
        select(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == "queued")
        .where(Delivery.next_attempt_at <= utc_now())
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if delivery is None:
        return None
    if delivery.message.read_at is not None:  # on another channel: no need to ring again
        delivery.state = "read"
        return None
    delivery.attempts += 1
    delivery.next_attempt_at = utc_now() + _wait(delivery.attempts)
    return _letter(delivery)


def _wait(attempts: int) -> timedelta:
    """30 s, 1 min, 2 min … up to two hours."""
    doubled: timedelta = FIRST_WAIT * 2 ** min(attempts - 1, 10)
    return min(doubled, LONGEST_WAIT)


def _letter(delivery: Delivery) -> Letter | None:
    message, target = delivery.message, None
    if delivery.subscription_id is not None:
        row = db.session.get_one(PushSubscription, delivery.subscription_id)
        if row.retired_at is not None or row.user_id != message.user_id:
            delivery.state, delivery.last_error = "gone", row.retired_why or "another person"
            return None
        target = Target(row.endpoint, row.p256dh, row.auth)
    pem = vapid_key().private_pem if target else ""
    return Letter(
        delivery.id, message.user_id, message.task_id, _notification(message), target, pem
    )


def _notification(message: Message) -> Notification:
    topic = message.task_id or message.id
    return Notification(
        message.id, message.title, message.body, message.url, message.urgency, topic
    )


def _send(letter: Letter) -> None:
    note = letter.notification
    if letter.target is not None:
        push.send(letter.target, note, letter.private_pem)
        return
    data = {"message_id": note.message_id, "title": note.title, "url": note.url}
    if not live.tell(letter.user_id, {**data, "task_id": letter.task_id}):
        raise Failed("the broker is away")


def _sent(delivery_id: UUID) -> None:
    delivery = db.session.get_one(Delivery, delivery_id, with_for_update=True)
    if delivery.state == "queued":  # a receipt may have been quicker
        delivery.state = "sent"
    delivery.sent_at, delivery.last_error = utc_now(), None


def _gone(delivery_id: UUID, why: str) -> None:
    delivery = db.session.get_one(Delivery, delivery_id, with_for_update=True)
    delivery.state, delivery.last_error = "gone", why
    row = db.session.get(PushSubscription, delivery.subscription_id)
    if row is not None and row.retired_at is None:
        retire(row, f"push service: {why}")


def _failed(delivery_id: UUID, failure: Failed) -> None:
    delivery = db.session.get_one(Delivery, delivery_id, with_for_update=True)
    delivery.last_error = str(failure)
    wait = max(_wait(delivery.attempts), timedelta(seconds=min(failure.retry_after, 86400)))
    delivery.next_attempt_at = utc_now() + wait
    if _given_up(delivery.next_attempt_at, delivery.message.created_at):
        delivery.state = "failed"


def _given_up(next_attempt: datetime, created: datetime) -> bool:
    return next_attempt > created + GIVE_UP
