"""The list of matters: versions, who puts them in force, and sheets of it."""

from __future__ import annotations

import io
from base64 import b64decode
from typing import Any

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from backend.cases.item_models import HazardItem
from backend.cases.item_sheet import COLUMNS
from backend.cases.models import Case
from backend.db import db
from backend.sheets import Line, read, template, written
from tests.conftest import SignIn
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town

ITEM: dict[str, Any] = {
    "code": "P01",
    "class_name": "公共安全",
    "name": "飞线充电",
    "severity": "critical",
    "lead_department": "消防",
    "deadline": "24h",
    "evidence": "全景一张",
    "photos_min": 2,
    "self_settle": False,
    "reason": "区里统一",
}


def test_a_change_is_a_new_version_and_cases_keep_theirs(town: Town, sign_in: SignIn) -> None:
    desk, phone = sign_in("dispatcher"), Phone(sign_in("worker"))
    before = deeds.accepted(phone, "hazard.report", deeds.hazard(town, "金新街道1村"))
    icon = db.session.query(HazardItem).filter_by(code="P01").one().icon

    answer = desk.put("/api/items", json=ITEM)

    assert (answer.status_code, answer.json["version"]) == (200, 2)
    photos = [deeds.photo(), deeds.photo()]
    after = deeds.accepted(phone, "hazard.report", deeds.hazard(town, "金新街道1村", photos=photos))
    kept = {
        str(case.id): (case.item_version, case.severity)
        for case in db.session.scalars(select(Case))
    }
    assert kept == {before["case_id"]: (1, "serious"), after["case_id"]: (2, "critical")}
    phone.pull()
    rows = [row for (_scope, kind, _id), row in phone.base.items() if kind == "hazard_item"]
    told = [(row["version"], row["photos_min"], row["icon"]) for row in rows]
    assert told == [(2, 2, icon)]


def test_a_department_proposes_and_the_centre_decides(town: Town, sign_in: SignIn) -> None:
    officer, desk = sign_in("officer"), sign_in("dispatcher")
    wanted = ITEM | {"code": "P77", "name": "新业态"}

    assert officer.put("/api/items", json=wanted).status_code == 403
    proposed = officer.post("/api/items/proposals", json=wanted).json
    assert proposed["state"] == "proposed"
    assert officer.post(_of(proposed), json={"accepted": True}).status_code == 403
    assert "P77" not in _codes(desk)

    assert desk.post(_of(proposed), json={"accepted": True}).json["state"] == "in_force"
    assert "P77" in _codes(desk)
    again = desk.post(_of(proposed), json={"accepted": False, "reason": "晚了"})
    assert (again.status_code, again.json["type"]) == (409, "/problems/conflict")


def _of(proposal: Any) -> str:
    return f"/api/items/proposals/{proposal['id']}"


def _codes(desk: Any) -> set[str]:
    return {item["code"] for item in desk.get("/api/items").json["items"]}


def test_a_refusal_needs_its_reason_and_changes_nothing(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    proposed = sign_in("officer").post("/api/items/proposals", json=ITEM).json

    wordless = desk.post(_of(proposed), json={"accepted": False})
    refused = desk.post(_of(proposed), json={"accepted": False, "reason": "与消防重复"})

    assert wordless.status_code == 422
    assert (refused.json["state"], refused.json["decision"]) == ("refused", "与消防重复")
    assert [item["version"] for item in desk.get("/api/items").json["items"]] == [1]


def test_a_retired_item_leaves_the_phones_and_its_history_stays(
    town: Town, sign_in: SignIn
) -> None:
    desk = sign_in("dispatcher")
    desk.put("/api/items", json=ITEM)

    assert desk.delete("/api/items/code/P01", json={"reason": "合并到 P06"}).status_code == 204

    assert _codes(desk) == set()
    history: Any = desk.get("/api/items/code/P01/versions").json
    assert [(one["version"], one["state"]) for one in history] == [(2, "past")]
    back = desk.put("/api/items", json=ITEM)
    assert (back.status_code, back.json["version"]) == (200, 3)


def test_wrong_content_is_pointed_at(town: Town, sign_in: SignIn) -> None:
    wrong = ITEM | {"code": "U01", "deadline": "soon"}

    answer = sign_in("dispatcher").put("/api/items", json=wrong)

    assert {error["pointer"] for error in answer.json["errors"]} == {"/code", "/deadline"}


def sheet(*lines: dict[str, str]) -> bytes:
    """A sheet of items as somebody filled it in."""
    return written(COLUMNS, [Line(2, line) for line in lines])


GOOD = {
    "code": "P80",
    "class_name": "公共安全",
    "name": "广告牌松动",
    "lead_department": "城管",
    "severity": "一般",
}


def test_the_template_can_be_read_and_taken_in(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    blank = desk.get("/api/items/template").data
    heads = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(blank)).active[1]]

    assert heads[:3] == ["编号*", "类别*", "事项名称*"]
    seen = desk.post("/api/items/import", data=blank).json
    assert [(one["code"], one["change"]) for one in seen["good"]] == [("P20", "new")]
    assert "P20" not in _codes(desk)


