"""A recheck from the phone: what strikes off, and what is kept though it strikes off nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.cases.models import Case
from backend.db import db
from backend.houses.models import House
from tests.conftest import SignIn
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town


@pytest.fixture
def phone(town: Town, sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


def found(town: Town, phone: Phone) -> str:
    args = deeds.inspection(town, "金新街道1村1", "D01")
    deeds.accepted(phone, "inspection.submit", args)
    case_id: str = args["case_ids"]["D01"]
    return case_id


def look(case_id: str, **more: Any) -> dict[str, Any]:
    args = {"recheck_id": str(uuid4()), "case_id": case_id, "passed": True}
    return {**args, "photos": [deeds.photo()], **more}


def test_a_look_strikes_off_and_the_desk_sees_it(town: Town, phone: Phone, sign_in: SignIn) -> None:
    case_id = found(town, phone)

    deeds.accepted(phone, "finding.recheck", look(case_id, note="已拆除"))

    case = db.session.get_one(Case, UUID(case_id), populate_existing=True)
    assert case.state == "closed"
    house = db.session.get_one(House, case.house_id, populate_existing=True)
    assert (house.state, house.open_cases) == ("cleared", 0)
    [told] = sign_in("dispatcher").get(f"/api/cases/{case_id}/rechecks").json or []
    assert (told["passed"], told["counts"], told["note"]) == (True, True, "已拆除")
    assert [len(told["before"]), len(told["after"])] == [1, 1]


def test_one_s_own_work_is_kept_and_said(town: Town, phone: Phone, sign_in: SignIn) -> None:
    case_id = found(town, phone)
    head = Phone(sign_in("head"))
    case = db.session.get_one(Case, UUID(case_id))
    case.handler_id = town.users["head"].id
    db.session.commit()

    answer = head.do("finding.recheck", look(case_id))

    assert answer["verdict"] == "ok_merged"
    assert "自己的处置" in answer["message"]
    assert db.session.get_one(Case, UUID(case_id), populate_existing=True).closed_at is None


def test_a_look_at_nothing_is_refused(phone: Phone) -> None:
    answer = phone.do("finding.recheck", look(str(uuid4())))

    assert (answer["verdict"], answer["code"]) == ("rejected", "not-found")
