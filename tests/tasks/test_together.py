"""Tasks for a grid and for several workers; time asked for; what comes after a reassignment."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.cases.models import CaseEvent
from backend.clock.calendar import ZONE
from backend.db import db, transaction, utc_now
from backend.delivery.models import Message
from backend.org.models import GridDuty, Notice
from backend.tasks.models import Task
from tests.conftest import SignIn
from tests.sync.phone import Phone, now
from tests.tasks.desk import add_case, new_task, photo
from tests.tasks.test_phone import accepted, finished
from tests.town import LONG_AGO, Town

HERE = {"lng": 121.0011, "lat": 32.001, "accuracy": 9, "at": now(), "source": "gps"}


@pytest.fixture
def desk(sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


@pytest.fixture
def crew(town: Town, sign_in: SignIn) -> dict[str, Phone]:
    """Two workers and the head hold a duty in village 1."""
    with transaction():
        grid = town.grids["金新街道1村"]
        user = town.users["worker2"]
        db.session.add(GridDuty(user=user, grid_id=grid.id, kind="part_time", since=LONG_AGO))
    return {name: Phone(sign_in(name)) for name in ("worker", "worker2", "head")}


def for_grid(town: Town, **more: Any) -> dict[str, Any]:
    grid = str(town.grids["金新街道1村"].id)
    return new_task(town, assignee_id=None, for_grid_id=grid, **more)


def told(who: str, town: Town) -> list[str]:
    query = select(Message.code).where(Message.user_id == town.users[who].id)
    return list(db.session.scalars(query.order_by(Message.created_at)))


@pytest.mark.parametrize("order", list(permutations(("worker", "worker2", "head"))))
def test_the_first_of_a_grid_to_accept_has_the_task(
    town: Town, desk: FlaskClient, crew: dict[str, Phone], order: tuple[str, ...]
) -> None:
    task_id = desk.post("/api/tasks", json=for_grid(town)).json["id"]
    for phone in crew.values():
        phone.pull()
        assert [row["state"] for row in phone.of_kind("task")] == ["offered"]

    first, *late = order
    results = {name: crew[name].do("task.accept", accepted(task_id)) for name in order}

    assert results[first]["verdict"] == "ok"
    assert "message" not in results[first]
    for name in late:
        assert results[name]["verdict"] == "ok_merged"
        assert "已由其他同事办理" in results[name]["message"]
        crew[name].pull()
        assert crew[name].of_kind("task") == []
        notices = [row["code"] for row in crew[name].of_kind("notice")]
        assert sorted(notices) == ["task-lost", "task-taken"]
    assert told(first, town) == ["task-offered"]
    task = desk.get(f"/api/tasks/{task_id}").json
    assert (task["state"], task["assignee"]["id"]) == ("accepted", str(town.users[first].id))
    crew[first].pull()
    assert [row["state"] for row in crew[first].of_kind("task")] == ["accepted"]


def test_who_did_a_task_of_the_grid_that_was_anothers_keeps_the_evidence(
    town: Town, desk: FlaskClient, crew: dict[str, Phone]
) -> None:
    task_id = desk.post("/api/tasks", json=for_grid(town)).json["id"]
    crew["worker"].do("task.accept", accepted(task_id))
    picture = photo()

    late = crew["worker2"].do("task.finish", finished(task_id, photos=[picture], text="我也去了"))

    assert late["verdict"] == "ok_merged"
    assert "已作为记录保存" in late["message"]
    task = desk.get(f"/api/tasks/{task_id}").json
    assert task["state"] == "accepted"
    assert task["history"][-1]["text"] == "我也去了"
    assert [item["id"] for item in task["result"]["photos"]] == [picture["photo_id"]]


def test_a_grid_takes_no_restricted_task_and_none_from_elsewhere(
    town: Town, desk: FlaskClient, sign_in: SignIn
) -> None:
    case = add_case(town, restricted=True)
    other = str(town.grids["川姜镇1村"].id)

    secret = desk.post("/api/tasks", json=for_grid(town, house_id=None, case_id=str(case.id)))
    foreign = desk.post("/api/tasks", json={**for_grid(town), "for_grid_id": other})
    nobody = desk.post("/api/tasks", json=new_task(town, assignee_id=None))

    pointers = [answer.json["errors"][0]["pointer"] for answer in (secret, foreign, nobody)]
    assert pointers == ["/for_grid_id", "/for_grid_id", "/assignee_id"]
    phone = Phone(sign_in("other_worker"))
    task_id = desk.post("/api/tasks", json=for_grid(town)).json["id"]
    assert phone.do("task.accept", accepted(task_id))["code"] == "not-found"


def joint(town: Town, **more: Any) -> dict[str, Any]:
    partners = [str(town.users[name].id) for name in ("worker2", "head")]
    return new_task(town, partner_ids=partners, **more)


def test_a_joint_task_is_one_record_of_all_who_share_it(
    town: Town, desk: FlaskClient, crew: dict[str, Phone]
) -> None:
    task_id = desk.post("/api/tasks", json=joint(town)).json["id"]
    own: dict[str, str] = {}
    for name, phone in crew.items():
        phone.pull()
        [row] = phone.of_kind("task")
        own[name] = row["id"]
        assert row["partners"][0]["name"] == "测试worker"
        phone.do("task.accept", accepted(row["id"]))
        phone.do("task.arrive", {**accepted(row["id"]), "position": HERE})
    pictures = {name: photo() for name in crew}

    for name in ("worker2", "worker", "head"):
        done = finished(own[name], photos=[pictures[name]], text=name)
        assert crew[name].do("task.finish", done)["verdict"] == "ok"

    task = desk.get(f"/api/tasks/{task_id}").json
    assert task["state"] == "done"
    assert task["result"]["text"] == "worker2"  # the first finish counts
    assert {item["id"] for item in task["result"]["photos"]} == {
        picture["photo_id"] for picture in pictures.values()
    }
    assert {(one["state"], one["arrived_at"] is not None) for one in task["partners"]} == {
        ("done", True)
    }
    actions = [line["action"] for line in task["history"]]
    counts = [actions.count(action) for action in ("finish", "evidence", "arrive")]
    assert counts == [1, 2, 3]
    assert [item["id"] for item in desk.get("/api/tasks").json["items"]] == [task_id]
    for phone in crew.values():
        phone.pull()
        assert [row["state"] for row in phone.of_kind("task")] == ["done"]


def test_a_joint_visit_of_a_case_stands_in_its_thread(
    town: Town, desk: FlaskClient, crew: dict[str, Phone]
) -> None:
    case = add_case(town)
    wanted = joint(town, house_id=None, case_id=str(case.id))
    task_id = desk.post("/api/tasks", json=wanted).json["id"]

    crew["worker"].do("task.arrive", {**accepted(task_id), "position": HERE})
    crew["worker"].do("task.finish", finished(task_id))

    query = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.version)
    thread = [(line.action, line.text) for line in db.session.scalars(query)]
    assert [action for action, _ in thread] == [
        *["task_assign"] * 3,
        "task_arrive",
        "task_finish",
    ]
    assert thread[3][1] == "距任务地点 9 米"


def test_calling_a_joint_task_off_ends_it_for_all(
    town: Town, desk: FlaskClient, crew: dict[str, Phone]
) -> None:
    task_id = desk.post("/api/tasks", json=joint(town)).json["id"]

    desk.post(f"/api/tasks/{task_id}/cancel", json={"reason": "重复"})

    for phone in crew.values():
        phone.pull()
        assert [row["state"] for row in phone.of_kind("task")] == ["cancelled"]


def test_what_comes_after_a_reassignment_is_kept_and_its_worker_told(
    town: Town, desk: FlaskClient, crew: dict[str, Phone]
) -> None:
    task_id = desk.post("/api/tasks", json=new_task(town)).json["id"]
    crew["worker"].do("task.accept", accepted(task_id))
    to = {"worker_id": str(town.users["worker2"].id), "reason": "请假"}
    moved = desk.post(f"/api/tasks/{task_id}/reassign", json=to)
    assert (moved.json["state"], moved.json["assignee"]["name"]) == ("assigned", "测试worker2")
    assert moved.json["receipts"]["accepted_at"] is None
    picture = photo()

    late = crew["worker"].do("task.finish", finished(task_id, photos=[picture], text="已办好"))
    back = crew["worker"].do("task.return", {**accepted(task_id), "reason": "不在我的网格"})

    assert (late["verdict"], back["verdict"]) == ("ok_merged", "ok_merged")
    crew["worker"].pull()
    assert crew["worker"].of_kind("task") == []
    notices = db.session.scalars(select(Notice).order_by(Notice.created_at)).all()
    assert [notice.code for notice in notices] == ["task-reassigned", "task-lost", "task-lost"]
    assert all("已作为记录保存" in notice.text for notice in notices[1:])
    task = desk.get(f"/api/tasks/{task_id}").json
    kept = [line["text"] for line in task["history"][-2:]]
    assert (task["state"], kept) == ("assigned", ["已办好", "要求退回:不在我的网格"])
    assert [item["id"] for item in task["result"]["photos"]] == [picture["photo_id"]]
    assert crew["worker2"].do("task.accept", accepted(task_id))["verdict"] == "ok"


@pytest.mark.parametrize(
    ("who", "status"),
    [("dispatcher", 200), ("head", 200), ("supervisor", 403), ("other_dispatcher", 404)],
)
def test_who_may_reassign(
    town: Town, desk: FlaskClient, sign_in: SignIn, who: str, status: int
) -> None:
    task_id = desk.post("/api/tasks", json=new_task(town)).json["id"]
    to = {"worker_id": str(town.users["head"].id), "reason": "请假"}

    assert sign_in(who).post(f"/api/tasks/{task_id}/reassign", json=to).status_code == status


def test_a_task_goes_to_nobody_who_is_not_there(town: Town, desk: FlaskClient) -> None:
    task_id = desk.post("/api/tasks", json=new_task(town)).json["id"]
    address = f"/api/tasks/{task_id}/reassign"
    stranger = {"worker_id": str(town.users["other_worker"].id), "reason": "x"}

    assert desk.post(address, json=stranger).json["errors"][0]["pointer"] == "/assignee_id"
    desk.post(f"/api/tasks/{task_id}/cancel", json={"reason": "x"})
    worker2 = {"worker_id": str(town.users["worker2"].id), "reason": "x"}
    assert desk.post(address, json=worker2).status_code == 409


def asked(task_id: str, days: float) -> dict[str, Any]:
    until = (utc_now().astimezone(ZONE) + timedelta(days=days)).date().isoformat()
    return {"task_id": task_id, "seen_state": "assigned", "until": until, "reason": "房东出差"}


@pytest.mark.parametrize("granted", [True, False])
def test_time_is_asked_for_and_answered(
    town: Town, desk: FlaskClient, crew: dict[str, Phone], *, granted: bool
) -> None:
    made = desk.post("/api/tasks", json=new_task(town)).json
    address = f"/api/tasks/{made['id']}/time"
    assert desk.post(address, json={"granted": granted}).status_code == 409
    want = asked(made["id"], 5)

    assert crew["worker"].do("task.extend", want)["verdict"] == "ok"
    asking = desk.get("/api/tasks?ask_state=asked").json["items"]
    assert [row["id"] for row in asking] == [made["id"]]
    answer = desk.post(address, json={"granted": granted, "answer": "抓紧"}).json

    assert answer["ask"]["state"] == ("granted" if granted else "refused")
    assert (answer["due_at"] != made["due_at"]) is granted
    crew["worker"].pull()
    [row] = crew["worker"].of_kind("task")
    assert (row["ask_answer"], row["due_at"][:19]) == ("抓紧", answer["due_at"][:19])
    assert told("worker", town)[-1] == f"task-time-{answer['ask']['state']}"
    assert desk.post(address, json={"granted": granted}).status_code == 409


def test_no_time_is_asked_for_before_the_deadline_or_after_the_end(
    town: Town, desk: FlaskClient, crew: dict[str, Phone]
) -> None:
    task_id = desk.post("/api/tasks", json=new_task(town)).json["id"]

    early = crew["worker"].do("task.extend", asked(task_id, 1))
    assert (early["code"], early["errors"][0]["pointer"]) == ("validation", "/args/until")
    desk.post(f"/api/tasks/{task_id}/cancel", json={"reason": "x"})
    assert crew["worker"].do("task.extend", asked(task_id, 5))["code"] == "illegal-transition"


def form_of(town: Town, desk: FlaskClient) -> str:
    fields = [
        {"code": "people", "label": "人数", "kind": "number", "required": True},
        {"code": "way", "label": "方式", "kind": "choice", "options": ["当面", "电话"]},
        {"code": "gas", "label": "瓶装气", "kind": "yes_no", "required": True},
        {"code": "door", "label": "门牌", "kind": "photo", "required": True},
    ]
    unit = str(town.units["金新街道"].id)
    body = {"org_unit_id": unit, "name": "用气登记", "fields": fields}
    first, second = (desk.post("/api/task-forms", json=body).json for _ in range(2))
    assert (first["version"], second["version"]) == (1, 2)
    listed: Any = desk.get("/api/task-forms").json
    assert [(form["version"], form["org_unit_id"], form["mine"]) for form in listed] == [
        (2, unit, True)
    ]
    form_id: str = second["id"]
    return form_id


def test_a_form_that_could_not_be_answered_is_refused(town: Town, desk: FlaskClient) -> None:
    def wrong(*fields: dict[str, Any]) -> list[str]:
        unit = str(town.units["金新街道"].id)
        body = {"org_unit_id": unit, "name": "走访", "fields": list(fields)}
        refused: Any = desk.post("/api/task-forms", json=body).json
        return [error["pointer"] for error in refused["errors"]]

    way = {"code": "way", "label": "方式", "kind": "choice", "options": ["当面"]}
    assert wrong(way) == ["/fields/0/options"]
    assert wrong({**way, "options": ["当面", "当面"]}) == ["/fields/0/options"]
    people = {"code": "people", "label": "人数", "kind": "number"}
    assert wrong(people, people) == ["/fields"]


def test_one_who_only_reads_tasks_changes_no_form(
    town: Town, desk: FlaskClient, sign_in: SignIn
) -> None:
    form_of(town, desk)

    seen: Any = sign_in("supervisor").get("/api/task-forms").json
    assert [form["mine"] for form in seen] == [False]


def test_a_form_is_filled_in_as_it_asks(
    town: Town, desk: FlaskClient, crew: dict[str, Phone]
) -> None:
    wanted = new_task(town, form_id=form_of(town, desk))
    task_id = desk.post("/api/tasks", json=wanted).json["id"]
    crew["worker"].pull()
    assert crew["worker"].of_kind("task")[0]["form"]["version"] == 2
    wrong = {"people": "三", "way": "微信", "gas": "maybe", "else": "x"}

    refused = crew["worker"].do("task.finish", finished(task_id, answers=wrong))
    right = {"people": "3", "way": "当面", "gas": "no"}
    done = finished(task_id, answers=right, photos=[photo(item_code="door")])

    assert refused["code"] == "validation"
    assert {error["pointer"].rpartition("/")[2] for error in refused["errors"]} == {
        "people",
        "way",
        "gas",
        "else",
        "door",
    }
    assert crew["worker"].do("task.finish", done)["verdict"] == "ok"
    task = desk.get(f"/api/tasks/{task_id}").json
    assert (task["answers"], task["form"]["version"]) == (right, 2)


def test_a_form_of_another_township_is_no_form(town: Town, desk: FlaskClient) -> None:
    wanted = new_task(town, form_id=str(uuid4()))
    assert desk.post("/api/tasks", json=wanted).json["errors"][0]["pointer"] == "/form_id"
    unit = {"org_unit_id": str(town.units["川姜镇"].id), "name": "x"}
    field = {"code": "a", "label": "a", "kind": "text"}
    assert desk.post("/api/task-forms", json={**unit, "fields": [field]}).status_code == 404


def test_the_nearest_on_duty_stand_first(
    town: Town, desk: FlaskClient, crew: dict[str, Phone]
) -> None:
    for name, lng in (("worker", 121.009), ("worker2", 121.002)):
        start = {"patrol_id": str(uuid4()), "kind": "day", "recording": False}
        where = {**HERE, "lng": lng, "at": now()}
        assert crew[name].do("patrol.start", {**start, "position": where})["verdict"] == "ok"

    near: Any = desk.get("/api/tasks/nearest?lng=121.001&lat=32.001").json

    assert [one["name"] for one in near] == ["测试worker2", "测试worker"]  # the head is off duty
    assert [one["metres"] for one in near] == [94, 754]
    assert near[0]["seen_at"]


def test_receipts_of_an_offer_do_not_deliver_the_task(town: Town, desk: FlaskClient) -> None:
    task_id = desk.post("/api/tasks", json=for_grid(town)).json["id"]

    task = db.session.get_one(Task, UUID(task_id))
    assert (task.assignee_id, task.delivered_at) == (None, None)
