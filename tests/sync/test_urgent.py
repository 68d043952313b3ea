"""An emergency from the phone: one sentence, reported on, taken at the desk."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from backend.cases.models import Case
from backend.db import db
from backend.delivery.models import Message
from tests.conftest import SignIn
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
