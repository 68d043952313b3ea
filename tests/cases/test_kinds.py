"""Another kind for a case, what its words suggest, and what may be settled at the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.cases.item_models import HazardItem
from backend.cases.kinds import likeliest
from backend.cases.models import Case
from backend.db import db, transaction
from tests.conftest import SignIn
from tests.inspections.work import MONDAY, hazard, inspect, photo
from tests.town import Town

OTHER = {
    "name": "其他民生诉求",
    "severity": "general",
    "deadline": "7wd",
    "lead_department": "城管",
}
BLOCKED = {"name": "堵塞消防通道", "severity": "critical", "deadline": "immediate"}
RUBBISH = {"name": "垃圾乱堆", "severity": "general", "deadline": "3wd"}


def item(code: str, **told: Any) -> HazardItem:
    texts = {"class_name": "公共安全", "lead_department": "消防", "sort": 9} | told
    return HazardItem(code=code, class_name_en="", name_en="", icon="", **texts)


@pytest.fixture(autouse=True)
def items(town: Town) -> None:
    with transaction():
        blocked = item("P02", synonyms="安全出口 生命通道", **BLOCKED)
        rubbish = item("U01", photos_min=2, **RUBBISH)
        db.session.add_all([item("L02", **OTHER | {"lead_department": "城管"}), blocked, rubbish])


def change(code: str, **told: Any) -> None:
    with transaction():
        found = db.session.scalars(select(HazardItem).where(HazardItem.code == code)).one()
        for name, value in told.items():
            setattr(found, name, value)


def step(desk: Any, case: UUID, action: str, **given: Any) -> Any:
    seen = db.session.get_one(Case, case, populate_existing=True).version
    return desk.post(f"/api/cases/{case}/actions/{action}", json={"seen": seen, **given})


def test_another_kind_brings_grade_deadline_and_department(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    case = hazard(town, item_code="L02", note="安全出口上锁")
    before = desk.get(f"/api/cases/{case}").json
    assert [one["code"] for one in before["actions"]].count("reclassify") == 1

    after = step(desk, case, "reclassify", item="P02", text="看了照片").json

    assert (after["item_code"], after["title"], after["severity"]) == (
        "P02", "堵塞消防通道", "critical",
    )  # fmt: skip
    assert (after["department"]["name"], after["state"]) == ("消防", "reported")
    row = db.session.get_one(Case, case, populate_existing=True)
    assert row.due_at - MONDAY == timedelta(hours=24)
    assert row.item_version == 1
    told = after["thread"][-1]
    assert (told["action"], told["text"]) == (
        "reclassify", "L02 其他民生诉求(一般) → P02 堵塞消防通道(重大) 看了照片",
    )  # fmt: skip

    back = desk.post(f"/api/cases/{case}/undo", json={"seen": 2}).json
    names = "item_code title severity department due_at step_due_at"
    assert {name: back[name] for name in names.split()} == {
        name: before[name] for name in names.split()
    }


def test_no_other_kind_without_a_list_that_knows_it(town: Town, sign_in: SignIn) -> None:
    desk, case = sign_in("dispatcher"), hazard(town, item_code="L02")
    for code, told in (("Z99", "请选择事项"), ("L02", "已经是这一类")):
        answer = step(desk, case, "reclassify", item=code)
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/item")
        assert told in answer.json["errors"][0]["detail"]
    assert step(sign_in("supervisor"), case, "reclassify", item="P02").status_code == 403
    change("P02", retired_at=MONDAY)
    assert step(desk, case, "reclassify", item="P02").status_code == 422
    inspect(town, failing="E04")
    found = db.session.scalars(select(Case).where(Case.item_code == "E04")).one()
    assert "按检查清单定类" in step(desk, found.id, "reclassify", item="U01").json["detail"]


def test_an_order_keeps_the_time_that_it_leaves(town: Town, sign_in: SignIn) -> None:
    case = hazard(town, item_code="L02")
    with transaction():
        row = db.session.get_one(Case, case)
        row.source, due = "hotline", row.due_at

    step(sign_in("dispatcher"), case, "reclassify", item="P02")

    row = db.session.get_one(Case, case, populate_existing=True)
    assert (row.severity, row.due_at) == ("critical", due)


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("小区安全出口被锁,生命通道不通", "P02", "文中有「安全出口」「生命通道」"),
        ("三楼消防通道被杂物堵住", "P02", "文中有「消防通道」"),
        ("楼下垃圾乱堆没人管", "U01", "文中有「垃圾乱堆」"),
        ("想问一下医保怎么办理", "L02", "事项清单:公共安全"),
        ("", "L02", "事项清单:公共安全"),
    ],
)
def test_the_words_suggest_a_kind(
    town: Town, sign_in: SignIn, text: str, code: str, reason: str
) -> None:
    case = hazard(town, item_code="L02", note=text)

    kind = sign_in("dispatcher").get(f"/api/cases/{case}/suggestions").json["kind"]

    assert (kind["code"], kind["reason"]) == (code, reason)


def test_what_the_words_say_is_not_suggested_anew(town: Town) -> None:
    found = db.session.scalars(select(HazardItem).order_by(HazardItem.code)).all()

    assert likeliest("消防通道堆了垃圾", "P02", found) is None
    other = likeliest("消防通道堆了垃圾", "L02", found)
    assert other is not None
    assert other[0].code == "P02"


def settle(desk: Any, case: UUID, *roles: str) -> Any:
    photos = [{**photo(), "role": role} for role in roles]
    lines = [
        {**line, "photo_id": str(line["photo_id"]), "captured_at": line["captured_at"].isoformat()}
        for line in photos
    ]
    return step(desk, case, "settle", text="已清运", photo=lines)


def test_the_desk_settles_with_photos_of_before_and_after(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("head")
    bare = hazard(town, item_code="U01", photos=[photo(), photo()])

    answer = settle(desk, bare, "evidence", "evidence")
    assert (answer.status_code, answer.json["errors"]) == (
        422,
        [
            {
                "pointer": "/photo",
                "code": "photo-required",
                "detail": "自办须有处理前和处理后的照片",
            }
        ],
    )

    done = settle(desk, bare, "after")

    assert (done.status_code, done.json["state"]) == (200, "awaiting_check")


def test_the_desk_settles_what_the_list_lets_be_settled(town: Town, sign_in: SignIn) -> None:
    change("U01", self_settle=False)
    case, village = hazard(town, item_code="U01", photos=[photo(), photo()]), sign_in("village")

    offered = [one["code"] for one in village.get(f"/api/cases/{case}").json["actions"]]
    refused = settle(village, case, "before", "after")

    assert "settle" not in offered
    assert (refused.status_code, "清单许可自办" in refused.json["detail"]) == (409, True)


def test_as_many_photos_as_the_matter_wants(town: Town, sign_in: SignIn) -> None:
    case, desk = hazard(town, item_code="U01", photos=[photo(), photo()]), sign_in("head")
    change("U01", photos_min=5)

    assert settle(desk, case, "after").json["errors"][0]["detail"] == "这类问题请至少拍 5 张照片"
    assert settle(desk, case, "before", "after", "after").status_code == 200
