"""What became of the sample's messages: all of the past were answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from backend.db import db
from backend.delivery.models import Delivery, Message

SCREENS = frozenset({"live", "push"})


def answer(now: datetime) -> None:
    """Let every message that still waits have been read: nothing of the past is sent today."""
    waiting = select(Message).join(Message.deliveries).where(Delivery.state == "queued").distinct()
    for message in db.session.scalars(waiting):
        read = min(message.created_at + timedelta(minutes=3), now)
        message.delivered_at = message.delivered_at or read
        message.read_at = message.read_at or read
        for delivery in message.deliveries:
            settle(delivery, message.delivered_at, message.read_at)


def settle(delivery: Delivery, arrived: datetime, read: datetime | None) -> None:
    """It came on the screen, and so needed no other way."""
    if delivery.channel not in SCREENS:
        delivery.state = "spared"
        return
    delivery.state = "read" if read else "delivered"
    delivery.sent_at = delivery.delivered_at = arrived
    delivery.read_at = read
