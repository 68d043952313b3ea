"""Keeping a server busy over several connections, each used again and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from http.client import HTTPConnection, HTTPResponse
from threading import Event
from urllib.parse import urlsplit


class Line:
    """One connection to a server, kept open."""

    def __init__(self, url: str) -> None:
        """Open it at the first request."""
        self.connection = HTTPConnection(urlsplit(url).netloc, timeout=120)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        expect: int = 200,
    ) -> tuple[HTTPResponse, bytes]:
        """One request and its answer; an answer that is not as expected ends the run."""
        self.connection.request(method, path, body, dict(headers or {}))
        answer = self.connection.getresponse()
        data = answer.read()
        if answer.status != expect:
            raise RuntimeError(f"{method} {path}: {answer.status} {data[:500].decode()}")
        return answer, data


Job = Callable[[Line], object]


def spread(url: str, lanes: Sequence[Sequence[Job]]) -> None:
    """Do each lane's jobs one after the other, all lanes at once, each over its own line.

    The first error, or Ctrl-C, ends all lanes after the job they are at.
    """
    enough = Event()

    def run(jobs: Sequence[Job]) -> None:
        line = Line(url)
        try:
            for job in jobs:
                if enough.is_set():
                    return
                job(line)
        finally:
            line.connection.close()

    with ThreadPoolExecutor(len(lanes)) as pool:
        running = [pool.submit(run, jobs) for jobs in lanes]
        try:
            for one in as_completed(running):
                one.result()
        except BaseException:
            enough.set()
            raise
