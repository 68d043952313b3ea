"""Many messages in a short time ring once: what follows a ring waits, and goes as one number."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from backend.db import db
from backend.delivery.models import Delivery, Message

REST: Final = timedelta(seconds=30)  # after a ring; a ring later than that begins anew
LONGEST: Final = timedelta(hours=1)


def burst_of(delivery: Delivery, now: datetime) -> list[Delivery]:
    """What has rung in the same browser since it was last silent, the first first.

    Urgent messages ring for themselves and are not among them.
    """
    rung = (
        select(Delivery)
        .join(Message)
        .where(Delivery.subscription_id == delivery.subscription_id, Delivery.id != delivery.id)
        .where(Delivery.sent_at > now - LONGEST, Message.urgency != "urgent")
        .order_by(Delivery.sent_at.desc(), Delivery.id.desc())
    )
    found: list[Delivery] = []
    after = now
    for row in db.session.scalars(rung):
        if row.sent_at is None or after - row.sent_at > 2 * REST:
            break
        found.append(row)
        after = row.sent_at
    return found[::-1]


def silent_until(delivery: Delivery, now: datetime) -> datetime:
    """When the browser may ring again for a message that can wait; now, where it may."""
    if delivery.channel != "push" or delivery.message.urgency == "urgent":
        return now
    times = [row.sent_at for row in burst_of(delivery, now) if row.sent_at is not None]
    return max(now, times[-1] + REST) if times else now
