"""Acting on a case over HTTP: what is offered, what is refused, and two people at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.cases.models import Case
from backend.db import db
from tests.cases.steps import do, hand_over
from tests.conftest import SignIn
from tests.inspections.work import hazard, inspect, photo
from tests.town import Town


def act(browser: FlaskClient, case_id: UUID, action: str, seen: int = 1, **given: Any) -> Any:
    return browser.post(f"/api/cases/{case_id}/actions/{action}", json={"seen": seen, **given})


def offered(browser: FlaskClient, case_id: UUID) -> list[str]:
    return [action["code"] for action in browser.get(f"/api/cases/{case_id}").json["actions"]]


def test_a_case_tells_who_must_act_and_what_each_may_do(town: Town, sign_in: SignIn) -> None:
    case_id = hazard(town)
    body = sign_in("dispatcher").get(f"/api/cases/{case_id}").json

    assert (body["state"], body["owner"], body["version"]) == ("reported", "centre", 1)
    assert (body["due_at"], body["step_due_at"] is None) == ("2026-11-19T02:00:00+00:00", False)
    dispatch = next(action for action in body["actions"] if action["code"] == "dispatch")
    assert (dispatch["name"], dispatch["needs"]) == ("派遣", ["department", "text?"])
    assert "approve_suspension" not in offered(sign_in("dispatcher"), case_id)
    assert offered(sign_in("officer"), case_id) == ["note"]
    assert offered(sign_in("supervisor"), case_id) == ["urge", "supervise", "note"]


def test_the_way_from_the_desk_to_the_department_and_back(town: Town, sign_in: SignIn) -> None:
    case_id = hazard(town)
    desk, officer = sign_in("dispatcher"), sign_in("officer")
    fire = str(town.departments["金新街道消防"].id)
    act(desk, case_id, "dispatch", department=fire, text="请今日处置")
    act(officer, case_id, "sign", seen=2)
    shot = {**photo(), "photo_id": str(photo()["photo_id"]), "role": "after"}
    shot |= {"captured_at": "2026-11-16T02:00:00Z"}
    done = act(officer, case_id, "feedback", seen=3, text="已拆除", photo=[shot]).json

    closed = act(desk, case_id, "close", seen=4, text="现场看过").json

    assert (done["state"], done["owner"]) == ("awaiting_check", "centre")
    assert (closed["state"], closed["owner"], closed["actions"][0]["code"]) == (
        "closed", None, "rate",
    )  # fmt: skip
    told = [(line["action"], line["text"], len(line["photos"])) for line in closed["thread"]]
    assert told == [
        ("report", None, 1),
        ("dispatch", "消防 请今日处置", 0),
        ("sign", None, 0),
        ("feedback", "已拆除", 1),
        ("close", "现场看过", 0),
    ]


def test_the_second_of_two_people_sees_what_the_first_did(town: Town, sign_in: SignIn) -> None:
    case_id = hazard(town)
    act(sign_in("dispatcher"), case_id, "decline", reason="不在清单内")

    late = act(sign_in("district"), case_id, "accept")

    assert (late.status_code, late.json["type"]) == (409, "/problems/overtaken")
    assert (late.json["version"], late.json["state"]) == (2, "declined")
    (line,) = late.json["thread"]
    assert (line["action"], line["actor"], line["text"]) == (
        "decline", "测试dispatcher", "不在清单内",
    )  # fmt: skip
    assert db.session.get_one(Case, case_id).version == 2


def test_an_illegal_step_says_what_is_allowed(town: Town, sign_in: SignIn) -> None:
    case_id = hazard(town)

    answer = act(sign_in("officer"), case_id, "sign")

    assert (answer.status_code, answer.json["type"]) == (409, "/problems/illegal-transition")
    assert (answer.json["state"], answer.json["action"]) == ("reported", "sign")
    assert answer.json["allowed"] == ["note"]
    assert act(sign_in("dispatcher"), case_id, "fly").status_code == 409


def test_a_step_of_somebody_elses_is_refused(town: Town, sign_in: SignIn) -> None:
    case_id = hazard(town)
    hand_over(town, case_id)

    answer = act(sign_in("dispatcher"), case_id, "feedback", seen=3, text="我来填")

    assert (answer.status_code, answer.json["detail"]) == (403, "这一步由处置单位办理")


@pytest.mark.parametrize(
    ("action", "given", "pointer"),
    [
        ("dispatch", {}, "/department"),
        ("dispatch", {"department": "x"}, "/department"),
        ("decline", {"reason": ""}, "/reason"),
        ("decline", {"text": "x", "reason": "y"}, "/text"),
        ("decline", {"reason": "y", "colour": 1}, "/colour"),
        ("merge", {"reason": "y", "case": "00000000-0000-0000-0000-000000000000"}, "/case"),
    ],
)
def test_what_is_wrong_is_pointed_at(
    town: Town, sign_in: SignIn, action: str, given: dict[str, Any], pointer: str
) -> None:
    case_id = hazard(town)

    answer = act(sign_in("dispatcher"), case_id, action, **given)

    assert answer.status_code == 422
    assert pointer in answer.json["errors"][0]["pointer"]
    assert db.session.get_one(Case, case_id).version == 1


def test_a_department_of_another_township_gets_nothing(town: Town, sign_in: SignIn) -> None:
    case_id = hazard(town)
    other = str(town.departments["川姜镇消防"].id)

    answer = act(sign_in("district"), case_id, "dispatch", department=other)

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/department")
    db.session.rollback()
    assert db.session.get_one(Case, case_id).state == "reported"


def test_a_merged_case_is_taken_up_by_the_other(town: Town, sign_in: SignIn) -> None:
    one, other = hazard(town), hazard(town)
    desk = sign_in("dispatcher")

    merged = act(desk, one, "merge", case=str(other), reason="同一处").json

    assert (merged["state"], merged["merged_into_id"]) == ("merged", str(other))
    assert desk.get(f"/api/cases/{other}").json["thread"][-1]["text"] == f"并入 {merged['number']}"
    back = act(desk, other, "merge", seen=2, case=str(one), reason="反过来")
    assert (back.status_code, back.json["errors"][0]["code"]) == (422, "closed")


def test_the_district_alone_suspends(town: Town, sign_in: SignIn) -> None:
    case_id = hazard(town)
    hand_over(town, case_id)
    do(town, case_id, "officer", "ask_suspension", reason="等资金")

    assert "approve_suspension" not in offered(sign_in("dispatcher"), case_id)
    assert "approve_suspension" in offered(sign_in("district"), case_id)


def test_a_restricted_case_is_nothing_to_act_on_for_the_uncleared(
    town: Town, sign_in: SignIn
) -> None:
    done = inspect(town, failing="H01")
    secret = db.session.scalars(select(Case.id).where(Case.inspection_id == done.id)).one()

    for username in ("head", "supervisor", "officer"):
        assert act(sign_in(username), secret, "note", text="x").status_code == 404
    assert act(sign_in("dispatcher"), secret, "note", text="x").status_code == 200
    open_one = hazard(town)
    mixed = act(sign_in("dispatcher"), open_one, "merge", case=str(secret), reason="x")
    assert mixed.status_code == 422
