"""Messages to people. The rows are the outbox: they commit with what they tell of."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from backend import broker
from backend.db import after_commit, db, locked, utc_now
from backend.delivery import content, ladder
from backend.delivery.models import Delivery, Message, PushSubscription
from backend.delivery.reach import rungs
from backend.delivery.signals import message_receipt
from backend.org.access import Actor
from backend.org.models import Notice
from backend.problems import NotFound

ANEW: Final = {"populate_existing": True}


def send(message: Message, hold: timedelta = timedelta()) -> None:
    """Send a message up the ladder of channels on which its person can be reached.

    `hold` is how long it waits before all, for a step that may be taken back: `withdraw`.
    Where the broker is away after the commit, the rows stay queued and the sweep sends them.
    """
    if message.restricted:
        message.title, message.body, message.number = content.SOMETHING, "", None
    db.session.add(message)
    db.session.flush()
    if message.task_id is None:  # a task reaches the phone by itself
        _leave_a_notice(message)
    deliveries = rungs(message)
    for delivery in deliveries:
        delivery.next_attempt_at += hold
    queue(deliveries)


def withdraw(url: str, since: datetime) -> None:
    """Take back the messages about a page from that moment on of which nothing has left yet."""
    sent = select(Message).where(Message.url == url, Message.created_at >= since)
    for message in db.session.scalars(sent.order_by(Message.id)).all():
        mine = select(Delivery).where(Delivery.message_id == message.id).order_by(Delivery.id)
        deliveries = db.session.scalars(mine.with_for_update(), execution_options=ANEW).all()
        if any(each.attempts or each.state != "queued" for each in deliveries):
            continue
        notice = db.session.get(Notice, message.id)
        for row in (*deliveries, *([notice] if notice else [])):
            db.session.delete(row)
        db.session.flush()
        db.session.delete(message)


def conceal(url: str, since: datetime) -> None:
    """Leave of the messages about a page, from that moment on, no more than that there is one."""
    about = select(Message).where(Message.url == url, Message.created_at >= since)
    for message in db.session.scalars(about.order_by(Message.id)).all():
        message.title, message.body, message.number = content.SOMETHING, "", None
        message.restricted = True
        notice = db.session.get(Notice, message.id)
        if notice is not None:
            notice.title, notice.text = content.SOMETHING, ""


def queue(deliveries: list[Delivery]) -> None:
    """Put deliveries into the outbox; those whose turn it is leave with the commit."""
    db.session.add_all(deliveries)
    db.session.flush()
    now = utc_now()
    for delivery in deliveries:
        if delivery.next_attempt_at <= now:
            after_commit(_hand_over, delivery.id)


def _leave_a_notice(message: Message) -> None:
    """The same for the person's phone, where it is read offline, too."""
    db.session.add(
        Notice(
            id=message.id,
            user_id=message.user_id,
            code=message.code,
            title=message.title,
            text=message.body,
            url=message.url,
        )
    )


def _hand_over(ids: list[UUID]) -> None:
    for delivery_id in ids:
        if not broker.enqueue("backend.delivery.jobs.deliver", delivery_id):
            return


def receive(actor: Actor, message_id: UUID, event: str, channel: str) -> None:
    """The actor's device says that a message was `delivered` or `read`; repeated, it is the same.

    A notice that stands for no message can be read, too.

    Raises:
        NotFound: it is nobody's or another's.
    """
    message = locked(Message, message_id)
    now = utc_now()
    if message is None:
        _read_notice(actor, message_id, now)
        return
    if message.user_id != actor.user_id:
        raise NotFound("没有找到这条消息")
    _mark(message, event, now)
    for delivery in message.deliveries:
        if delivery.channel == channel and _on_device(delivery, actor.device_id):
            _mark(delivery, event, now)
            delivery.state = "read" if delivery.read_at else "delivered"
    _spare(message)
    message_receipt.send(message, event=event, at=now)


def _read_notice(actor: Actor, notice_id: UUID, now: datetime) -> None:
    notice = db.session.get(Notice, notice_id)
    if notice is None or notice.user_id != actor.user_id:
        raise NotFound("没有找到这条消息")
    notice.read_at = notice.read_at or now


def answered(user_id: UUID, url: str, at: datetime, *, accepted: bool = False) -> None:
    """The person has opened, or taken on, what messages with this address tell of.

    They need no further step of the ladder.
    """
    about = select(Message).where(Message.user_id == user_id, Message.url == url)
    for message in db.session.scalars(about.with_for_update()):
        message.delivered_at = message.delivered_at or at
        message.read_at = message.read_at or at
        if accepted:
            message.accepted_at = message.accepted_at or at
        _spare(message)


def _spare(message: Message) -> None:
    """Take no step that a receipt has made needless."""
    for delivery in message.deliveries:
        if delivery.state == "queued" and ladder.spared(message, delivery.channel):
            delivery.state = "spared"
    if message.read_at:
        notice = db.session.get(Notice, message.id)
        if notice is not None and notice.read_at is None:
            notice.read_at = message.read_at


def _mark(row: Message | Delivery, event: str, now: datetime) -> None:
    row.delivered_at = row.delivered_at or now
    if event == "read":
        row.read_at = row.read_at or now


def _on_device(delivery: Delivery, device_id: UUID | None) -> bool:
    if delivery.subscription_id is None:
        return True
    subscription = db.session.get(PushSubscription, delivery.subscription_id)
    return subscription is not None and subscription.device_id == device_id
