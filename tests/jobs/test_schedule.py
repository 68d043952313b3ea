"""What is done again and again."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from sqlalchemy import text

from backend.app import Gridfield
from backend.db import db, new_id, transaction, utc_now
from backend.jobs.schedule import NIGHTLY, SECONDS, alone, make_scheduler
from backend.jobs.upkeep import forget_old_attempts, forget_old_mutations
from backend.jobs.worker import make_worker
from backend.org.models import SignInAttempt
from backend.sync.models import SyncClient, SyncFailure, SyncMutation
from tests.delivery.services import on_trial, running_broker
from tests.town import Town


@pytest.mark.parametrize("name", [*SECONDS, *NIGHTLY])
def test_every_job_is_there(name: str) -> None:
    module, _, function = name.rpartition(".")

    assert callable(getattr(import_module(module), function))


def test_a_worker_does_what_the_schedule_queues(app: Gridfield, database: None) -> None:
    with running_broker() as valkey, on_trial(app, valkey.url):
        scheduler = make_scheduler()
        queued = scheduler.enqueue_jobs()
        worker = make_worker()
        worker.work(burst=True, logging_level="WARNING")

        assert {job.func_name for job in queued} == set(SECONDS)  # the nightly ones wait
        [queue] = worker.queues
        assert (queue.count, queue.failed_job_registry.count) == (0, 0)
        scheduler.connection.close()
        worker.connection.close()


def test_a_second_scheduler_waits(app: Gridfield) -> None:
    """Two would queue everything twice. Needs connections of its own, not the test's one."""
    with app.app_context(), alone(), db.engine.connect() as other:
        free = other.execute(
            text("SELECT pg_try_advisory_lock(hashtext('gridfield-schedule'))")
        ).scalar()
        assert free is False


def test_old_verdicts_and_wrong_passwords_are_forgotten(town: Town) -> None:
    now, client = utc_now(), new_id()
    with transaction():
        db.session.add(SyncClient(client_id=client, user_id=town.users["worker"].id))
        db.session.flush()
        for mid, days in ((1, 401), (2, 399)):
            db.session.add(
                SyncMutation(
                    client_id=client,
                    mid=mid,
                    mutation_id=new_id(),
                    name="feedback.submit",
                    version=1,
                    sha256="",
                    verdict={},
                    decided_at=now - timedelta(days=days),
                )
            )
        for days in (401, 399):
            last_at = now - timedelta(days=days)
            db.session.add(SyncFailure(mutation_id=new_id(), failures=1, last_at=last_at))
        for days in (3, 1):
            attempt = SignInAttempt(username="x", address="", at=now - timedelta(days=days))
            db.session.add(attempt)

    forget_old_mutations()
    forget_old_attempts()

    assert [row.mid for row in db.session.query(SyncMutation)] == [2]
    assert db.session.query(SyncFailure).count() == 1
    assert db.session.query(SignInAttempt).count() == 1
