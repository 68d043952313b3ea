"""Lists as files: what a spreadsheet and a map program read in them."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from flask.testing import FlaskClient

from backend.api import exports
from backend.audit.models import AuditLine
from backend.cases.models import Case
from backend.db import db
from backend.papers import ledger
from backend.papers.masking import without_numbers
from backend.papers.sheets import disarmed
from tests.cases.steps import bring_to_an_end, call
from tests.conftest import SignIn
from tests.inspections.work import hazard, inspect, position
from tests.tasks.desk import new_task
from tests.town import Town


def export(browser: FlaskClient, name: str, kind: str, **query: str) -> Any:
    answer = browser.get(f"/api/exports/{name}", query_string={"format": kind, **query})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer


def lines(answer: Any) -> list[dict[str, str]]:
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def opened(answer: Any) -> Any:
    """The sheet, read by another library than the one that wrote it."""
    return openpyxl.load_workbook(io.BytesIO(answer.get_data())).active


@pytest.fixture
def closed(town: Town) -> UUID:
    case_id = hazard(town, note="=HYPERLINK(1) 找王先生 13800001111")
    bring_to_an_end(town, case_id)
    return case_id


def test_a_ledger_of_cases_says_how_each_was_put_right(closed: UUID, sign_in: SignIn) -> None:
    [row] = lines(export(sign_in("dispatcher"), "cases", "csv"))

    assert row["编号"] == db.session.get_one(Case, closed).number
    assert (row["排查时间"], row["类别"], row["等级"], row["状态"]) == (
        "2026-11-16 10:00", "公共安全", "较大", "已结案",
    )  # fmt: skip
    assert (row["整改措施"], row["责任单位/责任人"]) == ("已整改", "消防 测试officer")
    assert (row["复查人"], row["排查人"]) == ("测试supervisor", "测试worker")


def test_no_formula_and_no_number_of_a_person_leaves(closed: UUID, sign_in: SignIn) -> None:
    [row] = lines(export(sign_in("dispatcher"), "cases", "csv"))
    sheet = opened(export(sign_in("dispatcher"), "cases", "xlsx"))

    assert row["隐患描述"] == "'=HYPERLINK(1) 找王先生 138******11"
    cell = sheet.cell(4, 5)
    assert (cell.data_type, cell.value) == ("s", "=HYPERLINK(1) 找王先生 138******11")


def test_the_sheet_is_made_as_offices_print_it(closed: UUID, sign_in: SignIn) -> None:
    answer = export(sign_in("dispatcher"), "cases", "xlsx")
    sheet = opened(answer)

    assert sheet["A1"].value == "隐患台账"
    assert "A1:O1" in [str(area) for area in sheet.merged_cells.ranges]
    assert sheet["A2"].value.startswith("填报单位:金新街道    填报人:测试dispatcher    日期:20")
    assert [sheet.cell(3, at).value for at in (1, 2, 3)] == ["编号", "排查时间", "地点/部位"]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A4", "$1:$3")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet["A4"].value == db.session.get_one(Case, closed).number
    assert "审核人" in sheet["A6"].value
    name = answer.headers["Content-Disposition"]
    assert "filename*=UTF-8''%E9%9A%90%E6%82%A3%E5%8F%B0%E8%B4%A6_" in name


def test_the_map_file_names_its_coordinates(town: Town, sign_in: SignIn) -> None:
    hazard(town, position=position(121.005, 32.005))

    told = export(sign_in("dispatcher"), "cases", "geojson").get_json(force=True)

    assert told["crs"]["properties"]["name"] == "urn:ogc:def:crs:OGC:1.3:CRS84"
    [feature] = told["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [121.005, 32.005]}
    assert feature["properties"]["state"] == "待受理"


def test_a_file_holds_what_the_list_holds(town: Town, closed: UUID, sign_in: SignIn) -> None:
    hazard(town)
    hazard(town, by="other_worker")
    inspect(town, failing="H01")
    desk = sign_in("dispatcher")

    assert len(lines(export(desk, "cases", "csv", state="closed"))) == 1
    assert len(lines(export(desk, "cases", "csv"))) == 2
    assert len(lines(export(sign_in("supervisor"), "cases", "csv"))) == 2


def test_nothing_restricted_is_in_a_file_whoever_asks(town: Town, sign_in: SignIn) -> None:
    inspect(town, failing="H01")
    desk = sign_in("dispatcher")
    [secret] = desk.get("/api/cases").json["items"]
    call(town, UUID(secret["id"]), "ask_opinion", "消防")  # without one no task may be given
    file = desk.get(f"/api/cases/{secret['id']}").json
    step = f"/api/cases/{file['id']}/parts/{file['parts'][0]['id']}/finish"
    told = desk.post(step, json={"seen": file["version"], "text": "可以交办"})
    assert told.status_code == 200, told.json
    task = new_task(town, case_id=secret["id"], house_id=None)
    assert desk.post("/api/tasks", json=task).status_code == 201

    for name in ("cases", "tasks", "activities"):
        for kind in ("csv", "geojson"):
            file = export(desk, name, kind).get_data(as_text=True)
            said = [word for word in (secret["number"], "H01", task["title"]) if word in file]
            assert said == [], (name, kind)


@pytest.mark.parametrize(
    ("name", "head", "value"),
    [
        ("houses", "房东", "张**"),
        ("activities", "情况", "已检查"),
        ("workers", "类别", "专职"),
        ("tasks", "任务", None),
        ("refusals", "记录", None),
    ],
)
def test_every_list_leaves(
    town: Town, sign_in: SignIn, name: str, head: str, value: str | None
) -> None:
    inspect(town)

    found = lines(export(sign_in("dispatcher"), name, "csv"))

    assert (value is None and found == []) or value in {row[head] for row in found}


def test_workers_leave_as_the_desk_shows_them(town: Town, sign_in: SignIn) -> None:
    browser = sign_in("dispatcher")

    def names(**query: str) -> list[str]:
        return [row["姓名"] for row in lines(export(browser, "workers", "csv", **query))]

    assert names(q="2村") == ["测试worker2"]
    assert (names(duty="on"), len(names(duty="off"))) == ([], 3)


def test_pages_are_joined(town: Town, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "A_PAGE", 3)

    codes = [row["房屋编号"] for row in lines(export(sign_in("dispatcher"), "houses", "csv"))]

    assert len(set(codes)) == len(codes) == 4


def test_too_much_is_refused_with_what_to_do(
    town: Town, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "MOST", 3)

    answer = sign_in("dispatcher").get("/api/exports/houses?format=xlsx")

    assert (answer.status_code, answer.json["type"]) == (422, "/problems/export-too-large")
    assert "请缩小筛选范围" in answer.json["detail"]


def test_a_filter_with_a_slip_is_refused(sign_in: SignIn) -> None:
    for query in ("format=pdf", "format=csv&stat=closed", "format=geojson", ""):
        answer = sign_in("dispatcher").get(f"/api/exports/refusals?{query}")
        assert answer.status_code == 422, query


def test_every_export_leaves_a_line(town: Town, sign_in: SignIn) -> None:
    export(sign_in("dispatcher"), "houses", "csv", state="unchecked")

    [line] = db.session.query(AuditLine).filter_by(action="export").all()
    assert line.detail == {"format": "csv", "rows": 4, "filters": {"state": "unchecked"}}
    assert line.actor_id == town.users["dispatcher"].id


@pytest.mark.parametrize("word", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_formula_is_disarmed(word: str) -> None:
    assert disarmed(word) == "'" + word
    assert (disarmed("x=1"), disarmed(-1)) == ("x=1", -1)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("电话13800001111。", "电话138******11。"),
        ("320612199001011234", "320*************34"),
        ("0513-86512345", "051********45"),
        ("编号 20261122001", "编号 20261122001"),
        ("楼号 1380000111", "楼号 1380000111"),
        (None, None),
    ],
)
def test_numbers_of_persons_are_hidden(words: str | None, told: str | None) -> None:
    assert without_numbers(words) == told
