"""`flask worker` and `flask schedule`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import click
from flask.cli import with_appcontext
from redis.exceptions import RedisError
from rq.exceptions import StopRequested

from backend.jobs.schedule import alone, make_scheduler
from backend.jobs.worker import make_worker

log = logging.getLogger(__name__)

PAUSE = 2.0  # seconds between two attempts to reach the broker


@click.command("worker")
@click.option("--burst", is_flag=True, help="End when nothing is left to do.")
@with_appcontext
def worker(*, burst: bool) -> None:
    """Do queued jobs."""
    through_breaks(lambda: make_worker().work(burst=burst))


@click.command("schedule")
@with_appcontext
def schedule() -> None:
    """Queue what is done again and again; a second one waits until the first has ended."""
    with alone():
        through_breaks(lambda: make_scheduler().start())  # type: ignore[no-untyped-call]


def through_breaks(work: Callable[[], object]) -> None:
    """Work until asked to stop, and begin again whenever the broker was away."""
    while True:
        try:
            work()
        except RedisError as error:
            log.warning("the broker is away: %s", error)
        except StopRequested:
            return
        else:
            return
        try:
            time.sleep(PAUSE)
        except StopRequested:
            return
