"""The broker (Valkey or Redis): jobs go in by name, announcements go out to who listens now.

Nothing that matters stands in the broker alone: a job whose loss would matter has a row in the
database.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from backend.config import current_settings

log = logging.getLogger(__name__)

QUEUE = "gridfield"
PATIENCE = 2  # seconds; somebody waits for the answer
REST = 3.0  # seconds for which a broker that is away is not asked again


def connection() -> Redis:
    """The application's connections to the broker; a broker that does not answer fails fast."""
    known: Redis | None = current_app.extensions.get("gridfield_broker")
    if known is None:
        known = Redis.from_url(
            current_settings().redis_url,
            socket_connect_timeout=PATIENCE,
            socket_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 1),  # once: a connection may be older than the broker
        )
        current_app.extensions["gridfield_broker"] = known
    return known


def queue() -> Queue:
    """The queue of all jobs; their arguments are JSON."""
    return Queue(QUEUE, connection=connection(), serializer=JSONSerializer)


def enqueue(function: str, *ids: UUID | str, timeout: int = 120) -> bool:
    """Have a worker call the function of this dotted name; False when the broker is away.

    Call it after the commit: a worker may be quicker than the transaction.
    """
    words = [str(item) for item in ids]
    options = {"job_timeout": timeout, "result_ttl": 0, "ttl": 86400}
    return _try(lambda: queue().enqueue(function, *words, **options))


def publish(channel: str, body: str) -> bool:
    """Tell everyone who listens on the channel just now; False when the broker is away."""
    return _try(lambda: connection().publish(channel, body))


def remember(key: str, field: str, value: str, seconds: int) -> list[str]:
    """Keep a value under a key for a while; answers all of the key, nothing without a broker."""
    values: list[str] = []

    def ask() -> None:
        asked = connection().pipeline()
        asked.hset(key, field, value)
        asked.expire(key, seconds)
        asked.hvals(key)
        values.extend(found.decode() for found in asked.execute()[-1])

    _try(ask)
    return values


def recall(key: str, field: str) -> str | None:
    """A value that was remembered; None where there is none, or no broker."""
    found: list[Any] = []
    _try(lambda: found.append(connection().hget(key, field)))
    return found[0].decode() if found and found[0] is not None else None


def forget(key: str, field: str) -> None:
    """Drop a value that was remembered."""
    _try(lambda: connection().hdel(key, field))


def _try(action: Callable[[], object]) -> bool:
    """Do it, or leave a broker that was just found away in peace for a moment.

    Otherwise each of a request's announcements would wait for it in turn.
    """
    if time.monotonic() < current_app.extensions.get("gridfield_broker_away", 0.0):
        return False
    try:
        action()
    except RedisError as error:
        current_app.extensions["gridfield_broker_away"] = time.monotonic() + REST
        log.warning("the broker is away: %s", error)
        return False
    return True
