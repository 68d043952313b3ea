"""Alerts of cameras and sensors: who is let in, and what is kept of who is not."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from standardwebhooks.webhooks import Webhook
from werkzeug.test import TestResponse

from backend.cases.models import Case
from backend.db import db, transaction, utc_now
from backend.jobs.upkeep import forget_old_calls
from backend.sources.alerts import MOST_REFUSED
from backend.sources.models import AlertCall, PhoneCode
from tests.conftest import SignIn
from tests.town import Town

DEVICES = {"CAM-7": {"lng": 121.012, "lat": 32.005, "address": "东门路口"}}


@dataclass
class Camera:
    """A platform that signs as the standard says."""

    http: FlaskClient
    id: str
    secret: str
    said: dict[str, Any] = field(
        default_factory=lambda: {"item": "P01", "text": "发现飞线", "device": "CAM-7"}
    )

    def call(self, message_id: str = "", **wrong: Any) -> TestResponse:
        """Raise an alert, with something wrong about it where a test wants that."""
        message_id = message_id or uuid4().hex
        body = json.dumps(wrong.get("said", self.said))
        at = wrong.get("at") or datetime.now(UTC)
        naive = at.replace(tzinfo=None)
        headers = {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(wrong.get("secret", self.secret)).sign(
                message_id, naive, body
            ),
        } | wrong.get("headers", {})
        return self.http.post(f"/api/alerts/{self.id}", data=body, headers=headers)


@pytest.fixture
def camera(town: Town, sign_in: SignIn, client: FlaskClient) -> Camera:
    grid = str(town.grids["金新街道1村"].id)
    told = {"name": "高空瞭望", "grid_id": grid, "devices": DEVICES}
    made = sign_in("dispatcher").post("/api/sources/alerts", json=told)
    assert made.status_code == 201, made.get_data(as_text=True)
    return Camera(client, made.json["id"], made.json["secret"])


def log(desk: FlaskClient, camera: Camera) -> list[str]:
    calls: Any = desk.get(f"/api/sources/alerts/{camera.id}/calls").json
    return [call["outcome"] for call in reversed(calls)]


def test_a_signed_alert_becomes_a_case_where_the_device_stands(
    camera: Camera, sign_in: SignIn
) -> None:
    desk = sign_in("dispatcher")

    answer = camera.call()

    assert answer.status_code == 201
    case = desk.get(f"/api/cases/{answer.json['case_id']}").json
    assert (case["source"], case["address"], case["lng"]) == ("sensor", "东门路口", 121.012)
    assert (case["note"], case["reporter"]["name"]) == ("高空瞭望:发现飞线", "感知设备")
    assert log(desk, camera) == ["opened"]


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("https://cam.example/7.jpg", "https://cam.example/7.jpg"),
        ("http://10.0.0.7/7.jpg", "http://10.0.0.7/7.jpg"),
        ("javascript:alert(1)", None),
        (None, None),
    ],
)
def test_the_case_leads_to_the_picture_of_the_alert(
    camera: Camera, sign_in: SignIn, told: str | None, shown: str | None
) -> None:
    case_id = camera.call(said=camera.said | {"photo_url": told}).json["case_id"]

    origin = sign_in("dispatcher").get(f"/api/cases/{case_id}/origin").json

    assert (origin["source"], origin["picture_url"]) == ("sensor", shown)


def test_forged_old_and_repeated_calls_are_refused_and_logged(
    camera: Camera, sign_in: SignIn
) -> None:
    desk, old = sign_in("dispatcher"), datetime.now(UTC) - timedelta(minutes=6)

    calls = [
        camera.call(secret="whsec_" + "A" * 43 + "="),
        camera.call(headers={"webhook-signature": "nonsense"}),
        camera.call(headers={"webhook-signature": "v1,%%%"}),
        camera.call(at=old),
        camera.call("twice"),
        camera.call("twice"),
    ]

    assert [call.status_code for call in calls] == [401, 401, 401, 401, 201, 401]
    assert calls[0].json["type"] == "/problems/alert-refused"
    assert log(desk, camera) == ["signature"] * 3 + ["timestamp", "opened", "replay"]
    assert len(desk.get("/api/cases").json["items"]) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"item": "Z99", "text": "x"},
        {"item": "P01", "text": "x", "device": "没有"},
        {"item": "P01"},
        {"item": "P01", "text": "x", "more": 1},
        [],
    ],
)
def test_what_cannot_be_used_is_told_and_logged_and_may_come_again(
    camera: Camera, sign_in: SignIn, said: Any
) -> None:
    answer = camera.call("same", said=said)

    assert answer.status_code == 422
    assert camera.call("same").status_code == 201
    assert log(sign_in("dispatcher"), camera) == ["content", "opened"]


def test_a_new_secret_ends_the_old_one(camera: Camera, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    fresh = desk.post(f"/api/sources/alerts/{camera.id}/secret").json["secret"]

    assert camera.call().status_code == 401
    camera.secret = fresh
    assert camera.call().status_code == 201
    assert "secret" not in desk.get("/api/sources/alerts").get_data(as_text=True)


def test_another_township_has_no_part_in_a_source(camera: Camera, sign_in: SignIn) -> None:
    other = sign_in("other_dispatcher")
    address = f"/api/sources/alerts/{camera.id}"

    assert other.get("/api/sources/alerts").json == []
    assert other.post(f"{address}/secret").status_code == 404
    assert other.get(f"{address}/calls").status_code == 404
    assert other.delete(address).status_code == 404


def test_a_retired_source_opens_nothing(camera: Camera, sign_in: SignIn) -> None:
    assert sign_in("dispatcher").delete(f"/api/sources/alerts/{camera.id}").status_code == 204

    assert camera.call().status_code == 404


def test_nobody_fills_the_log_without_a_signature(camera: Camera, sign_in: SignIn) -> None:
    for _ in range(MOST_REFUSED + 3):
        camera.call(headers={"webhook-signature": "v1,AAAA"})

    assert len(log(sign_in("dispatcher"), camera)) == MOST_REFUSED
    assert camera.call().status_code == 201


def test_old_calls_and_codes_are_forgotten_and_cases_stay(camera: Camera) -> None:
    case_id = camera.call().json["case_id"]
    camera.call(secret="whsec_d3Jvbmc=")
    now = utc_now()
    with transaction():
        opened = db.session.query(AlertCall).filter_by(outcome="opened").one()
        opened.at = now - timedelta(days=91)
        for phone, days in (("13800000001", 3), ("13800000002", 1)):
            sent = now - timedelta(days=days)
            db.session.add(PhoneCode(phone=phone, address="", code_sha256="", sent_at=sent))

    forget_old_calls()

    assert [call.outcome for call in db.session.query(AlertCall)] == ["signature"]
    assert [code.phone for code in db.session.query(PhoneCode)] == ["13800000002"]
    assert db.session.get(Case, UUID(case_id)) is not None
