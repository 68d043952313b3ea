"""Signing in: who gets in, who is slowed, what the proof is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from backend.db import db, transaction, utc_now
from backend.org import sessions
from backend.org.models import GridDuty, RoleGrant
from tests.conftest import SignIn
from tests.town import PASSWORD, PEOPLE, Town


def body(password: str = PASSWORD, username: str = "worker") -> dict[str, object]:
    device = {"id": str(uuid4()), "name": "phone", "kind": "phone"}
    return {"username": username, "password": password, "device": device}


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: FlaskClient, town: Town
) -> None:
    answer = client.post("/api/session", json=body())

    cookie = answer.headers["Set-Cookie"]
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=Strict"))
    assert answer.json["user"]["username"] == "worker"
    assert [grid["code"] for grid in answer.json["grids"]] == ["320612004000001"]
    assert answer.headers["X-Sync"] == "1"
    assert answer.headers["X-Epoch"] == answer.json["epoch"]


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(
    client: FlaskClient, town: Town
) -> None:
    wrong = client.post("/api/session", json=body("nonsense"))
    unknown = client.post("/api/session", json=body("nonsense", "nobody"))

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json == unknown.json
    assert wrong.json["type"] == "/problems/bad-credentials"


def test_guessing_is_slowed_and_the_right_password_waits_too(
    client: FlaskClient, town: Town
) -> None:
    for _ in range(5):
        client.post("/api/session", json=body("nonsense"))

    answer = client.post("/api/session", json=body())

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert "秒后再试" in answer.json["detail"]


def test_an_unsafe_request_needs_the_csrf_token(sign_in: SignIn) -> None:
    browser = sign_in("worker")
    browser.csrf_token = "guessed"  # type: ignore[attr-defined]

    answer = browser.delete("/api/session")

    assert answer.status_code == 403
    assert answer.json["type"] == "/problems/csrf"


def test_signing_out_ends_the_session(sign_in: SignIn) -> None:
    browser = sign_in("worker")
    assert browser.get("/api/session").status_code == 200

    assert browser.delete("/api/session").status_code == 204

    assert browser.get("/api/session").status_code == 401


def test_each_wrong_field_is_pointed_at(client: FlaskClient, town: Town) -> None:
    answer = client.post("/api/session", json={**body(), "extra": 1, "device": {"id": "x"}})

    pointers = {error["pointer"] for error in answer.json["errors"]}
    assert answer.status_code == 422
    assert {"/extra", "/device/id", "/device/name", "/device/kind"} <= pointers


@pytest.mark.parametrize("username", [person[0] for person in PEOPLE])
def test_the_statement_of_each_request_says_what_the_objects_say(town: Town, username: str) -> None:
    user, hour = town.users[username], timedelta(hours=1)
    times = {"川姜镇1村": (-2, -1), "川姜镇2村": (1, None), "金新街道2村": (-1, 1)}
    with transaction():
        device = sessions.DeviceInfo(uuid4(), "phone", "phone")
        opened = sessions.open_session(user, device)
        second = town.units["川姜镇1村"].id
        db.session.add(RoleGrant(user=user, role="supervisor", org_unit_id=second))
        for village, (since, until) in times.items():
            duty = GridDuty(user=user, grid_id=town.grids[village].id, kind="part_time")
            duty.since = utc_now() + since * hour
            duty.until = utc_now() + until * hour if until else None
            db.session.add(duty)
    db.session.expire_all()

    found = sessions.find_session(opened.token)

    assert found is not None
    objects = sessions.actor_of(user, device.id)
    assert (found.id, set(found.actor.grants)) == (opened.row.id, set(objects.grants))
    assert replace(found.actor, grants=()) == replace(objects, grants=())
    assert town.grids["金新街道2村"].id in objects.grid_ids
    assert town.grids["川姜镇2村"].id not in objects.grid_ids
