"""Orders of the 12345 hotline."""

from __future__ import annotations

import io
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from backend.audit.models import AuditLine
from backend.cases.models import Case
from backend.db import db, transaction
from backend.sheets import Line, read, written
from backend.sources.hotline import COLUMNS
from tests.cases.test_items import ITEM
from tests.conftest import SignIn
from tests.town import Town

ORDER = {
    "number": "TZ20261122001",
    "text": "小区东门飞线充电",
    "kind": "投诉",
    "place": "金新街道1村",
    "address": "人民路 12 号",
    "item": "P01",
    "contact_name": "王女士",
    "contact_phone": "13812345678",
    "received_at": "2026-11-20 09:30",
    "working_days": "5",
}


def sent(browser: Any, *orders: dict[str, str]) -> dict[str, Any]:
    """A file of these orders is taken in."""
    data = written(COLUMNS, [Line(2, order) for order in orders])
    answer = browser.post("/api/sources/hotline", data=data)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    body: dict[str, Any] = answer.json
    return body


def outcomes(body: dict[str, Any]) -> list[str]:
    return [one["outcome"] for one in body["taken"]]


def test_an_order_becomes_a_case_with_its_number_and_time(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")

    (taken,) = sent(desk, ORDER)["taken"]

    case = desk.get(f"/api/cases/{taken['case_id']}").json
    assert (case["source"], case["title"], case["note"]) == (
        "hotline",
        "飞线充电",
        "小区东门飞线充电",
    )
    assert case["reporter"]["name"] == "12345 热线"
    assert case["due_at"] == "2026-11-27T01:30:00+00:00"  # five working days after Friday morning
    origin = desk.get(f"/api/cases/{taken['case_id']}/origin").json
    assert origin["external_number"] == "TZ20261122001"
    assert (origin["contact_name"], origin["contact_phone"]) == ("王**", "138****5678")


def test_the_kind_gives_the_time_where_the_order_does_not(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")

    (taken,) = sent(desk, ORDER | {"kind": "咨询", "working_days": ""})["taken"]

    due = desk.get(f"/api/cases/{taken['case_id']}").json["due_at"]
    assert due == "2026-11-25T01:30:00+00:00"


def test_the_same_number_again_is_a_line_not_a_case(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    first = sent(desk, ORDER)
    case_id = first["taken"][0]["case_id"]
    news = ORDER | {"text": "东门和西门都有飞线", "contact_phone": "13900001111"}

    assert outcomes(sent(desk, ORDER)) == ["same"]
    assert outcomes(sent(desk, news, news)) == ["updated", "same"]

    thread = desk.get(f"/api/cases/{case_id}").json["thread"]
    assert [line["action"] for line in thread] == ["report", "update"]
    assert thread[1]["text"] == "诉求内容:东门和西门都有飞线;联系电话已更新"
    assert len(db.session.scalars(select(Case)).all()) == 1


def test_a_broken_row_comes_back_with_its_reason_and_the_rest_is_in(
    town: Town, sign_in: SignIn
) -> None:
    broken = ORDER | {"number": "TZ2", "place": "没有的村", "working_days": "很久"}

    body = sent(sign_in("dispatcher"), broken, ORDER, ORDER | {"number": ""})

    assert outcomes(body) == ["refused", "opened", "refused"]
    assert {error["pointer"] for error in body["broken"][0]["errors"]} == {
        "/place",
        "/working_days",
    }
    book: Any = openpyxl.load_workbook(io.BytesIO(b64decode(body["broken_sheet"]))).active
    assert [row[0].value for row in book.iter_rows(min_row=2)] == ["TZ2", ""]
    assert "本辖区没有这个村" in book["D2"].comment.text


def test_a_broken_row_mended_in_the_file_that_came_back_goes_in(
    town: Town, sign_in: SignIn
) -> None:
    desk = sign_in("dispatcher")
    body = sent(desk, ORDER | {"place": "没有的村"})
    (line,) = read(b64decode(body["broken_sheet"]), COLUMNS)

    assert outcomes(sent(desk, line.values | {"place": "金新街道2村第一网格"})) == ["opened"]


def test_no_order_of_another_township_is_taken_or_touched(town: Town, sign_in: SignIn) -> None:
    here, there = sign_in("dispatcher"), sign_in("other_dispatcher")
    sent(here, ORDER)

    (line,) = sent(there, ORDER | {"text": "改写", "place": "川姜镇1村"})["taken"]
    assert (line["outcome"], line["case_id"]) == ("refused", None)
    assert outcomes(sent(there, ORDER | {"number": "TZ3"})) == ["refused"]


def test_who_may_know_the_caller_says_why(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    case_id = sent(desk, ORDER)["taken"][0]["case_id"]
    address = f"/api/cases/{case_id}/contact"

    assert sign_in("supervisor").post(address, json={"reason": "想知道"}).status_code == 403
    assert desk.post(address, json={}).status_code == 422
    told = desk.post(address, json={"reason": "回访"}).json

    assert told == {"contact_name": "王女士", "contact_phone": "13812345678"}
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "contact.read")).one()
    assert line.detail == {"reason": "回访"}
    assert "13812345678" not in desk.get(f"/api/cases/{case_id}").get_data(as_text=True)


WRONG = st.fixed_dictionaries({column.name: st.text(max_size=12) for column in COLUMNS})


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WRONG, max_size=5), st.integers(0, 5))
def test_no_broken_row_ever_loses_a_good_one(
    town: Town, sign_in: SignIn, broken: list[dict[str, str]], at: int
) -> None:
    good = ORDER | {"number": f"N{uuid4()}"}

    body = sent(sign_in("dispatcher"), *broken[:at], good, *broken[at:])

    assert [one["outcome"] for one in body["taken"] if one["number"] == good["number"]] == [
        "opened"
    ]
    refused = [one for one in body["taken"] if one["outcome"] == "refused"]
    assert len(refused) == len(body["broken"])


def test_an_order_may_name_no_item(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    assert outcomes(sent(desk, ORDER | {"item": ""})) == ["refused"]  # this town has no such item

    other = ITEM | {"code": "L02", "class_name": "民生服务与政策宣传", "name": "其他民生诉求"}
    assert desk.put("/api/items", json=other).status_code == 200

    assert outcomes(sent(desk, ORDER | {"item": ""})) == ["opened"]


def test_a_time_to_come_is_no_time_of_receipt(town: Town, sign_in: SignIn) -> None:
    soon = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")

    body = sent(sign_in("dispatcher"), ORDER | {"received_at": soon})

    assert [error["pointer"] for error in body["broken"][0]["errors"]] == ["/received_at"]


def test_what_came_for_a_restricted_case_reaches_no_phone(town: Town, sign_in: SignIn) -> None:
    case_id = sent(sign_in("dispatcher"), ORDER)["taken"][0]["case_id"]
    with transaction():
        case = db.session.get_one(Case, case_id)
        case.restricted = True

    assert case.feed_scope() == f"user:{case.reporter_id}"
    assert sign_in("supervisor").get(f"/api/cases/{case_id}/origin").status_code == 404