def test_the_list_can_be_taken_away_and_changed(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    desk.put("/api/items", json=ITEM | {"code": "P77"})
    book = openpyxl.load_workbook(io.BytesIO(desk.get("/api/items/sheet").data))
    book.active["C2"] = "改了名称"
    changed = io.BytesIO()
    book.save(changed)

    seen = desk.post("/api/items/import", data=changed.getvalue()).json

    assert seen["broken"] == []
    assert [one["change"] for one in seen["good"]] == ["changed", "same"]


def test_a_broken_line_names_its_column(town: Town, sign_in: SignIn) -> None:
    answer = sign_in("dispatcher").post("/api/items/import", data=sheet(GOOD | {"name": ""})).json

    assert [one["detail"] for one in answer["broken"][0]["errors"]] == ["事项名称:必填"]


def test_good_lines_go_in_and_broken_ones_come_back_marked(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    data = sheet(GOOD, GOOD | {"code": "P81", "severity": "很大"}, GOOD)

    done = desk.post("/api/items/import", query_string={"reason": "年度更新"}, data=data).json

    assert [one["code"] for one in done["good"]] == ["P80"]
    assert [one["number"] for one in done["broken"]] == [3, 4]
    book = openpyxl.load_workbook(io.BytesIO(b64decode(done["broken_sheet"])))
    severity = book.active["F2"]
    assert (severity.value, severity.fill.bgColor.rgb is not None) == ("很大", True)
    assert "应为一般" in severity.comment.text
    again = desk.post("/api/items/import", data=data).json
    assert [one["change"] for one in again["good"]] == ["same"]


def test_an_empty_cell_leaves_what_the_item_says(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    desk.put("/api/items", json=ITEM)
    line = GOOD | {"code": "P01", "name": "飞线充电(楼道)"}

    desk.post("/api/items/import", query_string={"reason": "改名"}, data=sheet(line))

    item = db.session.scalars(select(HazardItem).where(HazardItem.code == "P01")).one()
    assert (item.name, item.evidence, item.photos_min) == ("飞线充电(楼道)", "全景一张", 2)


CELLS = st.text(max_size=8) | st.sampled_from(["", "一般", "重大", "P90", "公共安全", "是", "3wd"])
BROKEN = st.fixed_dictionaries({column.name: CELLS for column in COLUMNS})


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(BROKEN, max_size=6), st.integers(0, 6))
def test_no_broken_line_ever_loses_a_good_one(
    town: Town, sign_in: SignIn, broken: list[dict[str, str]], at: int
) -> None:
    data = sheet(*broken[:at], GOOD, *[line | {"code": "?"} for line in broken[at:]])

    seen = sign_in("dispatcher").post("/api/items/import", data=data).json

    assert [one["number"] for one in seen["good"] if one["code"] == "P80"]
    filled = len(read(data, COLUMNS))
    assert len(seen["good"]) + len(seen["broken"]) == filled


def test_a_file_that_is_no_sheet_is_refused(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")

    for data in (b"", b"PK\x03\x04nothing", b"\xd0\xcf\x11\xe0nothing", b"a,b\n1,2"):
        answer = desk.post("/api/items/import", data=data)
        assert (answer.status_code, answer.json["type"]) == (422, "/problems/sheet-unreadable")


def test_a_formula_is_only_text() -> None:
    lines = read(written(COLUMNS, [Line(2, GOOD | {"name": "=1+1"})]), COLUMNS)

    assert lines[0].values["name"] == "=1+1"
    assert read(template(COLUMNS), COLUMNS)[0].values["code"] == "P20"
