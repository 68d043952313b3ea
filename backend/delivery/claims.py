"""Taking a delivery for one attempt: what is needed to send it, or why it is not sent now."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, select

from backend.db import db, utc_now
from backend.delivery import gateways, ladder, ways
from backend.delivery.bursts import burst_of, silent_until
from backend.delivery.content import Told, home
from backend.delivery.keys import vapid_key
from backend.delivery.models import Contact, Delivery, Message, PushSubscription
from backend.delivery.push import Notification, Target
from backend.delivery.quiet import quiet_of
from backend.delivery.reach import number_of

FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=2)
TOGETHER: Final = timedelta(minutes=5)  # what is due within becomes one chat or text message
DIGESTED: Final = frozenset({"push", "chat", "text"})
MOST: Final = 60  # in one: a push names each
_BATCHES: Final = UUID("6b1d6a8e-7f0b-5f3c-9a56-0d7c4b7f3c11")


@dataclass(frozen=True)
class Letter:
    """All that sending needs, read before the network is used.

    Several messages go as one; the key is the same at each attempt to send the same.
    """

    delivery_ids: tuple[UUID, ...]
    messages: tuple[Told, ...]
    channel: str
    service: str
    address: Target | str | None
    private_pem: str = ""
    rung: tuple[Told, ...] = ()  # in the same browser just before, and not read
    burst: Told | None = None  # with which that began

    @property
    def key(self) -> UUID:
        """By which a receiver knows what it has already."""
        if len(self.delivery_ids) == 1:
            return self.delivery_ids[0]
        return uuid5(_BATCHES, " ".join(map(str, self.delivery_ids)))

    @property
    def notification(self) -> Notification:
        """What a browser or an open screen shows."""
        one, every = self.messages[0], (*self.rung, *self.messages)
        if len(every) == 1:
            topic = one.task_id or one.id
            return Notification(one.id, one.title, one.body, one.url, one.urgency, topic)
        first = self.burst or one
        return Notification(
            one.id,
            f"您有 {len(every)} 条新消息",
            "",
            home(one),
            one.urgency,
            topic=first.task_id or first.id,
            tag=first.id,  # takes the place of what has rung, without ringing again
            message_ids=tuple(told.id for told in every),
        )


def claim(delivery_id: UUID) -> Letter | None:
    """Take the delivery for this attempt, or None when it is not to be sent now.

    The time of the next attempt is set first: one that dies with its process is made up for, and
    two workers never send the same.
    """
    delivery = _taken(delivery_id)
    if delivery is None or not _wanted(delivery):
        return None
    address = _address(delivery)
    if address is None and delivery.channel != "live":
        delivery.state, delivery.last_error = "gone", "no such address any more"
        return None
    delivery.service = _service(delivery, address)
    rest = ways.resting(delivery.channel, delivery.service)
    if rest is not None:
        delivery.next_attempt_at = rest
        return None
    return _letter([delivery, *_company(delivery)], address)


def wait(attempts: int) -> timedelta:
    """30 s, 1 min, 2 min … up to two hours."""
    doubled: timedelta = FIRST_WAIT * 2 ** min(attempts - 1, 10)
    return min(doubled, LONGEST_WAIT)


def _taken(delivery_id: UUID) -> Delivery | None:
    return db.session.scalars(
        select(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == "queued", Delivery.channel != "call")
        .where(Delivery.next_attempt_at <= utc_now())
        .with_for_update(skip_locked=True)
    ).one_or_none()


def _wanted(delivery: Delivery) -> bool:
    """Whether it is still needed, and may ring now."""
    message, now = delivery.message, utc_now()
    if ladder.spared(message, delivery.channel):
        delivery.state = "spared"
        return False
    start, quiet = silent_until(delivery, now), quiet_of(message.user_id)
    moment = ladder.may_ring(start, message.urgency, delivery.channel, quiet)
    if moment > now:
        delivery.next_attempt_at = moment
        return False
    return True


def _address(delivery: Delivery) -> Target | str | None:
    if delivery.channel == "push":
        return _browser(delivery)
    if delivery.contact_id is not None:
        contact = db.session.get_one(Contact, delivery.contact_id)
        return None if contact.retired_at else contact.address
    return number_of(delivery.message.user_id) if delivery.channel == "text" else None


def _browser(delivery: Delivery) -> Target | None:
    row = db.session.get(PushSubscription, delivery.subscription_id)
    if row is None or row.retired_at is not None or row.user_id != delivery.message.user_id:
        return None
    return Target(row.endpoint, row.p256dh, row.auth)


def _service(delivery: Delivery, address: Target | str | None) -> str:
    """Whose fault a failure would be: of a push service, of one chat robot, of the gateway."""
    if isinstance(address, Target):
        return urlsplit(address.endpoint).netloc
    if delivery.channel == "chat":
        return f"{urlsplit(address or '').scheme} {delivery.contact_id}"
    return gateways.service() if delivery.channel == "text" else ""


def _company(first: Delivery) -> list[Delivery]:
    """What else waits for the same ears and can go with it in one message.

    What has been tried goes again with just those it was tried with, and so under the same key.
    """
    if first.channel not in DIGESTED or first.message.urgency == "urgent":
        return []
    due = (
        Delivery.next_attempt_at == first.next_attempt_at
        if first.attempts
        else Delivery.next_attempt_at <= utc_now() + TOGETHER
    )
    others = (
        select(Delivery)
        .join(Message)
        .where(
            Delivery.channel == first.channel, Delivery.state == "queued", _same_ears(first), due
        )
        .where(Delivery.id != first.id, Delivery.attempts == first.attempts)
        .where(Message.urgency == first.message.urgency)
        .order_by(Delivery.id)
        .limit(MOST - 1)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    return [row for row in db.session.scalars(others) if _wanted(row)]


def _same_ears(first: Delivery) -> ColumnElement[bool]:
    if first.channel == "push":
        return Delivery.subscription_id == first.subscription_id
    if first.contact_id:
        return Delivery.contact_id == first.contact_id
    return Delivery.contact_id.is_(None) & (Message.user_id == first.message.user_id)


def _letter(deliveries: list[Delivery], address: Target | str | None) -> Letter:
    first, following = deliveries[0], utc_now() + wait(deliveries[0].attempts + 1)
    for delivery in deliveries:
        delivery.attempts += 1
        delivery.service = first.service
        delivery.next_attempt_at = following
    ordered = sorted(deliveries, key=lambda delivery: delivery.id)
    pushed = first.channel == "push"
    joins = pushed and first.message.urgency != "urgent"
    burst = burst_of(first, utc_now()) if joins else []
    return Letter(
        tuple(delivery.id for delivery in ordered),
        tuple(_told(delivery.message) for delivery in ordered),
        first.channel,
        first.service or "",
        address,
        vapid_key().private_pem if pushed else "",
        tuple(_told(row.message) for row in burst if row.message.read_at is None),
        _told(burst[0].message) if burst else None,
    )


def _told(message: Message) -> Told:
    return Told(**{field.name: getattr(message, field.name) for field in fields(Told)})
