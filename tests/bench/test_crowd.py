"""What the crowd says of itself is right."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from bench.crowd import percentiles
from bench.crowd_phone import Counts, Phone


@asynccontextmanager
async def server(answer: bytes) -> AsyncIterator[str]:
    """A server that reads a request and always says the same."""
    tasks: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.split(b"\r\n") if line.startswith(b"Content-Len"))
            await reader.readexactly(int(length.split(b":")[1]))
            writer.write(answer)
            await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    listening = await asyncio.start_server(serve, "127.0.0.1")
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    await asyncio.gather(*(task for task in tasks if task))


async def lived(url: str) -> Counts:
    """What a phone has counted when it has had two rounds."""
    counts = [Counts()]
    phone = Phone(url, 1, {"id": "c", "items": []}, {"lng": 121, "lat": 32}, {}, counts,
                  random.Random(3))  # fmt: skip
    phone.rounds = 1  # no word about its health
    living = asyncio.create_task(phone.live(every=0.01))
    while counts[0].rounds < 2:  # noqa: ASYNC110 - a phone tells nobody when it has done one
        await asyncio.sleep(0.01)
    living.cancel()
    await asyncio.gather(living, return_exceptions=True)
    return counts[0]


@pytest.mark.parametrize(
    ("answer", "good"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
        (b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy", False),
        (b"", False),
    ],
    ids=["nothing new", "busy", "closed"],
)
def test_what_is_not_answered_well_is_an_error(answer: bytes, good: bool) -> None:  # noqa: FBT001
    async def met() -> Counts:
        async with server(answer) as url:
            return await lived(url)

    counts = asyncio.run(met())

    assert bool(counts.errors) is not good
    assert bool(counts.seconds["poll"]) is (answer != b"")


def test_percentiles() -> None:
    assert percentiles([float(number) for number in range(101)]) == (50.0, 99.0)
    assert percentiles([3.0]) == (3.0, 3.0)
