"""The health of each way out.

One that has failed again and again rests as a whole, not each message by itself; then a single
message goes ahead as a probe, and with its success all follow.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from backend.db import db, utc_now
from backend.delivery.models import Delivery, Way

TOO_MANY: Final = 3  # failures in a row
FIRST_REST: Final = timedelta(minutes=1)
LONGEST_REST: Final = timedelta(minutes=30)
PROBE: Final = timedelta(minutes=1)  # in which the others wait for the probe's fate
FRESH: Final = timedelta(minutes=1)  # a success is not written more often


def resting(channel: str, service: str) -> datetime | None:
    """Until when nothing may go this way; None lets the caller go, as the probe if it was resting.

    Call it in the transaction in which the message is taken.
    """
    way = db.session.get(Way, (channel, service), populate_existing=True)
    if way is None or way.paused_until is None:
        return None
    way = db.session.get_one(Way, (channel, service), with_for_update=True, populate_existing=True)
    now = utc_now()
    if way.paused_until is None:
        return None
    if way.paused_until > now:
        return way.paused_until
    way.paused_until = now + PROBE
    return None


def went_well(channel: str, service: str) -> None:
    """A message got out: whatever waited for this way may go now."""
    now = utc_now()
    way = db.session.get(Way, (channel, service), populate_existing=True)
    if way and not way.failures and way.last_success_at and now - way.last_success_at < FRESH:
        return
    way = _locked(channel, service)
    if way.paused_until is not None:
        _wake(channel, service, now)
    way.failures, way.paused_until, way.last_success_at = 0, None, now


def went_wrong(channel: str, service: str, why: str) -> None:
    """The service itself failed; after the third time in a row it is left in peace for a while."""
    way = _locked(channel, service)
    now = utc_now()
    way.failures += 1
    way.last_failure_at, way.last_error = now, why
    if way.failures >= TOO_MANY:
        rest: timedelta = FIRST_REST * 2 ** min(way.failures - TOO_MANY, 10)
        way.paused_until = now + min(rest, LONGEST_REST)


def _locked(channel: str, service: str) -> Way:
    new = insert(Way).values(channel=channel, service=service, failures=0)
    db.session.execute(new.on_conflict_do_nothing())
    return db.session.get_one(Way, (channel, service), with_for_update=True, populate_existing=True)


def _wake(channel: str, service: str, now: datetime) -> None:
    waiting = select(Delivery.id).where(
        Delivery.channel == channel,
        Delivery.service == service,
        Delivery.state == "queued",
        Delivery.next_attempt_at > now,
    )
    db.session.execute(
        update(Delivery)
        .where(Delivery.id.in_(waiting.with_for_update(skip_locked=True)))
        .values(next_attempt_at=now)
        .execution_options(synchronize_session=False)
    )
