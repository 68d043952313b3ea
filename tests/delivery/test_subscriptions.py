"""Where a browser may be reached, and what the server will never call."""

from __future__ import annotations

import socket

import pytest
from flask.testing import FlaskClient

from backend.db import db
from backend.delivery import subscriptions
from backend.delivery.keys import vapid_key
from backend.delivery.models import PushSubscription
from backend.delivery.subscriptions import UnsafeEndpoint
from tests.browser.push_receiver import Receiver
from tests.conftest import SignIn
from tests.delivery.services import PushService
from tests.town import Town

FAR = "https://push.example.com/abc"


def rows() -> list[PushSubscription]:
    db.session.expire_all()
    return db.session.query(PushSubscription).order_by(PushSubscription.id).all()


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/abc",
        "https://127.0.0.1/abc",
        "https://localhost/abc",
        "https://10.0.0.8/abc",
        "https://192.168.1.1:8443/abc",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/abc",
        "https://[fd00::1]/abc",
        "https://intranet/abc",
        "https://db.internal/abc",
        "https://user:word@push.example.com/abc",
        "https://push.example.com:nonsense/abc",
        "file:///etc/passwd",
        "nonsense",
    ],
)
def test_the_server_calls_nobody_in_its_own_house(sign_in: SignIn, endpoint: str) -> None:
    answer = sign_in("worker").post(
        "/api/push/subscriptions", json=Receiver(endpoint).subscription()
    )

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/endpoint")
    assert rows() == []


@pytest.mark.parametrize("inside", ["10.0.0.5", "127.0.0.1", "fd00::5"])
def test_a_name_that_leads_inside_is_found_out_at_sending(
    database: None, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    def look_up(*_args: object, **_more: object) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", ("93.184.216.34", 443)), (0, 0, 0, "", (inside, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)  # the world's name service

    with pytest.raises(UnsafeEndpoint):
        subscriptions.check_target(FAR)


@pytest.mark.parametrize(
    ("keys", "pointer"),
    [
        ({"p256dh": "AAAA"}, "/keys/p256dh"),
        ({"p256dh": "不是"}, "/keys/p256dh"),
        ({"auth": "AAAA"}, "/keys/auth"),
    ],
)
def test_keys_must_be_keys(sign_in: SignIn, keys: dict[str, str], pointer: str) -> None:
    right = Receiver(FAR).subscription()
    wrong = {**right, "keys": {**right["keys"], **keys}}  # type: ignore[dict-item]

    answer = sign_in("worker").post("/api/push/subscriptions", json=wrong)

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


def test_a_device_has_one_address(sign_in: SignIn) -> None:
    phone = sign_in("worker")
    for name in ("one", "two"):
        phone.post("/api/push/subscriptions", json=Receiver(f"{FAR}/{name}").subscription())

    assert [row.retired_why for row in rows()] == ["replaced", None]


def test_a_shared_phone_rings_for_whoever_is_signed_in(town: Town, sign_in: SignIn) -> None:
    subscription = Receiver(FAR).subscription()
    for who in ("worker", "worker2"):
        assert sign_in(who).post("/api/push/subscriptions", json=subscription).status_code == 204

    [row] = rows()
    assert row.user_id == town.users["worker2"].id


def test_signing_out_silences_the_device(worker: FlaskClient) -> None:
    worker.delete("/api/session")

    assert [row.retired_why for row in rows()] == ["signed out"]


def test_only_ones_own_address_can_be_taken_back(
    worker: FlaskClient, browser: Receiver, sign_in: SignIn, push_service: PushService
) -> None:
    body = {"endpoint": browser.endpoint}

    assert sign_in("worker2").delete("/api/push/subscriptions", json=body).status_code == 204
    assert rows()[0].retired_at is None
    assert worker.delete("/api/push/subscriptions", json=body).status_code == 204
    assert rows()[0].retired_why == "unsubscribed"


def test_there_is_one_key_for_ever(sign_in: SignIn) -> None:
    browser = sign_in("worker")

    keys = {browser.get("/api/session").json["vapid_public_key"] for _ in range(3)}

    assert keys == {vapid_key().public_b64}
