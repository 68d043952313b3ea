"""Messages about a case: who hears of it, and when enough has been said."""

from __future__ import annotations

from backend.cases.undo import LASTS
from backend.db import db, transaction, utc_now
from backend.delivery.models import Message
from backend.org.models import Notice
from tests.cases.steps import do
from tests.conftest import SignIn
from tests.inspections.work import hazard
from tests.tasks.desk import new_task
from tests.town import Town


def told(town: Town, username: str) -> list[Message]:
    db.session.expire_all()
    mine = db.session.query(Message).filter_by(user_id=town.users[username].id)
    return mine.order_by(Message.created_at).all()


def test_who_acts_on_a_case_needs_no_further_word_about_it(town: Town) -> None:
    case_id = hazard(town)
    fire = town.departments["金新街道消防"].id
    do(town, case_id, "dispatcher", "dispatch", department=fire)
    [message] = told(town, "officer")
    assert (message.code, message.read_at) == ("case-dispatched", None)

    do(town, case_id, "officer", "sign")

    [message] = told(town, "officer")
    assert message.accepted_at is not None
    assert {delivery.state for delivery in message.deliveries} <= {"spared", "sent", "queued"}
    assert not [
        one for one in message.deliveries if one.state == "queued" and one.channel != "live"
    ]


def test_a_dispatch_that_is_undone_tells_nobody(town: Town, sign_in: SignIn) -> None:
    case_id, desk = hazard(town), sign_in("dispatcher")
    given = {"department": str(town.departments["金新街道消防"].id)}
    began = utc_now()
    desk.post(f"/api/cases/{case_id}/actions/dispatch", json={"seen": 1, **given})
    [message] = told(town, "officer")
    assert min(one.next_attempt_at for one in message.deliveries) >= began + LASTS

    assert desk.post(f"/api/cases/{case_id}/undo", json={"seen": 2}).status_code == 200
    assert told(town, "officer") == []
    assert db.session.query(Notice).filter_by(user_id=town.users["officer"].id).all() == []

    desk.post(f"/api/cases/{case_id}/actions/dispatch", json={"seen": 3, **given})
    assert len(told(town, "officer")) == 1


def test_what_has_left_already_is_not_taken_back(town: Town, sign_in: SignIn) -> None:
    case_id, desk = hazard(town), sign_in("dispatcher")
    given = {"department": str(town.departments["金新街道消防"].id)}
    desk.post(f"/api/cases/{case_id}/actions/dispatch", json={"seen": 1, **given})
    with transaction():
        [message] = told(town, "officer")
        message.deliveries[0].attempts = 1

    desk.post(f"/api/cases/{case_id}/undo", json={"seen": 2})

    assert [one.id for one in told(town, "officer")] == [message.id]


def test_a_case_knows_what_was_sent_about_it_and_each_receipt(town: Town, sign_in: SignIn) -> None:
    case_id, desk = hazard(town), sign_in("dispatcher")
    fire = town.departments["金新街道消防"].id
    do(town, case_id, "dispatcher", "dispatch", department=fire)
    [message] = told(town, "officer")
    address = f"/api/messages/{message.id}/receipts"
    read = {"event": "read", "channel": "live"}
    assert sign_in("officer").post(address, json=read).status_code == 204

    rows = desk.get(f"/api/cases/{case_id}/messages").json or []

    assert {row["person"]["name"] for row in rows} == {"测试officer", "测试cleared"}
    mine = next(row for row in rows if row["person"]["name"] == "测试officer")
    screen = next(one for one in mine["deliveries"] if one["channel"] == "live")
    assert (mine["title"], screen["state"]) == ("新派遣的隐患", "read")
    assert None not in (mine["created_at"], screen["delivered_at"], screen["read_at"])
    assert sign_in("other_dispatcher").get(f"/api/cases/{case_id}/messages").status_code == 404


def test_what_a_task_of_it_sent_is_among_them(town: Town, sign_in: SignIn) -> None:
    case_id, desk = hazard(town), sign_in("dispatcher")
    desk.post("/api/tasks", json=new_task(town, case_id=str(case_id)))

    rows = desk.get(f"/api/cases/{case_id}/messages").json or []

    assert [(row["person"]["name"], row["code"]) for row in rows] == [
        ("测试worker", "task-assigned")
    ]
