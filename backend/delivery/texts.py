"""Text messages to numbers that are no user's, such as the code that a citizen types in.

The rows are the outbox. A text that could not leave within minutes is of no use to anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from backend import broker
from backend.db import after_commit, db, transaction, utc_now
from backend.delivery import gateways
from backend.delivery.models import TextMessage
from backend.delivery.outcome import Failed, Gone

FIRST_WAIT: Final = timedelta(seconds=10)
GIVE_UP: Final = timedelta(minutes=10)
BLOCK: Final = 100
JOB: Final = "backend.delivery.texts.deliver"


@dataclass(frozen=True)
class Letter:
    """All that sending needs, read before the network is used."""

    id: UUID
    phone: str
    code: str
    values: dict[str, str]


def send_text(phone: str, code: str, values: dict[str, str]) -> UUID:
    """Send a text to a number once the transaction has committed; `code` is of data/texts.csv.

    Nothing personal but the number itself may be among the values.
    """
    gateways.WORDS[code].format_map(values)  # a value that is missing is found out here
    row = TextMessage(phone=phone, code=code, told=values)
    db.session.add(row)
    db.session.flush()
    after_commit(_hand_over, row.id)
    return row.id


def _hand_over(ids: list[UUID]) -> None:
    for text_id in ids:
        if not broker.enqueue(JOB, text_id):
            return


def deliver(text_id: str) -> None:
    """Send one text, if it is due, and write down what became of it."""
    with transaction():
        letter = _claim(UUID(text_id))
    if letter is None:
        return
    try:
        gateways.send(letter.id, letter.phone, letter.code, letter.values)
    except Gone as gone:
        with transaction():
            _failed(letter.id, str(gone), for_good=True)
    except Failed as failure:
        with transaction():
            _failed(letter.id, str(failure), for_good=False)
    else:
        with transaction():
            _sent(letter.id)


def sweep() -> None:
    """Queue every text that is due: those that the broker missed, and those to try again."""
    due = select(TextMessage.id).where(
        TextMessage.state == "queued", TextMessage.next_attempt_at <= utc_now()
    )
    with transaction() as session:
        waiting = session.scalars(due.order_by(TextMessage.next_attempt_at).limit(BLOCK)).all()
    for text_id in waiting:
        broker.enqueue(JOB, text_id)


def _claim(text_id: UUID) -> Letter | None:
    """Take the text for this attempt; the time of the next is set first, so none is lost."""
    now = utc_now()
    row = db.session.scalars(
        select(TextMessage)
        .where(TextMessage.id == text_id, TextMessage.state == "queued")
        .where(TextMessage.next_attempt_at <= now)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    row.attempts += 1
    row.next_attempt_at = now + FIRST_WAIT * 2 ** min(row.attempts - 1, 5)
    return Letter(row.id, row.phone, row.code, row.told)


def _sent(text_id: UUID) -> None:
    row = db.session.get_one(TextMessage, text_id, with_for_update=True)
    row.state, row.sent_at, row.last_error = "sent", utc_now(), None
    row.told = {}


def _failed(text_id: UUID, why: str, *, for_good: bool) -> None:
    row = db.session.get_one(TextMessage, text_id, with_for_update=True)
    row.last_error = why
    if for_good or row.next_attempt_at > row.created_at + GIVE_UP:
        row.state, row.told = "failed", {}
