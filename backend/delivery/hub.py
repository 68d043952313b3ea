"""The open streams of the live channel: who hears what."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from backend.delivery.live import CHANNEL, Audience
from backend.org.access import Actor, Permission, may_see

log = logging.getLogger(__name__)

WAITING: Final = 256  # events that may wait for a slow reader before it is let go
RECONNECT: Final = 1.0  # seconds

SEES: Final = {
    "inspection": Permission.INSPECTION_READ,
    "case": Permission.CASE_READ,
    "patrol": Permission.PATROL_READ,
    "task": Permission.TASK_READ,
    "visit": Permission.TASK_READ,
    "campaign": Permission.TASK_READ,
    "house": Permission.HOUSE_READ,
    "photo": Permission.ACTIVITY_READ,
    "refusal": Permission.REFUSAL_SETTLE,
}


@dataclass(eq=False)
class Stream:
    """One open screen."""

    token: str
    actor: Actor
    chunks: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(WAITING))

    def offer(self, chunk: bytes) -> None:
        """Send it, or let a reader go that is too slow: it comes back and reads anew."""
        try:
            self.chunks.put_nowait(chunk)
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        """Close the stream; what still waits is dropped."""
        while not self.chunks.empty():
            self.chunks.get_nowait()
        self.chunks.put_nowait(None)


def hears(actor: Actor, kind: str | None, audience: Audience) -> bool:
    """Whether an event is this person's: by name, or because the record's kind is visible there."""
    if audience.user_id == actor.user_id:
        return True
    permission = SEES.get(kind or "")
    if permission is None or audience.org_path is None:
        return False
    return may_see(actor, permission, audience)


def read_letters(body: bytes) -> list[tuple[bytes, str | None, Audience]]:
    """Announcements, each as the event to send, its kind, and for whom it is."""
    return [_read(letter) for letter in orjson.loads(body)]


def _read(letter: dict[str, Any]) -> tuple[bytes, str | None, Audience]:
    to = {name: _uuid(name, value) for name, value in letter["audience"].items()}
    event, data = letter["event"].encode(), letter["data"]
    chunk = b"event: " + event + b"\ndata: " + orjson.dumps(data) + b"\n\n"
    return chunk, data.get("kind"), Audience(**to)


def _uuid(name: str, value: Any) -> Any:  # noqa: ANN401 - a field of Audience
    if name == "supporting":
        return tuple(UUID(each) for each in value)
    return UUID(value) if name.endswith("_id") and value is not None else value


class Hub:
    """The open streams, and the subscription that feeds them."""

    def __init__(self, redis_url: str) -> None:
        """No stream yet, nothing heard yet."""
        self.redis_url = redis_url
        self.streams: set[Stream] = set()
        self.connected = asyncio.Event()
        self.closed = False

    async def run(self) -> None:
        """Listen for ever; after a break every stream is closed, so that each screen asks anew."""
        while True:
            try:
                await self._listen()
            except (RedisError, OSError) as error:
                log.warning("the broker is away: %s", error)
            if self.connected.is_set():
                self.connected.clear()
                self.close()
            await asyncio.sleep(RECONNECT)

    async def _listen(self) -> None:
        broker = Redis.from_url(self.redis_url, health_check_interval=10)
        async with broker, broker.pubsub() as feed:
            await feed.subscribe(CHANNEL)
            self.connected.set()
            while True:
                message = await feed.get_message(ignore_subscribe_messages=True, timeout=5)
                if message is not None:
                    self.spread(message["data"])

    def spread(self, body: bytes) -> None:
        """Hand announcements to those whom they are for."""
        if not self.streams:
            return
        try:
            letters = read_letters(body)
        except (ValueError, KeyError, TypeError, AttributeError):
            log.exception("an announcement could not be read")
            return
        for stream in list(self.streams):
            for chunk, kind, audience in letters:
                if hears(stream.actor, kind, audience):
                    stream.offer(chunk)

    def close(self) -> None:
        """End every stream."""
        for stream in self.streams:
            stream.end()

    def close_for_good(self) -> None:
        """End every stream and take no more."""
        self.closed = True
        self.close()
