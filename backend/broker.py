"""The broker (Valkey or Redis): jobs go in by name, announcements go out to who listens now.

Nothing stands in the broker alone: a job whose loss would matter has a row in the database.
"""

from __future__ import annotations

import logging
from uuid import UUID

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from backend.config import current_settings

log = logging.getLogger(__name__)

QUEUE = "gridfield"
PATIENCE = 2  # seconds; somebody waits for the answer


def connection() -> Redis:
    """The application's connections to the broker; a broker that does not answer fails fast."""
    known: Redis | None = current_app.extensions.get("gridfield_broker")
    if known is None:
        known = Redis.from_url(
            current_settings().redis_url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
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
    try:
        queue().enqueue(
            function, *(str(item) for item in ids), job_timeout=timeout, result_ttl=0, ttl=86400
        )
    except RedisError as error:
        log.warning("the broker does not take a job: %s", error)
        return False
    return True


def publish(channel: str, body: str) -> bool:
    """Tell everyone who listens on the channel just now; False when the broker is away."""
    try:
        connection().publish(channel, body)
    except RedisError as error:
        log.warning("the broker does not publish: %s", error)
        return False
    return True
