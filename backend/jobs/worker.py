"""The process that does queued jobs."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from backend.broker import QUEUE
from backend.config import current_settings


class ContextWorker(SimpleWorker):
    """A worker that gives each job an application context, and so a session, of its own."""

    app: Flask

    def perform_job(self, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401
        """Do one job."""
        with self.app.app_context():
            return bool(super().perform_job(*args, **kwargs))


def make_worker() -> ContextWorker:
    """A worker on the application's queue, not yet at work.

    It has a connection without time limits: it waits for jobs.
    """
    waiting = Redis.from_url(current_settings().redis_url)
    queue = Queue(QUEUE, connection=waiting, serializer=JSONSerializer)
    worker = ContextWorker([queue], connection=waiting, serializer=JSONSerializer)
    worker.app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return worker
