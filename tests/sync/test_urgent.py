"""An emergency from the phone: one sentence, reported on, taken at the desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from backend.cases import marks
from backend.cases.models import Case, CaseEvent
from backend.cases.reports import report_urgent
from backend.db import db, transaction, utc_now
from backend.delivery.models import Message
from tests.conftest import SignIn
from tests.inspections.work import capture
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town


def emergency(**more: Any) -> dict[str, Any]:
    return {
        "case_id": str(uuid4()), "text": "三楼起火,有人被困", "position": None, "photos": [],
        **more,
    }  # fmt: skip


def further(case_id: str, text: str, *, final: bool = False) -> dict[str, Any]:
    return {"case_id": case_id, "text": text, "final": final, "photos": []}


@pytest.fixture
def phone(town: Town, sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


def test_one_sentence_is_enough_and_the_centre_is_called(
    town: Town, phone: Phone, sign_in: SignIn
) -> None:
    case_id = deeds.accepted(phone, "hazard.urgent", emergency())["case_id"]

    case = db.session.get_one(Case, UUID(case_id))
    assert (case.title, case.severity, case.urgent) == ("紧急事件", "critical", True)
    assert (case.note, case.grid_id) == ("三楼起火,有人被困", town.grids["金新街道1村"].id)
    called = db.session.scalars(select(Message)).all()
    staff = {town.users["dispatcher"].id, town.users["commander"].id}
    assert {message.user_id for message in called} == staff
    assert {(message.title, message.urgency) for message in called} == {("紧急上报", "urgent")}
    assert "起火" not in called[0].title + called[0].body
    for username, heard in (("dispatcher", 1), ("commander", 1), ("head", 0), ("officer", 0)):
        alarms = sign_in(username).get("/api/cases/alarms").json or []
        assert len(alarms) == heard, username


def test_taking_it_silences_the_alarm_for_all(town: Town, phone: Phone, sign_in: SignIn) -> None:
    case_id = deeds.accepted(phone, "hazard.urgent", emergency())["case_id"]
    desk = sign_in("dispatcher")

    desk.post(f"/api/cases/{case_id}/actions/accept", json={"seen": 1})

    assert desk.get("/api/cases/alarms").json == []
    assert sign_in("commander").get("/api/cases/alarms").json == []


def test_the_chain_has_its_numbers_and_says_what_is_missing(
    town: Town, phone: Phone, sign_in: SignIn
) -> None:
    case_id = deeds.accepted(phone, "hazard.urgent", emergency())["case_id"]
    desk = sign_in("dispatcher")
    assert desk.get(f"/api/cases/{case_id}").json["next_report"]["code"] == "follow"

    for text in ("火势已控制", "明火已扑灭"):
        deeds.accepted(phone, "case.follow", further(case_id, text))
    deeds.accepted(phone, "case.follow", further(case_id, "无人伤亡", final=True))

    page = desk.get(f"/api/cases/{case_id}").json
    assert [(line["action"], line["text"]) for line in page["thread"]] == [
        ("report", "三楼起火,有人被困"),
        ("follow", "第 1 号 火势已控制"),
        ("follow", "第 2 号 明火已扑灭"),
        ("final", "无人伤亡"),
    ]
    assert page["next_report"] is None


def test_what_comes_too_late_is_kept(town: Town, phone: Phone, sign_in: SignIn) -> None:
    case_id = deeds.accepted(phone, "hazard.urgent", emergency())["case_id"]
    deeds.accepted(phone, "case.follow", further(case_id, "误报", final=True))
    desk = sign_in("dispatcher")
    desk.post(f"/api/cases/{case_id}/actions/void", json={"seen": 2, "reason": "误报"})

    answer = phone.do("case.follow", further(case_id, "已离开现场"))

    assert answer["verdict"] == "ok_merged"
    page = desk.get(f"/api/cases/{case_id}").json
    assert (page["state"], page["thread"][-1]["text"]) == ("voided", "已离开现场")


def test_another_persons_case_is_not_reported_on(town: Town, phone: Phone, sign_in: SignIn) -> None:
    case_id = deeds.accepted(phone, "hazard.urgent", emergency())["case_id"]

    refused = Phone(sign_in("worker2")).do("case.follow", further(case_id, "我也看到了"))

    assert (refused["verdict"], refused["message"]) == ("rejected", "只有上报人可以续报")


def test_sent_twice_it_is_one_case(town: Town, phone: Phone) -> None:
    args = emergency()
    deeds.accepted(phone, "hazard.urgent", args)

    assert phone.do("hazard.urgent", args)["verdict"] == "ok_merged"
    assert len(db.session.scalars(select(Case)).all()) == 1


def marks_of(case_id: str) -> list[tuple[str, str]]:
    query = select(CaseEvent).where(
        CaseEvent.case_id == UUID(case_id), CaseEvent.actor_id.is_(None)
    )
    told = db.session.scalars(query.order_by(CaseEvent.version))
    return [(line.action, line.text.split()[0]) for line in told]


def told_of_reports(town: Town) -> list[tuple[str, str, str]]:
    names = {user.id: name for name, user in town.users.items()}
    query = select(Message).where(Message.code.in_(("report-due", "report-late")))
    rows = db.session.scalars(query.order_by(Message.created_at, Message.id))
    return sorted((row.title, names[row.user_id], row.url.split("/")[1]) for row in rows)


def look(case_id: str, at: datetime) -> None:
    with transaction():
        marks.look(UUID(case_id), at)


def test_an_overdue_report_is_marked_and_reminded_of_once(town: Town, phone: Phone) -> None:
    case_id = deeds.accepted(phone, "hazard.urgent", emergency())["case_id"]
    with transaction():  # the case itself has all the time
        db.session.get_one(Case, UUID(case_id)).step_span = "until"
    now = utc_now()
    for _ in range(2):
        look(case_id, now + timedelta(minutes=100))
    assert ("mark_reminder", "续报时限") in marks_of(case_id)
    assert told_of_reports(town) == [("续报即将到期", "worker", "hazards")]

    for _ in range(2):
        look(case_id, now + timedelta(minutes=125))
    assert marks_of(case_id).count(("mark_yellow", "续报时限")) == 1
    assert told_of_reports(town)[1:] == [
        ("续报已逾期", "commander", "centre"),
        ("续报已逾期", "dispatcher", "centre"),
        ("续报已逾期", "worker", "hazards"),
    ]


def test_a_further_report_begins_the_next_clock_and_the_final_one_ends_both(
    town: Town, phone: Phone
) -> None:
    case_id = deeds.accepted(phone, "hazard.urgent", emergency())["case_id"]
    look(case_id, utc_now() + timedelta(minutes=125))
    deeds.accepted(phone, "case.follow", further(case_id, "火势已控制"))
    look(case_id, utc_now() + timedelta(minutes=125))
    assert marks_of(case_id).count(("mark_yellow", "续报时限")) == 2
    late = db.session.scalars(select(Message).where(Message.code == "report-late")).all()
    mine = [row for row in late if row.user_id == town.users["worker"].id]
    assert [
        row.accepted_at is not None for row in sorted(mine, key=lambda row: row.created_at)
    ] == [
        True,
        False,
    ]

    deeds.accepted(phone, "case.follow", further(case_id, "无人伤亡", final=True))
    before = marks_of(case_id)
    look(case_id, utc_now() + timedelta(hours=30))
    assert [line for line in marks_of(case_id)[len(before) :] if "报" in line[1]] == []


def test_the_final_report_has_its_own_day(town: Town, phone: Phone) -> None:
    case_id = deeds.accepted(phone, "hazard.urgent", emergency())["case_id"]
    look(case_id, utc_now() + timedelta(hours=25))

    assert ("mark_yellow", "终报时限") in marks_of(case_id)
    assert ("终报已逾期", "worker", "hazards") in told_of_reports(town)


@pytest.mark.parametrize(("minutes", "late"), [(9, False), (11, True)])
def test_a_first_report_has_ten_minutes(
    town: Town,
    minutes: int,
    late: bool,  # noqa: FBT001 - a case of the test
) -> None:
    seen = utc_now() - timedelta(minutes=minutes)
    args = {**emergency(), "case_id": uuid4()}
    with transaction():
        case, _ = report_urgent(capture(town, at=seen), args)

    assert (("mark_yellow", "初报时限") in marks_of(str(case.id))) is late
