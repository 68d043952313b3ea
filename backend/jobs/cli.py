"""`flask worker` and `flask schedule`."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from backend.jobs.schedule import alone, make_scheduler
from backend.jobs.worker import make_worker


@click.command("worker")
@click.option("--burst", is_flag=True, help="End when nothing is left to do.")
@with_appcontext
def worker(*, burst: bool) -> None:
    """Do queued jobs."""
    make_worker().work(burst=burst, with_scheduler=False)


@click.command("schedule")
@with_appcontext
def schedule() -> None:
    """Queue what is done again and again; a second one waits until the first has ended."""
    with alone():
        make_scheduler().start()  # type: ignore[no-untyped-call]
