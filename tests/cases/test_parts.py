"""What other departments are called for: over HTTP, with who sees it, and what comes too late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.cases.lateness import mark_late_parts
from backend.cases.models import Case
from backend.cases.part_models import CasePart
from backend.db import db, transaction, utc_now
from backend.delivery.models import Message
from tests.cases.steps import call, do, hand_over
from tests.conftest import SignIn
from tests.inspections.work import hazard, inspect, position
from tests.town import Town


def step(browser: FlaskClient, case_id: UUID, action: str, **given: Any) -> Any:
    """A step of the case's only part, after a look at it."""
    page = browser.get(f"/api/cases/{case_id}").json
    path = f"/api/cases/{case_id}/parts/{page['parts'][0]['id']}/{action}"
    return browser.post(path, json={"seen": page["version"], **given})


def offered(browser: FlaskClient, case_id: UUID) -> list[str]:
    part = browser.get(f"/api/cases/{case_id}").json["parts"][0]
    return [action["code"] for action in part["actions"]]


def is_supervised(case_id: UUID) -> bool:
    return db.session.get_one(Case, case_id).supervised


def told(username: str, town: Town) -> list[tuple[str, str, str]]:
    query = select(Message).where(Message.user_id == town.users[username].id)
    return [(message.code, message.title, message.body) for message in db.session.scalars(query)]


def test_a_called_department_has_its_part_and_nothing_else(town: Town, sign_in: SignIn) -> None:
    case_id = hazard(town)
    hand_over(town, case_id)
    housing = sign_in("housing")
    assert housing.get(f"/api/cases/{case_id}").status_code == 404

    call(town, case_id, "call_support", "住建")

    page = housing.get(f"/api/cases/{case_id}").json
    assert [action["code"] for action in page["actions"]] == ["note"]
    assert offered(housing, case_id) == ["sign", "give_back"]
    assert offered(sign_in("officer"), case_id) == []
    assert offered(sign_in("dispatcher"), case_id) == ["withdraw"]
    step(housing, case_id, "sign")
    done = step(housing, case_id, "finish", text="墙体已加固").json
    assert (done["parts"][0]["state"], done["parts"][0]["result"]) == ("done", "墙体已加固")
    assert (done["open_parts"], done["state"]) == (0, "in_progress")
    assert [(line["action"], line["text"]) for line in done["thread"][3:]] == [
        ("call_support", "住建 请到场配合"),
        ("part_sign", "住建"),
        ("part_finish", "住建 墙体已加固"),
    ]


def test_the_lead_waits_for_the_others(town: Town, sign_in: SignIn) -> None:
    case_id = hazard(town)
    hand_over(town, case_id)
    call(town, case_id, "call_support", "住建")
    lead = sign_in("officer")

    early = lead.post(f"/api/cases/{case_id}/actions/feedback", json={"seen": 4, "text": "已办"})

    assert early.status_code == 409
    assert "协办、吹哨或研判尚未办结" in early.json["detail"]


@pytest.mark.parametrize(
    ("names", "told_as"),
    [(["消防"], "主办部门"), (["住建", "住建"], "已在办理中")],
)
def test_whom_one_cannot_call(town: Town, sign_in: SignIn, names: list[str], told_as: str) -> None:
    case_id = hazard(town)
    hand_over(town, case_id)
    ids = [str(town.departments[f"金新街道{name}"].id) for name in names]
    body = {"seen": 3, "departments": ids, "text": "请配合"}

    answer = sign_in("dispatcher").post(f"/api/cases/{case_id}/actions/call_support", json=body)

    assert answer.status_code == 422
    (error,) = answer.json["errors"]
    assert (error["pointer"], told_as in error["detail"]) == (f"/departments/{len(ids) - 1}", True)


def test_a_withdrawn_department_sees_it_no_more(town: Town, sign_in: SignIn) -> None:
    case_id = hazard(town)
    call(town, case_id, "call_support", "住建")

    step(sign_in("dispatcher"), case_id, "withdraw", reason="不再需要")

    assert sign_in("housing").get(f"/api/cases/{case_id}").status_code == 404
    assert db.session.get_one(Case, case_id).open_parts == 0


