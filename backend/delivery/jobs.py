"""Sending what stands in the outbox.

Each job may run twice: a message may arrive twice, but never not at all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, cast
from uuid import UUID

from sqlalchemy import select

from backend import broker
from backend.db import db, transaction, utc_now
from backend.delivery import chat, content, gateways, live, push, ways
from backend.delivery.claims import Letter, claim, wait
from backend.delivery.models import Contact, Delivery, Message, PushSubscription
from backend.delivery.outcome import Failed, Gone
from backend.delivery.push import Target
from backend.delivery.subscriptions import retire

log = logging.getLogger(__name__)

GIVE_UP: Final = timedelta(days=1)
BLOCK: Final = 500
ANEW: Final = {"populate_existing": True}


def deliver(delivery_id: str) -> None:
    """Send one delivery, if it is due, and write down what became of it."""
    with transaction():
        letter = claim(UUID(delivery_id))
    if letter is None:
        return
    try:
        ADAPTERS[letter.channel](letter)
    except Gone as gone:
        with transaction():
            _gone(letter, str(gone))
    except Failed as failure:
        with transaction():
            _failed(letter, failure)
    except Exception as unknown:  # whatever it was, the attempt counts: one day it is given up
        log.exception("delivery %s by %s", delivery_id, letter.channel)
        with transaction():
            _failed(letter, Failed(f"{type(unknown).__module__}.{type(unknown).__name__}"))
    else:
        with transaction():
            _sent(letter)


def sweep() -> None:
    """Queue what is due: what the broker missed, what is tried again, and each next step.

    Urgent messages go first, however much else has piled up.
    """
    due = (
        select(Delivery.id)
        .join(Message)
        .where(
            Delivery.state == "queued",
            Delivery.channel != "call",
            Delivery.next_attempt_at <= utc_now(),
        )
    )
    with transaction() as session:
        pressing = Message.urgency != "urgent", Delivery.next_attempt_at
        waiting = session.scalars(due.order_by(*pressing).limit(BLOCK)).all()
    for delivery_id in waiting:
        broker.enqueue("backend.delivery.jobs.deliver", delivery_id)


def _to_screens(letter: Letter) -> None:
    [message], note = letter.messages, letter.notification
    data = {"message_id": note.message_id, "title": note.title, "body": note.body}
    kind = None if message.restricted else message.code
    about = {"code": kind, "number": message.number, "task_id": message.task_id, "url": note.url}
    if not live.tell(message.user_id, data | about):
        raise Failed("the broker is away")


def _to_browser(letter: Letter) -> None:
    push.send(cast("Target", letter.address), letter.notification, letter.private_pem)


def _to_chat(letter: Letter) -> None:
    words = gateways.in_words(*content.outside(letter.messages))
    chat.send(str(letter.address), letter.key, words)


def _to_number(letter: Letter) -> None:
    code, values = content.outside(letter.messages)
    gateways.send(letter.key, str(letter.address), code, values)


ADAPTERS: Final[dict[str, Callable[[Letter], None]]] = {
    "live": _to_screens,
    "push": _to_browser,
    "chat": _to_chat,
    "text": _to_number,
}


def _rows(letter: Letter) -> list[Delivery]:
    query = select(Delivery).where(Delivery.id.in_(letter.delivery_ids)).order_by(Delivery.id)
    return list(db.session.scalars(query.with_for_update(), execution_options=ANEW))


def _sent(letter: Letter) -> None:
    now = utc_now()
    for delivery in _rows(letter):
        if delivery.state == "queued":  # a receipt may have been quicker
            delivery.state = "sent"
        delivery.sent_at, delivery.last_error = now, None
        if delivery.contact_id:
            contact = db.session.get_one(Contact, delivery.contact_id)
            contact.proved_at = contact.proved_at or now
    ways.went_well(letter.channel, letter.service)


def _gone(letter: Letter, why: str) -> None:
    for delivery in _rows(letter):
        delivery.state, delivery.last_error = "gone", why
        row = db.session.get(PushSubscription, delivery.subscription_id or UUID(int=0))
        if row is not None and row.retired_at is None:
            retire(row, f"push service: {why}")


def _failed(letter: Letter, failure: Failed) -> None:
    rows, asked = _rows(letter), timedelta(seconds=min(failure.retry_after, 86400))
    following = utc_now() + max(wait(rows[0].attempts), asked)
    for delivery in rows:
        delivery.last_error, delivery.next_attempt_at = str(failure), following
        if _given_up(delivery.next_attempt_at, delivery.message.created_at):
            delivery.state = "failed"
    if failure.ill:
        ways.went_wrong(letter.channel, letter.service, str(failure))


def _given_up(next_attempt: datetime, created: datetime) -> bool:
    return next_attempt > created + GIVE_UP
