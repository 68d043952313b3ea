"""The ledger of what was found says line by line what the figures say."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import openpyxl
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.api import ledgers
from backend.cases.models import Case, CaseEvent
from backend.cases.rules import local_day
from backend.db import db, transaction, utc_now
from backend.inspections.models import Recheck
from backend.org.sessions import actor_of
from backend.oversight.figures import period
from backend.oversight.findings import findings
from tests.cases.steps import do, hand_over
from tests.conftest import SignIn
from tests.inspections.test_rechecks import claim, found, recheck
from tests.inspections.work import hazard, inspect
from tests.town import Town

DAY = timedelta(days=1)
SECOND = "金新街道1村2"
A4_ACROSS, FONT = 149, 10  # signs across a page at that size of type


def days() -> dict[str, str]:
    """A month that ends today."""
    today = local_day(utc_now())
    return {"since": str(today - 30 * DAY), "until": str(today)}


def lines(browser: FlaskClient, **query: str) -> list[dict[str, str]]:
    asked = {"format": "csv", **days(), **query}
    answer = browser.get("/api/exports/findings", query_string=asked)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def counts(browser: FlaskClient, code: str, **query: str) -> tuple[int, int]:
    rows = browser.get("/api/figures", query_string={**days(), **query}).json["rows"]
    one = next(figure for figure in rows[0]["figures"] if figure["code"] == code)
    return one["numerator"], one["denominator"]


def of_house(inspection_id: UUID) -> dict[str, UUID]:
    rows = db.session.execute(
        select(Case.item_code, Case.id).where(Case.inspection_id == inspection_id)
    )
    return {row.item_code: row.id for row in rows}


def struck(town: Town) -> tuple[UUID, Recheck]:
    case_id = found(town)
    claim(town, case_id)
    return case_id, recheck(town, case_id)


def test_a_line_tells_how_a_finding_ended(town: Town, sign_in: SignIn) -> None:
    case_id, look = struck(town)
    hazard(town)  # no inspection found it

    [line] = lines(sign_in("dispatcher"))

    case = db.session.get_one(Case, case_id)
    fed_back = db.session.scalars(
        select(CaseEvent.at).where(CaseEvent.case_id == case_id, CaseEvent.action == "feedback")
    ).one()
    wanted = {
        "序号": "1",
        "隐患编号": case.number,
        "村(社区)": "金新街道1村",
        "等级": ledgers.SEVERITIES[case.severity],
        "发现日期": "2026-11-16",
        "检查人": "测试worker",
        "责任部门": "消防",
        "整改期限": str(local_day(case.due_at)),
        "整改日期": str(local_day(fed_back)),
        "复查日期": str(local_day(look.captured_at)),
        "复查人": "测试worker",
        "复查结果": "通过",
        "状态": "已结案",
        "是否超期": "否",
    }
    assert {head: line[head] for head in wanted} == wanted


def test_what_failed_its_recheck_is_not_mended(town: Town, sign_in: SignIn) -> None:
    case_id = found(town)
    claim(town, case_id)
    recheck(town, case_id, passed=False, photos=[], note="还没有改")

    [line] = lines(sign_in("dispatcher"))

    assert (line["整改日期"], line["复查结果"], line["状态"]) == ("", "不通过", "处置中")


def test_the_ledger_and_the_figures_say_the_same(town: Town, sign_in: SignIn) -> None:
    struck(town)
    second = of_house(inspect(town, SECOND, failing="D01 E04").id)
    do(town, second["D01"], "dispatcher", "void", reason="重复登记")
    with transaction():
        db.session.get_one(Case, second["E04"]).due_at = utc_now() - DAY
    hand_over(town, second["E04"])
    desk = sign_in("dispatcher")

    ledger = lines(desk)

    assert counts(desk, "mended") == (1, 2) == (
        Counter(line["状态"] for line in ledger)["已结案"],
        len(ledger),
    )  # fmt: skip
    overdue, unmended = counts(desk, "mend_overdue")
    assert (overdue, unmended) == (
        sum(line["是否超期"] == "是" for line in ledger),
        sum(line["状态"] != "已结案" for line in ledger),
    )
    for by, key, head in (("village", "village_id", "村(社区)"), ("item", "item_code", "隐患事项")):
        rows = desk.get("/api/figures", query_string={**days(), "by": by}).json["rows"]
        for row in rows[1:]:
            told = next(one for one in row["figures"] if one["code"] == "mended")
            some = lines(desk, **{key: row["key"]})
            assert len(some) == told["denominator"], row["name"]
            assert {line[head] for line in some} <= {line[head] for line in ledger}


def test_a_past_period_reads_as_it_ended(town: Town) -> None:
    case_id = found(town)
    claim(town, case_id)
    actor = actor_of(town.users["dispatcher"])
    past = period(utc_now() - 30 * DAY, utc_now())
    before = findings(actor, past, {})

    recheck(town, case_id)

    assert findings(actor, past, {}) == before
    assert before[0]["state"] == "awaiting_check"
    [now] = findings(actor, period(past.since, utc_now() + DAY), {})
    assert (now["state"], now["passed"]) == ("closed", True)


def test_weeks_and_months_add_up_and_open_their_cases(town: Town, sign_in: SignIn) -> None:
    first = struck(town)[0]
    later = of_house(inspect(town, SECOND, failing="D01").id)["D01"]
    with transaction():
        db.session.get_one(Case, first).received_at = utc_now() - 21 * DAY
    desk = sign_in("dispatcher")

    for by in ("week", "month"):
        rows = desk.get("/api/figures", query_string={**days(), "by": by}).json["rows"]
        told = {row["key"]: mended(row) for row in rows}
        assert told.pop("") == (1, 2)
        assert sum(many for _, many in told.values()) == 2
        for key, (_, many) in told.items():
            query = {**days(), by: key, "part": "denominator"}
            behind = desk.get("/api/figures/mended", query_string=query).json["items"]
            assert len(behind) == many, (by, key)
    monday = local_day(utc_now()) - local_day(utc_now()).weekday() * DAY
    newest = desk.get("/api/figures/mended", query_string={**days(), "week": str(monday)}).json
    assert [row["id"] for row in newest["items"]] == [str(later)]


def mended(row: dict[str, Any]) -> tuple[int, int]:
    one = next(figure for figure in row["figures"] if figure["code"] == "mended")
    return one["numerator"], one["denominator"]


def test_nobody_s_number_and_nothing_restricted_leaves(town: Town, sign_in: SignIn) -> None:
    found(town, "H01")

    assert lines(sign_in("dispatcher")) == []


def test_the_sheet_names_its_days_and_fits_across_a_page(town: Town, sign_in: SignIn) -> None:
    struck(town)
    query = {"format": "xlsx", **days()}

    answer = sign_in("dispatcher").get("/api/exports/findings", query_string=query)

    sheet: Any = openpyxl.load_workbook(io.BytesIO(answer.get_data())).active
    assert sheet["A1"].value == "出租房隐患整改台账"
    assert f"统计期间:{days()['since']} 至 {days()['until']}" in sheet["A2"].value
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0  # as many pages as it takes, one across
    across = sum(column.width for column in ledgers.FINDING_LEDGER.columns)
    assert A4_ACROSS / across * FONT >= 7.5
