"""Tasks at the desk: who may assign what to whom, and who sees it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from backend.db import db, transaction, utc_now
from backend.tasks.models import Task, TaskKind
from tests.conftest import SignIn
from tests.tasks.desk import add_case, new_task
from tests.town import Town


def test_a_task_is_assigned_and_its_history_begins(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")

    answer = desk.post("/api/tasks", json=new_task(town))

    assert answer.status_code == 201, answer.json
    task = answer.json
    assert (task["state"], task["overdue"], task["record_track"]) == ("assigned", False, False)
    assert task["assignee"]["name"] == "测试worker"
    assert task["created_by"]["name"] == "测试dispatcher"
    assert task["house"]["address"] == task["place"] == "金新街道1村测试路1号"
    assert (task["lng"], task["lat"]) == (121.001, 32.001)
    assert [event["action"] for event in task["history"]] == ["assign"]
    assert [delivery["channel"] for delivery in task["deliveries"]] == ["live"]
    assert desk.get("/api/tasks").json["items"][0]["id"] == task["id"]
    assert desk.get(f"/api/tasks/{task['id']}").json == task


def test_a_task_about_a_case_copies_its_names(town: Town, sign_in: SignIn) -> None:
    case = add_case(town)

    wanted = new_task(town, house_id=None, case_id=str(case.id))
    answer = sign_in("dispatcher").post("/api/tasks", json=wanted)

    assert answer.json["case"] == {"id": str(case.id), "number": case.number, "title": "飞线充电"}
    assert answer.json["house"]["address"] == "金新街道1村测试路1号"


def test_a_task_without_house_or_case_stands_in_the_workers_grid(
    town: Town, sign_in: SignIn
) -> None:
    position = {"lng": 121.005, "lat": 32.005, "accuracy": None, "source": "map"}
    wanted = new_task(town, house_id=None, position=position, place="村口")

    task = sign_in("head").post("/api/tasks", json=wanted).json

    assert (task["lng"], task["place"], task["house"]) == (121.005, "村口", None)


def test_urgent_open_tasks_come_first(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    urgent, plain, ended, last = (
        desk.post("/api/tasks", json=new_task(town, urgency=urgency)).json["id"]
        for urgency in ("urgent", "normal", "urgent", "normal")
    )
    desk.post(f"/api/tasks/{ended}/cancel", json={"reason": "重复"})
    seen, cursor = list[str](), None
    for _ in range(4):
        query = {"limit": 1, **({"cursor": cursor} if cursor else {})}
        page = desk.get("/api/tasks", query_string=query).json
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]

    assert seen == [urgent, last, ended, plain]
    assert cursor is None


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("dispatcher", 201),
        ("district", 201),
        ("head", 201),
        ("worker", 403),
        ("supervisor", 403),
        ("officer", 403),
        ("admin", 403),
        ("other_dispatcher", 422),  # the house does not exist for them
    ],
)
def test_who_may_assign(town: Town, sign_in: SignIn, who: str, status: int) -> None:
    assert sign_in(who).post("/api/tasks", json=new_task(town)).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("dispatcher", 1), ("district", 1), ("head", 1), ("supervisor", 1), ("other_dispatcher", 0)],
)
def test_who_sees_a_task(town: Town, sign_in: SignIn, who: str, status: int) -> None:
    task = sign_in("dispatcher").post("/api/tasks", json=new_task(town)).json

    browser = sign_in(who)

    assert len(browser.get("/api/tasks").json["items"]) == status
    assert browser.get(f"/api/tasks/{task['id']}").status_code == (200 if status else 404)


@pytest.mark.parametrize("who", ["worker", "officer", "admin"])
def test_who_sees_no_tasks_at_all(sign_in: SignIn, who: str) -> None:
    assert sign_in(who).get("/api/tasks").status_code == 403


@pytest.mark.parametrize(
    ("assignee", "who"),
    [
        ("other_worker", "dispatcher"),  # of another township
        ("worker2", "head"),  # of another village
        ("supervisor", "dispatcher"),  # no worker
    ],
)
def test_whom_one_may_not_send(town: Town, sign_in: SignIn, assignee: str, who: str) -> None:
    wanted = new_task(town, assignee_id=str(town.users[assignee].id))

    answer = sign_in(who).post("/api/tasks", json=wanted)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/assignee_id"


def test_somebody_who_left_gets_no_task(town: Town, sign_in: SignIn) -> None:
    with transaction():
        town.users["worker"].active = False

    answer = sign_in("dispatcher").post("/api/tasks", json=new_task(town))

    assert answer.json["errors"][0]["pointer"] == "/assignee_id"


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"due_at": "2020-01-01T00:00:00Z"}, "/due_at"),
        ({"due_at": "2020-01-01T00:00:00"}, "/due_at"),
        ({"due_at": "0001-01-01T00:00:00+14:00"}, "/due_at"),
        ({"due_at": "9999-12-31T23:59:59-14:00"}, "/due_at"),
        ({"kind": "nonsense"}, "/kind"),
        ({"title": ""}, "/title"),
        ({"house_id": str(uuid4())}, "/house_id"),
        ({"case_id": str(uuid4())}, "/case_id"),
        ({"position": {"lng": 200, "lat": 32}}, "/position/lng"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_is_wrong_is_pointed_at(
    town: Town, sign_in: SignIn, wrong: dict[str, object], pointer: str
) -> None:
    answer = sign_in("dispatcher").post("/api/tasks", json=new_task(town, **wrong))

    assert answer.status_code == 422, answer.json
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_repeated_request_makes_no_second_task(town: Town, sign_in: SignIn) -> None:
    desk, wanted = sign_in("dispatcher"), new_task(town)

    first, again = (desk.post("/api/tasks", json=wanted) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    other = desk.post("/api/tasks", json={**wanted, "assignee_id": str(town.users["head"].id)})
    assert other.status_code == 409


def test_a_restricted_case_is_no_task_before_an_opinion(town: Town, sign_in: SignIn) -> None:
    case = add_case(town, restricted=True)
    wanted = new_task(town, house_id=None, case_id=str(case.id))

    refused = sign_in("dispatcher").post("/api/tasks", json=wanted)

    assert refused.status_code == 409
    assert "研判意见" in refused.json["detail"]
    assert sign_in("dispatcher").get("/api/tasks").json["items"] == []


def test_a_restricted_case_gives_a_restricted_task(town: Town, sign_in: SignIn) -> None:
    case = add_case(town, restricted=True, opinions=1)
    wanted = new_task(town, house_id=None, case_id=str(case.id))

    refused = sign_in("head").post("/api/tasks", json=wanted)
    assert refused.json["errors"][0]["pointer"] == "/case_id"

    task = sign_in("dispatcher").post("/api/tasks", json=wanted).json
    assert task["state"] == "assigned"
    supervisor = sign_in("supervisor")
    assert supervisor.get("/api/tasks").json["items"] == []
    assert supervisor.get(f"/api/tasks/{task['id']}").status_code == 404


def test_calling_a_task_off(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    address = f"/api/tasks/{desk.post('/api/tasks', json=new_task(town)).json['id']}/cancel"

    assert sign_in("supervisor").post(address, json={"reason": "x"}).status_code == 403
    assert sign_in("other_dispatcher").post(address, json={"reason": "x"}).status_code == 404
    task = desk.post(address, json={"reason": "重复派单"}).json
    again = desk.post(address, json={"reason": "重复派单"}).json

    assert (task["state"], again["state"]) == ("cancelled", "cancelled")
    assert [event["action"] for event in again["history"]] == ["assign", "cancel"]
    assert len(again["deliveries"]) == 2  # the worker hears of both


def test_a_track_is_kept_where_the_township_gives_a_reason(town: Town, sign_in: SignIn) -> None:
    with transaction():
        reason = {"record_track": True, "record_reason": "夜间安全"}
        unit = town.units["金新街道"].id
        db.session.add(
            TaskKind(org_unit_id=unit, kind="patrol", name="巡查", name_en="Patrol", **reason)
        )

    desk = sign_in("dispatcher")
    there = desk.post("/api/tasks", json=new_task(town, kind="patrol")).json

    assert there["record_track"] is True


def test_pages_and_filters(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    ids = [desk.post("/api/tasks", json=new_task(town)).json["id"] for _ in range(3)]
    desk.post(f"/api/tasks/{ids[0]}/cancel", json={"reason": "x"})

    first = desk.get("/api/tasks?limit=2").json
    second = desk.get(f"/api/tasks?limit=2&cursor={first['next']}").json

    assert [item["id"] for item in first["items"] + second["items"]] == ids[::-1]
    assert second["next"] is None
    assert [item["id"] for item in desk.get("/api/tasks?state=cancelled").json["items"]] == ids[:1]
    assert desk.get(f"/api/tasks?house_id={uuid4()}").json["items"] == []
    assert desk.get("/api/tasks?state=nonsense").status_code == 422
    assert desk.get("/api/tasks?cursor=nonsense").status_code == 422


def test_late_is_late(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    task_id = desk.post("/api/tasks", json=new_task(town)).json["id"]
    with transaction():
        db.session.get_one(Task, UUID(task_id)).due_at = utc_now() - timedelta(minutes=1)

    assert desk.get(f"/api/tasks/{task_id}").json["overdue"] is True
