"""A message on its way to a browser: sealed, signed, repeated, given up."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import orjson
import pytest
from flask.testing import FlaskClient

from backend.db import db, transaction, utc_now
from backend.delivery.jobs import deliver, sweep
from backend.delivery.models import Delivery, Message, PushSubscription
from tests.browser.push_receiver import Receiver
from tests.conftest import SignIn
from tests.delivery.services import PushService, verified_claims
from tests.tasks.desk import new_task
from tests.town import Town
from tools.valkey import Valkey

Jobs = Callable[[], None]


@pytest.fixture
def desk(worker: FlaskClient, sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


def push_row() -> Delivery:
    db.session.expire_all()
    return db.session.query(Delivery).filter_by(channel="push").one()


def due_now() -> None:
    """Let the time of the next attempt come."""
    with transaction():
        push_row().next_attempt_at = utc_now()


def test_a_message_is_sealed_for_the_browser_and_signed(
    town: Town,
    worker: FlaskClient,
    desk: FlaskClient,
    browser: Receiver,
    push_service: PushService,
    do_jobs: Jobs,
) -> None:
    task = desk.post("/api/tasks", json=new_task(town, urgency="urgent")).json
    do_jobs()

    [(_, headers, body)] = push_service.requests
    browser.bodies.put(body)
    message = orjson.loads(browser.next_text(1))
    assert message["title"] == "新任务:复查 1 件"
    assert message["url"] == f"/tasks/{task['id']}"
    assert (headers["urgency"], headers["content-encoding"]) == ("high", "aes128gcm")
    assert (headers["ttl"], headers["topic"]) == ("14400", UUID(task["id"]).hex)
    key = worker.get("/api/session").json["vapid_public_key"]
    claims = verified_claims(headers["authorization"], key)
    assert claims["aud"] == f"http://127.0.0.1:{push_service.port}"
    assert claims["sub"] == "mailto:admin@gridfield.example"
    assert push_row().state == "sent"


def test_no_personal_data_leaves_the_house(
    town: Town,
    desk: FlaskClient,
    browser: Receiver,
    push_service: PushService,
    do_jobs: Jobs,
) -> None:
    desk.post("/api/tasks", json=new_task(town, title="找张测试", text="13900005678"))
    do_jobs()

    browser.bodies.put(push_service.requests[0][2])
    told = browser.next_text(1)
    assert not any(word in told for word in ("张测试", "13900005678", "测试路", "worker"))


def test_nothing_is_lost_while_the_broker_is_away(
    town: Town, desk: FlaskClient, broker: Valkey, push_service: PushService, do_jobs: Jobs
) -> None:
    broker.stop()
    answer = desk.post("/api/tasks", json=new_task(town))
    assert answer.status_code == 201  # committed, then nobody took the job
    assert push_row().state == "queued"

    broker.start()
    deadline = time.monotonic() + 20
    while push_row().state != "sent":
        assert time.monotonic() < deadline
        sweep()  # as the schedule does; the broker is left in peace for a moment
        do_jobs()

    assert len(push_service.requests) == 1


def test_two_jobs_send_one_message(
    town: Town, desk: FlaskClient, push_service: PushService
) -> None:
    desk.post("/api/tasks", json=new_task(town))

    for _ in range(2):
        deliver(str(push_row().id))

    assert len(push_service.requests) == 1


def test_a_broker_that_is_away_costs_nobody_time(
    town: Town, desk: FlaskClient, broker: Valkey
) -> None:
    broker.stop()

    began = time.monotonic()
    answers = [desk.post("/api/tasks", json=new_task(town)).status_code for _ in range(3)]

    assert answers == [201] * 3
    assert time.monotonic() - began < 2
    broker.start()


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_asked_no_more(
    town: Town, desk: FlaskClient, push_service: PushService, do_jobs: Jobs, status: int
) -> None:
    push_service.status = status
    desk.post("/api/tasks", json=new_task(town))
    do_jobs()

    assert push_row().state == "gone"
    assert db.session.query(PushSubscription).one().retired_at is not None
    desk.post("/api/tasks", json=new_task(town))
    do_jobs()
    assert len(push_service.requests) == 1


def test_a_push_service_in_trouble_is_asked_again_later(
    town: Town, desk: FlaskClient, push_service: PushService, do_jobs: Jobs
) -> None:
    push_service.status = 503
    push_service.answer = {"Retry-After": "600"}
    desk.post("/api/tasks", json=new_task(town))
    do_jobs()

    row = push_row()
    assert (row.state, row.attempts) == ("queued", 1)
    assert row.last_error is not None
    assert row.last_error.startswith("503")
    assert row.next_attempt_at > utc_now() + timedelta(seconds=590)
    sweep()
    do_jobs()
    assert len(push_service.requests) == 1  # not yet

    due_now()
    push_service.status = 201
    sweep()
    do_jobs()
    assert (push_row().state, push_row().attempts) == ("sent", 2)


def test_after_a_day_it_is_given_up(
    town: Town, desk: FlaskClient, push_service: PushService, do_jobs: Jobs
) -> None:
    push_service.status = 500
    desk.post("/api/tasks", json=new_task(town))
    with transaction():
        db.session.query(Message).one().created_at = utc_now() - timedelta(days=1)
    do_jobs()

    assert push_row().state == "failed"


def test_an_adapter_that_breaks_down_counts_as_a_failure(
    town: Town, worker: FlaskClient, desk: FlaskClient, do_jobs: Jobs
) -> None:
    with transaction():
        db.session.query(PushSubscription).one().p256dh = "no key"
    desk.post("/api/tasks", json=new_task(town))
    do_jobs()

    waiting = push_row()
    assert (waiting.state, waiting.attempts) == ("queued", 1)
    assert waiting.last_error == "binascii.Error"
    with transaction():
        waiting.message.created_at -= timedelta(hours=24)
    due_now()
    deliver(str(waiting.id))

    assert push_row().state == "failed"


def test_a_push_service_that_does_not_listen_is_asked_again(
    town: Town, desk: FlaskClient, do_jobs: Jobs, push_service: PushService
) -> None:
    with transaction():
        row = db.session.query(PushSubscription).one()
        row.endpoint = "http://127.0.0.1:1/push"
    desk.post("/api/tasks", json=new_task(town))
    do_jobs()

    assert (push_row().state, push_row().attempts) == ("queued", 1)


def test_a_redirect_is_not_followed(
    town: Town, desk: FlaskClient, push_service: PushService, do_jobs: Jobs
) -> None:
    push_service.status = 307
    push_service.answer = {"Location": f"http://127.0.0.1:{push_service.port}/inside"}
    desk.post("/api/tasks", json=new_task(town))
    do_jobs()

    assert [path for path, _, _ in push_service.requests if path == "/inside"] == []
    assert push_row().state == "queued"


def test_what_was_read_elsewhere_rings_no_more(
    town: Town, worker: FlaskClient, desk: FlaskClient, push_service: PushService, do_jobs: Jobs
) -> None:
    desk.post("/api/tasks", json=new_task(town))
    message = db.session.query(Message).one()
    answer = worker.post(
        f"/api/messages/{message.id}/receipts", json={"event": "read", "channel": "live"}
    )
    assert answer.status_code == 204
    do_jobs()

    assert push_service.requests == []


def test_receipts_reach_the_task(
    town: Town, worker: FlaskClient, desk: FlaskClient, do_jobs: Jobs
) -> None:
    task_id = desk.post("/api/tasks", json=new_task(town)).json["id"]
    do_jobs()
    address = f"/api/messages/{db.session.query(Message).one().id}/receipts"

    worker.post(address, json={"event": "delivered", "channel": "push"})
    first = desk.get(f"/api/tasks/{task_id}").json
    worker.post(address, json={"event": "read", "channel": "push"})
    second = desk.get(f"/api/tasks/{task_id}").json

    assert first["receipts"]["delivered_at"] is not None
    assert first["receipts"]["read_at"] is None
    assert second["receipts"]["delivered_at"] == first["receipts"]["delivered_at"]
    assert second["receipts"]["read_at"] is not None
    states = {row["channel"]: row["state"] for row in second["deliveries"]}
    assert states == {"live": "sent", "push": "read", "text": "spared"}
    push = next(row for row in second["deliveries"] if row["channel"] == "push")
    times = [push[f"{step}_at"] for step in ("queued", "sent", "delivered", "read")]
    assert times == sorted(times)
    assert (push["person"]["name"], push["accepted_at"]) == ("测试worker", None)


def test_anothers_message_does_not_exist(town: Town, desk: FlaskClient, sign_in: SignIn) -> None:
    desk.post("/api/tasks", json=new_task(town))
    address = f"/api/messages/{db.session.query(Message).one().id}/receipts"

    answer = sign_in("worker2").post(address, json={"event": "read", "channel": "push"})

    assert answer.status_code == 404
