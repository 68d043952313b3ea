"""What the ledger (台账) says of the house: a line for each finding, as it ended."""

from __future__ import annotations

import io
from datetime import datetime

import openpyxl
from playwright.sync_api import Page

from backend.clock.calendar import ZONE
from tests.browser.story.cast import ESCAPE, FAILURES, ROOMS, Failure, House, asked
from tests.browser.story.figures import Days
from tests.browser.story.offices import Cases

Line = dict[str, str]
LOOKED_AT = {ROOMS: ("已结案", "通过"), ESCAPE: ("处置中", "不通过")}
NOT_BEGUN = ("待签收", "")


def says(hall: Page, house: House, cases: Cases, days: Days, worker: str) -> None:
    """The sheet has all that was found in the house, and of each no more than what happened."""
    lines = {
        line["隐患编号"]: line for line in _sheet(hall, days) if line["房屋编号"] == house.code
    }
    assert lines.keys() == {cases[one.code]["number"] for one in FAILURES}
    for one in FAILURES:
        case = cases[one.code]
        line, wanted = lines[case["number"]], _wanted(hall, one, case["id"], worker)
        wanted |= {"地址": house.address, "隐患事项": case["title"]}
        assert {head: line[head] for head in wanted} == wanted, one
        dated = {head for head in ("发现日期", "整改日期", "复查日期") if line[head]}
        assert dated == _dated(one), one
        assert all(days[0] < line[head] <= days[1] for head in dated), one


def _sheet(hall: Page, days: Days) -> list[Line]:
    """The lines of the sheet that the desk gives out."""
    hall.goto("/centre/figures?since={}&until={}".format(*days))
    hall.get_by_text("导出整改台账").click()
    with hall.expect_download() as download:
        hall.get_by_role("button", name="Excel 台账").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    title, about, heads, *rows = book.worksheets[0].iter_rows(values_only=True)
    assert title[0] == "出租房隐患整改台账"
    assert "统计期间:{} 至 {}".format(*days) in str(about[0])
    texts = (["" if cell is None else str(cell) for cell in row] for row in rows)
    return [dict(zip(map(str, heads), row, strict=True)) for row in texts]


def _wanted(hall: Page, one: Failure, case_id: str, worker: str) -> Line:
    """Whose it is, until when, and how far it has come."""
    due_at = datetime.fromisoformat(asked(hall, f"/api/cases/{case_id}")["due_at"])
    state, looked = LOOKED_AT.get(one, NOT_BEGUN)
    return {
        "等级": one.severity,
        "检查人": worker,
        "责任部门": one.department,
        "整改期限": str(due_at.astimezone(ZONE).date()),
        "复查人": worker if looked else "",
        "复查结果": looked,
        "状态": state,
        "是否超期": "否",
    }


def _dated(one: Failure) -> set[str]:
    """Which days the sheet tells: what failed its recheck is not mended."""
    told = {"发现日期"} | ({"复查日期"} if one in LOOKED_AT else set())
    return told | ({"整改日期"} if one is ROOMS else set())
