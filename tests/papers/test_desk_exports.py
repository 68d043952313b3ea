"""The lists of a desk's day as files: each holds what the desk shows."""

from __future__ import annotations

from datetime import timedelta

from backend.cases.models import Case
from backend.db import db, new_id, transaction, utc_now
from backend.delivery.commands import send
from backend.delivery.models import Message
from backend.org.feedback import submit
from tests.cases.steps import bring_to_an_end
from tests.conftest import SignIn
from tests.inspections.work import hazard, inspect, position
from tests.papers.test_exports import export, lines
from tests.town import Town


def test_the_queue_leaves_as_filtered(town: Town, sign_in: SignIn) -> None:
    hazard(town, position=position(121.005, 32.005))
    inspect(town, failing="H01")
    desk = sign_in("dispatcher")
    shown = desk.get("/api/cases/queue?view=unassigned").json["items"]

    told = lines(export(desk, "queue", "csv", view="unassigned"))
    placed = export(desk, "queue", "geojson", view="unassigned").get_json(force=True)["features"]

    public = [row["number"] for row in shown if not row["restricted"]]
    assert len(shown) > len(public) > 0
    assert [row["编号"] for row in told] == public
    assert told[0]["当前由谁办理"] == "指挥中心"
    assert [one["geometry"]["coordinates"] for one in placed] == [[121.005, 32.005]]
    assert lines(export(desk, "queue", "csv", view="check")) == []


def test_the_wall_leaves_with_the_reason(town: Town, sign_in: SignIn) -> None:
    case_id = hazard(town)
    with transaction():
        db.session.get_one(Case, case_id).step_due_at = utc_now() - timedelta(days=10)
    desk = sign_in("dispatcher")
    [late] = desk.get("/api/late").json["items"]

    [row] = lines(export(desk, "late", "csv"))

    assert row["编号"] == late["number"]
    assert row["超期(工作分钟)"] == str(late["late_minutes"])
    assert lines(export(desk, "late", "csv", owner="department")) == []


def unanswered(town: Town) -> None:
    """An urgent message that the worker has not acknowledged in time."""
    words = {"title": "测试消息", "body": "请勿外传", "url": "/messages"}
    message = Message(user_id=town.users["worker"].id, code="test", urgency="urgent", **words)
    with transaction():
        send(message)
        [call] = [row for row in message.deliveries if row.channel == "call"]
        call.next_attempt_at = message.created_at


def test_what_was_sent_leaves_without_what_it_said(town: Town, sign_in: SignIn) -> None:
    unanswered(town)
    desk = sign_in("dispatcher")

    [sent] = lines(export(desk, "messages", "csv", q="测试worker"))
    [call] = lines(export(desk, "calls", "csv"))

    assert (sent["姓名"], sent["消息"], sent["紧急程度"]) == ("测试worker", "测试消息", "紧急")
    assert (call["姓名"], call["已打次数"], call["电话"]) == ("测试worker", "0", "138****1234")
    assert "请勿外传" not in str((sent, call))
    assert lines(export(desk, "messages", "csv", q="没有这个人")) == []


def test_phones_and_plans_leave(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    plan = {
        "id": str(new_id()),
        "grid_id": str(town.grids["金新街道1村"].id),
        "kind": "patrol",
        "title": "夜间巡查",
        "every": "weekdays",
        "weekdays": [0, 4],
        "starts_on": "2026-11-20",
    }
    assert desk.post("/api/plans", json=plan).status_code == 201

    without = lines(export(desk, "phones", "csv", care="no_phone"))
    [planned] = lines(export(desk, "plans", "csv"))

    assert "测试worker2" in {row["人员"] for row in without}
    assert {row["需要关注"] for row in without} == {"没有登录手机"}
    assert (planned["任务"], planned["多久一次"]) == ("夜间巡查", "每周一、周五")


def test_feedback_leaves_for_the_administrator(town: Town, sign_in: SignIn) -> None:
    with transaction():
        submit(town.users["worker"].id, new_id(), "请打 13800001111", utc_now())

    [row] = lines(export(sign_in("admin"), "feedback", "csv"))

    assert (row["姓名"], row["内容"]) == ("测试worker", "请打 138******11")


def test_drawn_cases_leave(town: Town, sign_in: SignIn) -> None:
    closed = hazard(town)
    bring_to_an_end(town, closed)
    with transaction():
        db.session.get_one(Case, closed).sample = "drawn"

    [row] = lines(export(sign_in("supervisor"), "samples", "csv"))

    assert row["编号"] == db.session.get_one(Case, closed).number