def test_a_whistle_is_answered_on_the_spot(town: Town, sign_in: SignIn) -> None:
    case_id = hazard(town, position=position(121.005, 32.005))
    call(town, case_id, "whistle", "住建", by="head")
    housing = sign_in("housing")
    step(housing, case_id, "sign")
    here = {
        "lng": 121.005, "lat": 32.006, "accuracy": 12.5,
        "at": utc_now().isoformat(), "source": "gps",
    }  # fmt: skip

    page = step(housing, case_id, "arrive", position=here).json

    (part,) = page["parts"]
    assert (part["state"], part["accuracy"]) == ("arrived", 12.5)
    assert part["distance_m"] == pytest.approx(111.2, abs=0.2)
    assert page["thread"][-1]["text"] == "住建 距现场 111 米"
    assert offered(sign_in("head"), case_id) == ["withdraw"]


def test_who_does_not_come_is_supervised_and_told_once(town: Town) -> None:
    case_id = hazard(town)
    call(town, case_id, "whistle", "住建")
    mark_late_parts()
    assert not is_supervised(case_id)

    with transaction():
        part = db.session.scalars(select(CasePart)).one()
        part.due_at = utc_now() - timedelta(seconds=1)
    mark_late_parts()
    mark_late_parts()

    assert is_supervised(case_id)
    assert part.late_at is not None
    assert [code for code, _, _ in told("housing", town)] == ["case-whistle", "part-late"]
    assert db.session.get_one(Case, case_id).version == 3


def test_a_late_support_is_marked_and_no_more(town: Town) -> None:
    case_id = hazard(town)
    call(town, case_id, "call_support", "住建")
    with transaction():
        db.session.scalars(select(CasePart)).one().due_at = utc_now() - timedelta(seconds=1)

    mark_late_parts()

    assert not is_supervised(case_id)


def test_a_restricted_case_needs_an_opinion_and_tells_nothing(town: Town, sign_in: SignIn) -> None:
    inspect(town, "金新街道1村1", failing="H01")
    case = db.session.scalars(select(Case).filter_by(restricted=True)).one()
    call(town, case.id, "ask_opinion", "消防", "住建")
    assert told("officer", town) == told("housing", town) == []
    (word,) = told("cleared", town)
    assert word == ("case-opinion", "有一条新消息", "")
    assert sign_in("officer").get(f"/api/cases/{case.id}").status_code == 404
    parts = sign_in("cleared").get(f"/api/cases/{case.id}").json["parts"]
    mine = {part["department"]["name"]: len(part["actions"]) for part in parts}
    assert mine == {"消防": 1, "住建": 0}
    fire = town.departments["金新街道消防"].id
    body = {"seen": case.version, "department": str(fire)}
    early = sign_in("dispatcher").post(f"/api/cases/{case.id}/actions/dispatch", json=body)
    assert (early.status_code, "研判意见" in early.json["detail"]) == (409, True)

    ours = next(part["id"] for part in parts if part["department"]["name"] == "消防")
    path = f"/api/cases/{case.id}/parts/{ours}/finish"
    sign_in("cleared").post(path, json={"seen": case.version, "text": "风险可控"})

    do(town, case.id, "dispatcher", "dispatch", department=fire)
    assert (case.state, case.opinions) == ("dispatched", 1)


def test_a_message_names_number_and_class_alone(town: Town) -> None:
    case_id = hazard(town)
    number = db.session.get_one(Case, case_id).number

    call(town, case_id, "whistle", "住建")

    assert told("housing", town) == [("case-whistle", "吹哨报到", f"{number} 公共安全,待签收")]


def test_a_part_of_another_case_is_not_found(town: Town, sign_in: SignIn) -> None:
    mine, other = hazard(town), hazard(town, "worker2")
    call(town, other, "call_support", "住建")
    part = db.session.scalars(select(CasePart.id)).one()

    answer = sign_in("dispatcher").post(
        f"/api/cases/{mine}/parts/{part}/withdraw", json={"seen": 1, "reason": "不需要"}
    )

    assert answer.status_code == 404
