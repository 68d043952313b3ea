"""The worker and the schedule as processes, through a break of the broker."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from backend.broker import QUEUE
from backend.jobs.schedule import SECONDS
from tests.delivery.services import running_broker
from tools.valkey import Valkey


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    with running_broker() as it:
        yield it


@pytest.fixture
def queue(valkey: Valkey) -> Iterator[Queue]:
    with Redis.from_url(valkey.url) as connection:
        yield Queue(QUEUE, connection=connection, serializer=JSONSerializer)


@contextmanager
def running(command: str, valkey: Valkey, database_url: str) -> Iterator[subprocess.Popen[bytes]]:
    environ = os.environ | {"REDIS_URL": valkey.url, "DATABASE_URL": database_url}
    words = [sys.executable, "-m", "flask", "--app", "wsgi", command]
    process = subprocess.Popen(words, env=environ)
    try:
        yield process
        process.terminate()
        assert process.wait(15) == 0
    finally:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not answered(condition):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def answered(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    except RedisError:
        return False


@pytest.mark.slow
def test_the_schedule_goes_on_after_a_break(
    valkey: Valkey, queue: Queue, database_url: str
) -> None:
    with running("schedule", valkey, database_url):
        wait_for(lambda: queue.count >= len(SECONDS))
        valkey.stop()
        valkey.start()
        queue.empty()  # type: ignore[no-untyped-call]
        wait_for(lambda: queue.count > 0)


@pytest.mark.slow
def test_the_worker_goes_on_after_a_break(valkey: Valkey, queue: Queue, database_url: str) -> None:
    with running("worker", valkey, database_url):
        wait_for(lambda: Worker.count(queue=queue) == 1)
        valkey.stop()
        valkey.start()
        queue.enqueue("backend.delivery.jobs.sweep")
        wait_for(lambda: queue.count == 0 and queue.started_job_registry.count == 0)
        assert queue.failed_job_registry.count == 0
