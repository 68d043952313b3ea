"""The live channel: server-sent events, as an ASGI application of its own (`backend.live:app`).

One process holds every open stream and one subscription at the broker. What a stream gets is
decided by the same rule as what its person may see (`org.access.may_see`).
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from types import FrameType
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from backend.app import Gridfield, create_app
from backend.config import Settings
from backend.db import db, transaction
from backend.delivery.hub import Hub, Stream
from backend.org import sessions
from backend.org.access import Actor
from backend.org.door import COOKIE
from backend.problems import NotFound, Problem, Unauthenticated, Unavailable

log = logging.getLogger(__name__)

PING: Final = 15.0  # seconds of silence after which a comment keeps proxies from hanging up
RECHECK: Final = 180.0  # seconds after which a stream's session is looked at again
MOST_STREAMS: Final = 5000

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


class LiveApp:
    """The ASGI application; Flask serves it only the database and the rules."""

    hub: Hub
    flask: Gridfield

    def __init__(self, settings: Settings | None = None, recheck: float = RECHECK) -> None:
        """Started by its server's lifespan; `settings` are the environment's unless given."""
        self.settings = settings
        self.recheck = recheck

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve the lifespan or one request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.flask = await asyncio.to_thread(create_app, self.settings)
        self.hub = Hub(self._settings.redis_url)
        listener = asyncio.create_task(self.hub.run())
        handlers = _at_stop(self.hub.close_for_good)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for number, handler in handlers.items():
            signal.signal(number, handler)
        listener.cancel()
        with suppress(asyncio.CancelledError):
            await listener
        self.hub.close_for_good()
        await asyncio.to_thread(self._dispose)
        await send({"type": "lifespan.shutdown.complete"})

    @property
    def _settings(self) -> Settings:
        settings: Settings = self.flask.extensions["gridfield_settings"]
        return settings

    def _dispose(self) -> None:
        with self.flask.app_context():
            db.engine.dispose()

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        allowed = self._cors(headers.get(b"origin", b"").decode("latin-1"))
        path, method = scope["path"].rstrip("/"), scope["method"]
        if path.endswith("/healthz"):
            await self._health(send)
        elif not path.endswith("/live") or method not in {"GET", "OPTIONS"}:
            await _refuse(send, NotFound(), allowed)
        elif method == "OPTIONS":
            await _reply(send, 204, b"", allowed)
        else:
            await self._open(_token(headers), allowed, receive, send)

    async def _health(self, send: Send) -> None:
        if not self.hub.connected.is_set():
            await _refuse(send, Unavailable(), [])
            return
        body = orjson.dumps({"status": "ok", "streams": len(self.hub.streams)})
        await _reply(send, 200, body, [(b"content-type", b"application/json")])

    def _cors(self, origin: str) -> Headers:
        """The page's own origin may read the stream, with its cookie; no other."""
        page = urlsplit(self._settings.public_url)
        headers = [(b"vary", b"origin")]
        if origin == f"{page.scheme}://{page.netloc}":
            headers.append((b"access-control-allow-origin", origin.encode("latin-1")))
            headers.append((b"access-control-allow-credentials", b"true"))
        return headers

    async def _open(self, token: str, allowed: Headers, receive: Receive, send: Send) -> None:
        actor = await asyncio.to_thread(self._who, token) if token else None
        if actor is None:
            await _refuse(send, Unauthenticated(), allowed)
        elif self.hub.closed or len(self.hub.streams) >= MOST_STREAMS:
            await _refuse(send, Unavailable(headers={"Retry-After": "60"}), allowed)
        else:
            await self._serve(Stream(token, actor), allowed, receive, send)

    def _who(self, token: str) -> Actor | None:
        with self.flask.app_context():
            found = sessions.find_session(token)
            if found is None:
                return None
            if sessions.is_stale(found):
                with transaction():
                    sessions.touch(found.id)
            return found.actor

    async def _serve(self, stream: Stream, allowed: Headers, receive: Receive, send: Send) -> None:
        kind = [(b"content-type", b"text/event-stream; charset=utf-8")]
        plain = [(b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
        await send(
            {"type": "http.response.start", "status": 200, "headers": kind + plain + allowed}
        )
        watcher = asyncio.create_task(_end_with_reader(stream, receive))
        self.hub.streams.add(stream)
        try:
            await _write(send, b"retry: 3000\n\n")
            await self._pump(stream, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:
            log.debug("a reader left")
        finally:
            self.hub.streams.discard(stream)
            watcher.cancel()

    async def _pump(self, stream: Stream, send: Send) -> None:
        clock = asyncio.get_running_loop().time
        checked = clock()
        while True:
            chunk = await _next(stream)
            if chunk is None:
                return
            if clock() - checked >= self.recheck:
                actor = await asyncio.to_thread(self._who, stream.token)
                if actor is None:
                    return
                stream.actor, checked = actor, clock()
            await _write(send, chunk)


def _at_stop(end: Callable[[], None]) -> dict[int, Any]:
    """Call `end` when the process is asked to stop; answers the handlers of before.

    A server waits for its open requests before it tells of the stop, and a stream has no end of
    its own: without this they would wait for each other.
    """
    loop = asyncio.get_running_loop()
    before: dict[int, Any] = {}
    if threading.current_thread() is not threading.main_thread():
        return {}

    def stop(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(end)
        if callable(handler := before[number]):
            handler(number, frame)

    for number in (signal.SIGINT, signal.SIGTERM):
        before[int(number)] = signal.signal(number, stop)
    return before


async def _next(stream: Stream) -> bytes | None:
    """The next event; a comment after a silence; None at the end."""
    try:
        return await asyncio.wait_for(stream.chunks.get(), PING)
    except TimeoutError:
        return b": ping\n\n"


async def _end_with_reader(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


async def _write(send: Send, chunk: bytes) -> None:
    await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _reply(send: Send, status: int, body: bytes, headers: Headers) -> None:
    length = (b"content-length", str(len(body)).encode())
    everything = [*headers, (b"x-sync", b"1"), (b"cache-control", b"no-store"), length]
    await send({"type": "http.response.start", "status": status, "headers": everything})
    await send({"type": "http.response.body", "body": body})


async def _refuse(send: Send, problem: Problem, headers: Headers) -> None:
    own = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    kind = (b"content-type", b"application/problem+json")
    body = orjson.dumps(problem.document())
    await _reply(send, problem.status, body, [*headers, *own, kind])


def _token(headers: dict[bytes, bytes]) -> str:
    try:
        cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return ""
    return cookies[COOKIE].value if COOKIE in cookies else ""


app = LiveApp()
