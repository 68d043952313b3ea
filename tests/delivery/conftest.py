"""A broker, a push service and a worker with a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from backend.app import Gridfield
from backend.jobs.worker import make_worker
from tests.browser.push_receiver import Receiver
from tests.conftest import SignIn
from tests.delivery.services import PushService, on_trial, running_broker, running_push_service
from tools.valkey import Valkey


@pytest.fixture
def broker(app: Gridfield) -> Iterator[Valkey]:
    with running_broker() as valkey, on_trial(app, valkey.url):
        yield valkey


@pytest.fixture
def push_service() -> Iterator[PushService]:
    with running_push_service() as service:
        yield service


@pytest.fixture
def browser(push_service: PushService) -> Receiver:
    return push_service.browser()


@pytest.fixture
def worker(broker: Valkey, browser: Receiver, sign_in: SignIn) -> FlaskClient:
    """The grid worker, who has allowed notifications."""
    client = sign_in("worker")
    answer = client.post("/api/push/subscriptions", json=browser.subscription())
    assert answer.status_code == 204, answer.json
    return client


@pytest.fixture
def do_jobs(broker: Valkey, database: None) -> Callable[[], None]:
    """Do what is queued, as `flask worker` does."""

    def work() -> None:
        make_worker().work(burst=True, logging_level="WARNING")

    return work
