"""A stream ends with its session, also while it is open."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

from backend.app import Gridfield
from backend.db import new_id, transaction
from backend.delivery import live
from backend.live import LiveApp
from backend.org import sessions
from backend.org.sessions import DeviceInfo
from tests.town import PASSWORD, Town
from tools.valkey import Valkey

Message = MutableMapping[str, Any]


class Wire:
    """The server's side of ASGI: what comes in, what went out."""

    def __init__(self) -> None:
        self.inbox: asyncio.Queue[Message] = asyncio.Queue()
        self.outbox: asyncio.Queue[Message] = asyncio.Queue()

    async def next(self) -> Message:
        """What the application sends next."""
        return await asyncio.wait_for(self.outbox.get(), 10)


def test_a_stream_ends_when_its_session_has_ended(
    standing_app: tuple[Gridfield, Valkey], standing_town: Town
) -> None:
    app, _ = standing_app
    with app.app_context():
        with transaction():
            device = DeviceInfo(new_id(), "desk", "desk")
            signed_in = sessions.sign_in("dispatcher", PASSWORD, device, "")
        asyncio.run(open_and_end(app, signed_in.token, standing_town))


async def open_and_end(app: Gridfield, token: str, town: Town) -> None:
    live_app = LiveApp(app.extensions["gridfield_settings"], recheck=0.0)
    life, stream = Wire(), Wire()
    running = asyncio.create_task(live_app({"type": "lifespan"}, life.inbox.get, life.outbox.put))
    await life.inbox.put({"type": "lifespan.startup"})
    assert (await life.next())["type"] == "lifespan.startup.complete"
    await asyncio.wait_for(live_app.hub.connected.wait(), 10)

    cookie = [(b"cookie", f"gridfield_session={token}".encode())]
    scope = {"type": "http", "method": "GET", "path": "/live", "headers": cookie}
    reading = asyncio.create_task(live_app(scope, stream.inbox.get, stream.outbox.put))
    assert (await stream.next())["status"] == 200
    assert (await stream.next())["body"] == b"retry: 3000\n\n"

    await asyncio.to_thread(_announce, app, town)
    assert b"event: change" in (await stream.next())["body"]
    await asyncio.to_thread(_end, app, token)
    await asyncio.to_thread(_announce, app, town)
    assert await stream.next() == {
        "type": "http.response.body",
        "body": b"",
        "more_body": False,
    }
    await asyncio.wait_for(reading, 10)

    await life.inbox.put({"type": "lifespan.shutdown"})
    assert (await life.next())["type"] == "lifespan.shutdown.complete"
    await asyncio.wait_for(running, 10)


def _announce(app: Gridfield, town: Town) -> None:
    with app.app_context(), transaction():
        live.announce("case", new_id(), org_path=town.units["金新街道1村"].path)


def _end(app: Gridfield, token: str) -> None:
    with app.app_context(), transaction():
        found = sessions.find_session(token)
        assert found is not None
        sessions.sign_out(found.id)
