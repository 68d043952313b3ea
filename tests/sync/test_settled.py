"""What a worker settles on the spot (自办), and how many photos a matter wants."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.cases.item_models import HazardItem
from backend.cases.models import Case
from backend.db import db, transaction
from backend.media.models import Photo
from tests.conftest import SignIn
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town


@pytest.fixture(autouse=True)
def rubbish(town: Town) -> None:
    """The town's list has a matter that is not too grave to be settled on the spot."""
    item = HazardItem(code="U01", name="垃圾乱堆", severity="general", deadline="3wd", sort=2)
    item.class_name, item.lead_department = "城市管理", "城管"
    item.class_name_en = item.name_en = item.icon = ""
    with transaction():
        db.session.add(item)


def settled(town: Town, *roles: str, **more: Any) -> dict[str, Any]:
    """Rubbish that a worker has taken away, with photos of these roles."""
    args = deeds.hazard(town, "金新街道1村", item_code="U01", note="楼道口", **more)
    del args["severity"]
    photos = [deeds.photo() | {"role": role} for role in roles or ("before", "after")]
    return args | {"done": "已清运", "photos": photos}


def change_item(code: str, **changes: Any) -> None:
    with transaction():
        item = db.session.scalars(select(HazardItem).where(HazardItem.code == code)).one()
        for name, value in changes.items():
            setattr(item, name, value)


@pytest.fixture
def phone(town: Town, sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


def told(answer: dict[str, Any]) -> tuple[str, list[str]]:
    return answer["code"], [error["pointer"] for error in answer["errors"]]


def test_it_waits_to_be_checked_by_another(town: Town, phone: Phone, sign_in: SignIn) -> None:
    args = deeds.accepted(phone, "hazard.settle", settled(town))

    case = db.session.get_one(Case, UUID(args["case_id"]))
    assert (case.state, case.handling, case.title) == ("awaiting_check", "grid", "垃圾乱堆")
    assert case.handler_id == town.users["worker"].id
    page = sign_in("dispatcher").get(f"/api/cases/{case.id}").json
    before, after = (photo["photo_id"] for photo in args["photos"])
    assert [
        (line["action"], line["text"], [photo["id"] for photo in line["photos"]])
        for line in page["thread"]
    ] == [("report", "楼道口", [before]), ("settle", "已清运", [after])]
    assert {"close", "fail"} <= {action["code"] for action in page["actions"]}
    queue = sign_in("dispatcher").get("/api/cases/queue?view=check").json
    assert [row["id"] for row in queue["items"]] == [str(case.id)]


def test_who_has_settled_it_does_not_check_it(town: Town, sign_in: SignIn) -> None:
    case_id = deeds.accepted(Phone(sign_in("head")), "hazard.settle", settled(town))["case_id"]

    actions = sign_in("head").get(f"/api/cases/{case_id}").json["actions"]

    assert not {"pass", "fail"} & {action["code"] for action in actions}


def test_sent_twice_it_is_one_case(town: Town, phone: Phone) -> None:
    args = settled(town)
    deeds.accepted(phone, "hazard.settle", args)

    assert phone.do("hazard.settle", args)["verdict"] == "ok_merged"
    assert len(db.session.scalars(select(Case)).all()) == 1


@pytest.mark.parametrize("change", [{"self_settle": False}, {"severity": "serious"}])
def test_what_the_list_does_not_let_one_settle(
    change: dict[str, Any], town: Town, phone: Phone
) -> None:
    change_item("U01", **change)

    answer = phone.do("hazard.settle", settled(town))

    assert told(answer) == ("not-self-settled", ["/args/item_code"])
    assert not db.session.scalars(select(Case)).all()
    phone.pull()
    items = {row["code"]: row["settles"] for row in phone.of_kind("hazard_item")}
    assert items["U01"] is False


def test_phones_know_what_may_be_settled(town: Town, phone: Phone) -> None:
    phone.pull()

    items = {row["code"]: row["settles"] for row in phone.of_kind("hazard_item")}
    assert (items["U01"], items["P01"]) == (True, False)


@pytest.mark.parametrize("roles", [("before",), ("after",), ("after", "after")])
def test_it_wants_both_of_the_pair(roles: tuple[str, ...], town: Town, phone: Phone) -> None:
    answer = phone.do("hazard.settle", settled(town, *roles))

    assert told(answer) == ("photo-required", ["/args/photos"])


def test_a_matter_wants_as_many_photos_as_its_list_says(town: Town, phone: Phone) -> None:
    change_item("P01", photos_min=2)
    change_item("U01", photos_min=3)

    for name, args in (
        ("hazard.report", deeds.hazard(town, "金新街道1村")),
        ("hazard.settle", settled(town)),
    ):
        assert told(phone.do(name, args)) == ("photo-required", ["/args/photos"])
        deeds.accepted(phone, name, args | {"photos": [*args["photos"], deeds.photo()]})


def test_a_matter_may_want_none(town: Town, phone: Phone) -> None:
    change_item("P01", photos_min=0)

    deeds.accepted(phone, "hazard.report", deeds.hazard(town, "金新街道1村", photos=[]))


@pytest.mark.parametrize(
    ("change", "state", "last"),
    [
        ({"photos_min": 5}, "awaiting_check", "settle"),
        ({"self_settle": False}, "reported", "note"),
    ],
)
def test_the_centre_may_take_it_in_by_hand(
    change: dict[str, Any], state: str, last: str, town: Town, phone: Phone, sign_in: SignIn
) -> None:
    change_item("U01", **change)
    args = settled(town)
    refused = phone.do("hazard.settle", args)
    desk = sign_in("dispatcher")

    taken = desk.post(f"/api/refusals/{refused['mutation_id']}/accept", json={"note": "看过"})

    assert taken.status_code < 300, taken.json
    page = desk.get(f"/api/cases/{args['case_id']}").json
    assert (page["state"], page["thread"][-1]["action"]) == (state, last)
    assert page["thread"][-1]["text"] == "已清运"
    assert len(db.session.scalars(select(Photo)).all()) == 2
