"""Messages to people. The rows are the outbox: they commit with what they tell of."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend import broker
from backend.db import after_commit, db, utc_now
from backend.delivery.models import Delivery, Message, PushSubscription
from backend.delivery.signals import message_receipt
from backend.delivery.subscriptions import active
from backend.org.access import Actor
from backend.problems import NotFound


def send(message: Message) -> None:
    """Send a message over every channel on which its person can be reached.

    Where the broker is away after the commit, the rows stay queued and the sweep sends them.
    """
    db.session.add(message)
    db.session.flush()
    deliveries = [Delivery(message_id=message.id, channel="live")]
    deliveries += [
        Delivery(message_id=message.id, channel="push", subscription_id=subscription.id)
        for subscription in active(message.user_id)
    ]
    db.session.add_all(deliveries)
    db.session.flush()
    for delivery in deliveries:
        after_commit(_hand_over, delivery.id)


def _hand_over(ids: list[UUID]) -> None:
    for delivery_id in ids:
        if not broker.enqueue("backend.delivery.jobs.deliver", delivery_id):
            return


def receive(actor: Actor, message_id: UUID, event: str, channel: str) -> Message:
    """The actor's device says that a message was `delivered` or `read`; repeated, it is the same.

    Raises:
        NotFound: it is nobody's or another's.
    """
    message = db.session.get(Message, message_id)
    if message is None or message.user_id != actor.user_id:
        raise NotFound("没有找到这条消息")
    now = utc_now()
    _mark(message, event, now)
    for delivery in message.deliveries:
        if delivery.channel == channel and _on_device(delivery, actor.device_id):
            _mark(delivery, event, now)
            delivery.state = "read" if delivery.read_at else "delivered"
    message_receipt.send(message, event=event, at=now)
    return message


def _mark(row: Message | Delivery, event: str, now: datetime) -> None:
    row.delivered_at = row.delivered_at or now
    if event == "read":
        row.read_at = row.read_at or now


def _on_device(delivery: Delivery, device_id: UUID | None) -> bool:
    if delivery.subscription_id is None:
        return True
    subscription = db.session.get(PushSubscription, delivery.subscription_id)
    return subscription is not None and subscription.device_id == device_id
