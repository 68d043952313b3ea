"""What is done again and again, and the one process that sees to it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from rq import Queue
from rq.cron import CronJob, CronScheduler
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy import text

from backend.broker import QUEUE
from backend.config import current_settings
from backend.db import db

log = logging.getLogger(__name__)

SECONDS = {
    "backend.delivery.jobs.sweep": 20,
    "backend.cases.lateness.mark_late_parts": 30,
    "backend.delivery.texts.sweep": 20,
    "backend.partners.jobs.sweep": 20,
    "backend.houses.intake.work.sweep": 30,
    "backend.inspections.evidence.look_at_arrivals": 60,
    "backend.jobs.plans.give_out": 60,
    "backend.jobs.rechecks.give_out": 60,
    "backend.media.uploads.expire": 3600,
}
NIGHTLY = {  # 03:10, 03:20 … in China
    "backend.jobs.upkeep.forget_old_mutations": "10 19 * * *",
    "backend.jobs.upkeep.forget_old_attempts": "20 19 * * *",
    "backend.jobs.upkeep.forget_old_texts": "25 19 * * *",
    "backend.jobs.upkeep.forget_old_calls": "40 19 * * *",
    "backend.jobs.upkeep.forget_old_webhooks": "35 19 * * *",
    "backend.feed.upkeep.forget_old_tombstones": "30 19 * * *",
    "backend.houses.intake.work.forget_old": "45 19 * * *",
}


class JsonCronJob(CronJob):
    """A cron job on the application's queue; rq's own would pickle it."""

    def enqueue(self, connection: Redis) -> Job:
        """Queue it by name. A worker that was away finds one of each, not hundreds."""
        queue = Queue(self.queue_name, connection=connection, serializer=JSONSerializer)
        options = {"job_timeout": 600, "result_ttl": 0, "ttl": self.interval or 3600}
        return queue.enqueue(self.func_name, **options)


def make_scheduler() -> CronScheduler:
    """The scheduler with all that it sees to, not yet at work."""
    scheduler = CronScheduler(Redis.from_url(current_settings().redis_url))
    jobs = scheduler.get_jobs()
    jobs.extend(JsonCronJob(QUEUE, func_name=job, interval=every) for job, every in SECONDS.items())
    jobs.extend(JsonCronJob(QUEUE, func_name=job, cron=when) for job, when in NIGHTLY.items())
    return scheduler


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other scheduler of this database runs: rq itself would let two run.

    The lock is the database connection's: it ends with the process, however that ends.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(hashtext('gridfield-schedule'))"))
        log.info("this is the scheduler")
        yield
