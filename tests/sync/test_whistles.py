"""A worker whistles departments to the spot (吹哨), from a phone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.cases.models import Case
from backend.cases.part_models import CasePart
from backend.db import db, transaction
from backend.delivery.models import Message
from tests.cases.steps import call
from tests.conftest import SignIn
from tests.inspections.work import hazard
from tests.sync import deeds
from tests.sync.phone import Phone, now
from tests.town import Town


def calling(town: Town, case_id: UUID, *names: str) -> dict[str, Any]:
    ids = [str(town.departments[f"金新街道{name}"].id) for name in names]
    return {"case_id": str(case_id), "departments": ids, "text": "请到场处置"}


def called(phone: Phone, case_id: UUID) -> list[tuple[str, str, str | None]]:
    """What the phone shows of the case's parts: whom, how far, who came."""
    phone.pull()
    row = next(row for key, row in phone.base.items() if key[1:] == ("case", str(case_id)))
    return [(part["department"], part["state"], part["arrived_by"]) for part in row["called"]]


@pytest.fixture
def phone(town: Town, sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


def test_departments_hear_it_and_the_phone_sees_who_comes(
    town: Town, phone: Phone, sign_in: SignIn
) -> None:
    case_id = hazard(town)
    deeds.accepted(phone, "case.whistle", calling(town, case_id, "住建", "消防"))

    heard = db.session.scalars(select(Message.user_id).where(Message.code == "case-whistle")).all()
    assert town.users["housing"].id in heard
    assert called(phone, case_id) == [("住建", "called", None), ("消防", "called", None)]
    housing = sign_in("housing")
    page = housing.get(f"/api/cases/{case_id}").json
    assert page["thread"][-1]["text"] == "住建、消防 请到场处置"
    part = next(part for part in page["parts"] if part["department"]["name"] == "住建")
    path = f"/api/cases/{case_id}/parts/{part['id']}"
    housing.post(f"{path}/sign", json={"seen": page["version"]})
    assert called(phone, case_id)[0] == ("住建", "signed", None)
    here = {
        "lng": 121.005, "lat": 32.005, "accuracy": 8, "at": now(), "source": "gps",
    }  # fmt: skip
    housing.post(f"{path}/arrive", json={"seen": page["version"] + 1, "position": here})
    assert called(phone, case_id)[0] == ("住建", "arrived", "测试housing")


def test_who_is_called_already_is_left_out(town: Town, phone: Phone) -> None:
    case_id = hazard(town)
    call(town, case_id, "whistle", "住建")

    deeds.accepted(phone, "case.whistle", calling(town, case_id, "住建", "消防", "消防"))

    names = db.session.scalars(select(CasePart.department_name)).all()
    assert sorted(names) == ["住建", "消防"]
    again = phone.do("case.whistle", calling(town, case_id, "消防"))
    assert again["verdict"] == "ok_merged"
    assert db.session.get_one(Case, case_id).open_parts == 2


def test_too_late_the_words_are_kept(town: Town, phone: Phone, sign_in: SignIn) -> None:
    case_id, desk = hazard(town), sign_in("dispatcher")
    desk.post(f"/api/cases/{case_id}/actions/void", json={"seen": 1, "reason": "误报"})

    answer = phone.do("case.whistle", calling(town, case_id, "住建"))

    assert answer["verdict"] == "ok_merged"
    line = desk.get(f"/api/cases/{case_id}").json["thread"][-1]
    assert (line["action"], line["text"]) == ("note", "请到场处置")
    assert not db.session.scalars(select(CasePart)).all()


def test_it_is_for_those_of_the_grid(town: Town, sign_in: SignIn) -> None:
    case_id = hazard(town)

    for username in ("worker2", "other_worker"):
        refused = Phone(sign_in(username)).do("case.whistle", calling(town, case_id, "住建"))
        assert refused["code"] == "forbidden", username
    deeds.accepted(Phone(sign_in("head")), "case.whistle", calling(town, case_id, "住建"))


def test_a_restricted_case_is_the_centres(town: Town, phone: Phone) -> None:
    case_id = hazard(town)
    with transaction():
        db.session.get_one(Case, case_id).restricted = True

    refused = phone.do("case.whistle", calling(town, case_id, "住建"))

    assert (refused["code"], "由指挥中心吹哨" in refused["message"]) == ("illegal-transition", True)


def test_departments_of_elsewhere_are_pointed_at(town: Town, phone: Phone) -> None:
    args = calling(town, hazard(town), "住建")
    args["departments"].append(str(town.departments["川姜镇消防"].id))

    refused = phone.do("case.whistle", args)

    pointers = [error["pointer"] for error in refused["errors"]]
    assert (refused["code"], pointers) == ("validation", ["/departments/1"])
