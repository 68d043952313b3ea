"""Tasks on the phone: what a worker says of them, and what is never lost."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from backend.db import db, transaction
from backend.media.models import Photo
from backend.patrols.models import LastSeen
from backend.tasks.models import TaskKind
from tests.conftest import SignIn
from tests.sync.phone import Phone, now
from tests.tasks.desk import new_task, photo
from tests.town import Town


@pytest.fixture
def desk(sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


@pytest.fixture
def phone(sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


@pytest.fixture
def task_id(town: Town, desk: FlaskClient) -> str:
    task_id: str = desk.post("/api/tasks", json=new_task(town)).json["id"]
    return task_id


def finished(task_id: str, **more: Any) -> dict[str, Any]:
    return {
        "task_id": task_id,
        "seen_state": "accepted",
        "text": "已配齐",
        "position": None,
        "photos": [],
        "outcome": None,
        **more,
    }


def accepted(task_id: str) -> dict[str, Any]:
    return {"task_id": task_id, "seen_state": "assigned"}


def test_a_task_from_the_desk_to_its_end(desk: FlaskClient, phone: Phone, task_id: str) -> None:
    phone.pull()
    assert [row["state"] for row in phone.of_kind("task")] == ["assigned"]

    picture = photo()
    here = {"lng": 121.0011, "lat": 32.0011, "accuracy": 9, "at": now(), "source": "gps"}
    assert phone.do("task.read", {"task_id": task_id})["verdict"] == "ok"
    assert phone.do("task.accept", accepted(task_id))["verdict"] == "ok"
    done = finished(task_id, photos=[picture], position=here)
    assert phone.do("task.finish", done)["verdict"] == "ok"

    task = desk.get(f"/api/tasks/{task_id}").json
    assert task["state"] == "done"
    assert task["result"]["text"] == "已配齐"
    assert [item["id"] for item in task["result"]["photos"]] == [picture["photo_id"]]
    assert all(task["receipts"].values()), task["receipts"]
    assert all(row["accepted_at"] for row in task["deliveries"] if row["code"] == "task-assigned")
    assert [event["action"] for event in task["history"]] == ["assign", "read", "accept", "finish"]
    phone.pull()
    assert phone.of_kind("task")[0]["state"] == "done"
    assert phone.of_kind("photo")[0]["owner_id"] == task_id
    seen = db.session.query(LastSeen).one()
    assert (seen.lng, seen.source) == (121.0011, "gps")


def test_finishing_accepts_by_itself(desk: FlaskClient, phone: Phone, task_id: str) -> None:
    phone.do("task.finish", finished(task_id, seen_state="assigned"))

    receipts = desk.get(f"/api/tasks/{task_id}").json["receipts"]
    assert receipts["accepted_at"] == receipts["finished_at"] is not None


def test_the_same_again_is_no_error(phone: Phone, task_id: str) -> None:
    for _ in range(2):
        assert phone.do("task.accept", accepted(task_id))["verdict"] == "ok"


def test_what_was_done_after_a_cancellation_is_kept(
    desk: FlaskClient, phone: Phone, task_id: str
) -> None:
    desk.post(f"/api/tasks/{task_id}/cancel", json={"reason": "重复"})
    picture = photo()

    result = phone.do("task.finish", finished(task_id, photos=[picture]))

    assert result["verdict"] == "ok_merged"
    assert "已撤销" in result["message"]
    assert result["record"]["state"] == "cancelled"
    task = desk.get(f"/api/tasks/{task_id}").json
    assert task["state"] == "cancelled"
    assert [(line["action"], line["text"]) for line in task["history"]][-1] == (
        "evidence",
        "已配齐",
    )
    assert [item["id"] for item in task["result"]["photos"]] == [picture["photo_id"]]


def test_a_step_that_is_no_longer_possible_answers_how_things_stand(
    desk: FlaskClient, phone: Phone, task_id: str
) -> None:
    desk.post(f"/api/tasks/{task_id}/cancel", json={"reason": "重复"})

    result = phone.do("task.accept", accepted(task_id))

    assert (result["verdict"], result["code"]) == ("rejected", "illegal-transition")
    assert result["record"]["state"] == "cancelled"
    assert result["record"]["id"] == task_id


def test_returning_needs_a_reason(desk: FlaskClient, phone: Phone, task_id: str) -> None:
    empty = phone.do("task.return", {**accepted(task_id), "reason": ""})
    assert (empty["code"], empty["errors"][0]["pointer"]) == ("validation", "/args/reason")

    assert phone.do("task.return", {**accepted(task_id), "reason": "无人"})["verdict"] == "ok"

    task = desk.get(f"/api/tasks/{task_id}").json
    assert (task["state"], task["return_reason"]) == ("returned", "无人")
    assert desk.post(f"/api/tasks/{task_id}/cancel", json={"reason": "x"}).status_code == 409


def test_a_photo_is_asked_for_where_the_township_says_why(
    town: Town, phone: Phone, task_id: str
) -> None:
    with transaction():
        kind = db.session.query(TaskKind).filter_by(
            kind="recheck", org_unit_id=town.units["金新街道"].id
        )
        row = kind.one()
        row.photo_required, row.photo_reason = True, "整改须留证"

    refused = phone.do("task.finish", finished(task_id))
    assert (refused["code"], refused["errors"][0]["pointer"]) == (
        "photo-required",
        "/args/photos",
    )
    assert phone.do("task.finish", finished(task_id, photos=[photo()]))["verdict"] == "ok"


@pytest.mark.parametrize("who", ["worker2", "other_worker"])
def test_anothers_task_does_not_exist(sign_in: SignIn, task_id: str, who: str) -> None:
    phone = Phone(sign_in(who))

    result = phone.do("task.finish", finished(task_id, photos=[photo()]))

    assert (result["verdict"], result["code"]) == ("rejected", "not-found")
    assert db.session.query(Photo).count() == 0
    phone.pull()
    assert phone.of_kind("task") == []


def test_receipts_never_lie_in_the_future(desk: FlaskClient, phone: Phone, task_id: str) -> None:
    ahead = phone.mutation("task.read", {"task_id": task_id}, captured_at="2099-01-01T00:00:00Z")

    assert phone.push(ahead).json["results"][0]["verdict"] == "ok"

    assert desk.get(f"/api/tasks/{task_id}").json["receipts"]["read_at"] <= now()
