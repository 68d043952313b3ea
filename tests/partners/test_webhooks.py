"""What other systems are told of cases: signed, repeated, given up, sent again."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from flask.testing import FlaskClient
from standardwebhooks import Webhook, WebhookVerificationError

from backend.db import db, transaction, utc_now
from backend.jobs.upkeep import forget_old_webhooks
from backend.partners.jobs import DISABLE_AFTER, WAITS, deliver, sweep
from backend.partners.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from tests.cases.steps import bring_to_an_end
from tests.conftest import SignIn
from tests.delivery.services import PushService
from tests.inspections.work import hazard, inspect
from tests.town import Town
from tools.valkey import Valkey

Jobs = Callable[[], None]


def new_endpoint(town: Town, url: str, **more: Any) -> dict[str, Any]:
    """What an administrator sends for an address."""
    return {
        "name": "城运中心",
        "url": url,
        "org_unit_id": str(town.units["金新街道"].id),
        "events": ["case.opened", "case.changed", "case.closed"],
        **more,
    }


@pytest.fixture
def url(partner_system: PushService) -> str:
    return f"http://127.0.0.1:{partner_system.port}/in"


@pytest.fixture
def endpoint(town: Town, admin: FlaskClient, broker: Valkey, url: str) -> dict[str, Any]:
    answer = admin.post("/api/webhooks", json=new_endpoint(town, url))
    assert answer.status_code == 201, answer.json
    return dict(answer.json or {})


def messages() -> list[WebhookMessage]:
    db.session.expire_all()
    return db.session.query(WebhookMessage).order_by(WebhookMessage.created_at).all()


def log(admin: FlaskClient, endpoint: dict[str, Any]) -> Any:
    return admin.get(f"/api/webhooks/{endpoint['id']}/messages").json["items"]


def come(message: WebhookMessage) -> None:
    """Let the time of the next attempt come."""
    with transaction():
        message.next_attempt_at = utc_now()
        message.endpoint.resting_until = None


def test_the_library_of_the_other_side_verifies_what_comes(
    town: Town, endpoint: dict[str, Any], partner_system: PushService, do_jobs: Jobs
) -> None:
    case_id = hazard(town)
    bring_to_an_end(town, case_id)
    do_jobs()

    seen = []
    for path, headers, body in partner_system.requests:
        told = Webhook(endpoint["secret"]).verify(body, headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(endpoint["secret"]).verify(body + b" ", headers)
        seen.append((path, told["type"], told["data"]["state"], told["data"]["version"]))
    assert sorted(seen, key=lambda it: it[3]) == [
        ("/in", "case.opened", "reported", 1),
        ("/in", "case.changed", "dispatched", 2),
        ("/in", "case.changed", "in_progress", 3),
        ("/in", "case.changed", "awaiting_check", 4),
        ("/in", "case.changed", "checked", 5),
        ("/in", "case.closed", "closed", 6),
    ]
    assert len({headers["webhook-id"] for _, headers, _ in partner_system.requests}) == 6
    assert {message.state for message in messages()} == {"sent"}


def test_no_person_and_no_place_is_told(
    town: Town, endpoint: dict[str, Any], partner_system: PushService, do_jobs: Jobs
) -> None:
    hazard(town)
    do_jobs()

    [(_, _, body)] = partner_system.requests
    assert set(orjson.loads(body)["data"]) == {
        "id", "number", "item_code", "severity", "state", "version",
        "reported_at", "due_at", "step_due_at", "closed_at",
    }  # fmt: skip


def test_restricted_cases_and_those_of_others_are_not_told(
    town: Town, endpoint: dict[str, Any]
) -> None:
    inspect(town, failing="H01")
    hazard(town, by="other_worker")

    assert messages() == []


def test_an_address_is_told_what_it_asked_for(
    town: Town, admin: FlaskClient, broker: Valkey, url: str
) -> None:
    admin.post("/api/webhooks", json=new_endpoint(town, url, events=["case.closed"]))

    bring_to_an_end(town, hazard(town))

    assert [message.event for message in messages()] == ["case.closed"]


@pytest.mark.parametrize(
    "url", ["http://partner.example/in", "https://10.0.0.1/", "https://u:p@a.example/", "x"]
)
def test_an_inner_address_is_refused(town: Town, admin: FlaskClient, url: str) -> None:
    answer = admin.post("/api/webhooks", json=new_endpoint(town, url))

    assert [error["pointer"] for error in answer.json["errors"]] == ["/url"]


def test_a_redirect_is_not_followed(
    town: Town, endpoint: dict[str, Any], partner_system: PushService, do_jobs: Jobs
) -> None:
    partner_system.status = 302
    partner_system.answer = {"Location": f"http://127.0.0.1:{partner_system.port}/inner"}
    hazard(town)
    do_jobs()

    assert [path for path, _, _ in partner_system.requests] == ["/in"]
    assert messages()[0].state == "queued"


def test_a_failure_is_logged_and_tried_again_later(
    town: Town,
    admin: FlaskClient,
    endpoint: dict[str, Any],
    partner_system: PushService,
    do_jobs: Jobs,
) -> None:
    partner_system.status = 503
    hazard(town)
    do_jobs()
    [row] = messages()
    waits = []
    for _ in WAITS:
        waits.append(round((row.next_attempt_at - utc_now()).total_seconds()))
        come(row)
        deliver(str(row.id))
        [row] = messages()

    assert [abs(wait - due) < 3 for wait, due in zip(waits, WAITS, strict=True)] == [True] * 9
    assert row.state == "failed"
    assert [one["status"] for one in log(admin, endpoint)[0]["tries"]] == [503] * 10


def test_a_dead_address_rests_and_is_switched_off_after_days(
    town: Town, endpoint: dict[str, Any], partner_system: PushService, do_jobs: Jobs
) -> None:
    partner_system.status = 500
    hazard(town)
    do_jobs()
    hazard(town)
    do_jobs()
    assert len(partner_system.requests) == 1  # the second waits, too

    first = messages()[0]
    with transaction():
        first.endpoint.failing_since = utc_now() - DISABLE_AFTER - timedelta(minutes=1)
    come(first)
    deliver(str(first.id))

    row = db.session.get_one(WebhookEndpoint, UUID(endpoint["id"]))
    assert row.disabled_why == "连续 5 天没有成功"
    assert {message.state for message in messages()} == {"failed"}
    hazard(town)
    assert len(messages()) == 2


def test_an_address_that_is_gone_is_switched_off_at_once(
    town: Town, admin: FlaskClient, endpoint: dict[str, Any], partner_system: PushService,
    do_jobs: Jobs,
) -> None:  # fmt: skip
    partner_system.status = 410
    hazard(town)
    do_jobs()
    path = f"/api/webhooks/{endpoint['id']}"
    assert admin.post(f"{path}/test").status_code == 409

    partner_system.status = 200
    assert admin.post(f"{path}/enable").json["disabled_at"] is None
    [one] = log(admin, endpoint)
    assert admin.post(f"{path}/replay", json={"message_id": one["id"]}).json == {"messages": 1}
    do_jobs()

    assert [message.state for message in messages()] == ["sent"]
    first, second = (headers["webhook-id"] for _, headers, _ in partner_system.requests)
    assert first == second == one["id"]


def test_a_span_is_sent_again(
    town: Town, admin: FlaskClient, endpoint: dict[str, Any], partner_system: PushService,
    do_jobs: Jobs,
) -> None:  # fmt: skip
    for _ in range(3):
        hazard(town)
    do_jobs()
    second = log(admin, endpoint)[1]["created_at"]
    path = f"/api/webhooks/{endpoint['id']}/replay"

    assert admin.post(path, json={"since": second}).json == {"messages": 2}
    do_jobs()

    assert len(partner_system.requests) == 5
    assert len({headers["webhook-id"] for _, headers, _ in partner_system.requests}) == 3
    assert admin.post(path, json={}).status_code == 422


def test_the_button_tries_an_address(
    town: Town, admin: FlaskClient, endpoint: dict[str, Any], partner_system: PushService,
    do_jobs: Jobs,
) -> None:  # fmt: skip
    assert admin.post(f"/api/webhooks/{endpoint['id']}/test").status_code == 202
    do_jobs()

    [(_, headers, body)] = partner_system.requests
    assert Webhook(endpoint["secret"]).verify(body, headers)["type"] == "test"
    assert log(admin, endpoint)[0]["tries"][0]["status"] == 200


def test_nothing_is_lost_while_the_broker_is_away(
    town: Town, endpoint: dict[str, Any], partner_system: PushService, broker: Valkey, do_jobs: Jobs
) -> None:
    broker.stop()
    hazard(town)
    assert [message.state for message in messages()] == ["queued"]

    broker.start()
    deadline = time.monotonic() + 20
    while messages()[0].state != "sent":
        assert time.monotonic() < deadline
        sweep()  # as the schedule does; the broker is left in peace for a moment
        do_jobs()

    assert len(partner_system.requests) == 1


def test_old_messages_are_forgotten_with_their_tries(
    town: Town, endpoint: dict[str, Any], partner_system: PushService, do_jobs: Jobs
) -> None:
    for _ in range(2):
        hazard(town)
    do_jobs()
    with transaction():
        messages()[0].created_at -= timedelta(days=91)

    forget_old_webhooks()

    assert len(messages()) == 1
    assert db.session.query(WebhookAttempt).count() == 1


def test_the_secret_is_told_once(admin: FlaskClient, endpoint: dict[str, Any]) -> None:
    assert endpoint["secret"].startswith("whsec_")
    assert endpoint["secret"] not in admin.get("/api/webhooks").get_data(as_text=True)


def test_another_administrator_sees_none_of_it(
    town: Town, endpoint: dict[str, Any], sign_in: SignIn
) -> None:
    for name in ("dispatcher", "supervisor", "worker"):
        assert sign_in(name).get("/api/webhooks").status_code == 403
