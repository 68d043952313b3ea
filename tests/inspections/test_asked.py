"""Inspections that a task asked for by a checklist."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from backend.db import db, transaction, utc_now
from tests.conftest import SignIn
from tests.sync.deeds import inspection
from tests.sync.phone import Phone
from tests.tasks.desk import new_task
from tests.town import Town

HOUSE = "金新街道1村1"


@pytest.fixture
def desk(sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


@pytest.fixture
def phone(sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


def ask(town: Town, desk: FlaskClient, **more: Any) -> dict[str, Any]:
    wanted = new_task(town, kind="inspect", checklist_id=str(town.checklist.id), **more)
    answer = desk.post("/api/tasks", json=wanted)
    assert answer.status_code == 201, answer.json
    return dict(answer.json or {})


def made(town: Town, task: dict[str, Any], *failed: str, **more: Any) -> dict[str, Any]:
    return inspection(town, HOUSE, *failed) | {"task_id": task["id"], **more}


def shown(desk: FlaskClient, task: dict[str, Any]) -> dict[str, Any]:
    return dict(desk.get(f"/api/tasks/{task['id']}").json or {})


@pytest.mark.parametrize("failed", [(), ("D01",)])
def test_the_inspection_ends_its_task_and_stands_beside_it(
    town: Town, desk: FlaskClient, phone: Phone, failed: tuple[str, ...]
) -> None:
    task = ask(town, desk)
    named = {"code": "rental", "title": town.checklist.title, "title_en": "Test checklist"}
    assert task["checklist"] == named
    phone.pull()
    assert phone.of_kind("task")[0]["checklist"] == named

    args = made(town, task, *failed, note="已逐项看过")
    assert phone.do("inspection.submit", args)["verdict"] == "ok"

    after = shown(desk, task)
    assert (after["state"], after["result"]["text"]) == ("done", "已逐项看过")
    assert [event["action"] for event in after["history"]] == ["assign", "finish"]
    [found] = after["inspections"]
    assert (found["id"], found["version"]) == (args["inspection_id"], town.checklist.version)
    assert (found["result"] == "pass", found["fail_count"]) == (not failed, len(failed))


def test_a_task_is_not_ended_without_its_inspection(
    town: Town, desk: FlaskClient, phone: Phone
) -> None:
    task = ask(town, desk)
    done = {"task_id": task["id"], "seen_state": "assigned", "text": "好了", "photos": []}

    answer = phone.do("task.finish", done)

    assert answer["verdict"] == "rejected"
    assert town.checklist.title in answer["message"]
    assert shown(desk, task)["state"] == "assigned"


def test_who_met_nobody_has_the_task_still(town: Town, desk: FlaskClient, phone: Phone) -> None:
    task = ask(town, desk)

    phone.do("inspection.submit", made(town, task, answers=[], outcome="nobody_home"))

    after = shown(desk, task)
    assert after["state"] == "assigned"
    assert [one["outcome"] for one in after["inspections"]] == ["nobody_home"]


def test_a_version_put_in_force_meanwhile_answers_it_too(
    town: Town, desk: FlaskClient, phone: Phone
) -> None:
    task = ask(town, desk)
    with transaction():
        old = db.session.merge(town.checklist)
        old.state, old.retired_at = "retired", utc_now()
        db.session.flush()
        told = {name: getattr(old, name) for name in ("code", "title", "title_en", "items")}
        new = type(old)(version=old.version + 1, state="published", published_at=utc_now(), **told)
        db.session.add(new)
        db.session.flush()
        newest = str(new.id)

    phone.do("inspection.submit", made(town, task, checklist_id=newest))

    after = shown(desk, task)
    assert (after["state"], after["inspections"][0]["version"]) == ("done", 2)


def test_an_inspection_of_another_house_or_nobodys_task_is_kept_and_ends_nothing(
    town: Town, desk: FlaskClient, phone: Phone
) -> None:
    task = ask(town, desk, house_id=str(town.houses["金新街道1村2"].id))

    assert phone.do("inspection.submit", made(town, task))["verdict"] == "ok"
    stranger = inspection(town, HOUSE) | {"task_id": str(uuid4())}
    assert phone.do("inspection.submit", stranger)["verdict"] == "ok"

    after = shown(desk, task)
    assert (after["state"], after["inspections"]) == ("assigned", [])


def test_a_task_moved_meanwhile_keeps_the_inspection_and_says_so(
    town: Town, desk: FlaskClient, phone: Phone
) -> None:
    task = ask(town, desk)
    other = {"worker_id": str(town.users["worker2"].id), "reason": "轮休"}
    moved = desk.post(f"/api/tasks/{task['id']}/reassign", json=other)
    assert moved.status_code == 200, moved.json

    assert phone.do("inspection.submit", made(town, task))["verdict"] == "ok"

    after = shown(desk, task)
    assert after["state"] == "assigned"
    assert [event["action"] for event in after["history"]] == ["assign", "reassign", "evidence"]
    assert len(after["inspections"]) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "visit"},
        {"house_id": None},
        {"checklist_id": str(uuid4())},
    ],
)
def test_a_checklist_asks_for_a_house_and_a_version_in_force(
    town: Town, desk: FlaskClient, more: dict[str, Any]
) -> None:
    wanted = new_task(town, kind="inspect", checklist_id=str(town.checklist.id)) | more

    answer = desk.post("/api/tasks", json=wanted)

    assert answer.status_code == 422
    assert "checklist_id" in str(answer.json["errors"])


def test_a_checklist_and_a_form_are_not_both_asked_for(town: Town, desk: FlaskClient) -> None:
    unit = str(town.units["金新街道"].id)
    field = {"code": "q1", "label": "问", "kind": "text", "required": False, "options": []}
    kept = desk.post("/api/task-forms", json={"org_unit_id": unit, "name": "表", "fields": [field]})
    assert kept.status_code == 201, kept.json

    wanted = new_task(town, checklist_id=str(town.checklist.id), form_id=kept.json["id"])

    answer = desk.post("/api/tasks", json=wanted)

    assert "只选一项" in str(answer.json)
