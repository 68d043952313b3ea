"""What the hotline is told of how its orders ended."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from backend.audit.models import AuditLine
from backend.cases.models import Case
from backend.db import db, transaction, utc_now
from backend.sources import results
from tests.cases.steps import bring_to_an_end, do
from tests.conftest import SignIn
from tests.partners.conftest import Ask, ask  # noqa: F401 - a fixture
from tests.sources.test_hotline import ORDER, sent
from tests.town import Town

PATH = "/api/sources/hotline/results"


@pytest.fixture
def desk(town: Town, sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


def ordered(desk: FlaskClient, number: str, **more: str) -> UUID:
    """The case of a new order."""
    (taken,) = sent(desk, ORDER | {"number": number} | more)["taken"]
    return UUID(taken["case_id"])


def told(desk: FlaskClient, **asked: Any) -> list[dict[str, str]]:
    """The rows of a file that is taken."""
    answer = desk.post(PATH, json={"format": "csv", **asked})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def numbers(rows: list[dict[str, str]]) -> list[str]:
    return [row["工单号"] for row in rows]


def rate_badly_and_do_again(town: Town, case_id: UUID) -> None:
    do(town, case_id, "dispatcher", "rate", rating="dissatisfied")
    do(town, case_id, "dispatcher", "reopen", reason="又拉上了")
    bring_to_an_end(town, case_id)


def test_an_order_that_ended_is_told_with_all_that_the_hotline_asks(
    town: Town, desk: FlaskClient
) -> None:
    ordered(desk, "TZ1")
    case_id = ordered(desk, "TZ2")
    bring_to_an_end(town, case_id)
    do(town, case_id, "dispatcher", "rate", rating="satisfied")

    [row] = told(desk)

    case = db.session.get_one(Case, case_id)
    assert row | {"办结时间": "", "是否超期": ""} == {
        "工单号": "TZ2",
        "诉求类型": "投诉",
        "事项": "飞线充电",
        "案件编号": case.number,
        "受理时间": "2026-11-20 09:30",
        "承办部门": "消防",
        "办理结果": "已结案:已整改",
        "办理时限": "2026-11-27 09:30",
        "办结时间": "",
        "是否超期": "",
        "满意度": "满意",
    }
    late = case.closed_at is not None and case.closed_at > case.due_at
    assert row["是否超期"] == ("是" if late else "否")


def test_each_result_is_told_once_until_it_ends_anew(town: Town, desk: FlaskClient) -> None:
    case_id = ordered(desk, "TZ1")
    bring_to_an_end(town, case_id)
    assert desk.get(PATH).json == {"waiting": 1}

    assert numbers(told(desk)) == ["TZ1"]
    assert desk.get(PATH).json == {"waiting": 0}
    assert (numbers(told(desk)), numbers(told(desk, new=False))) == ([], ["TZ1"])
    rate_badly_and_do_again(town, case_id)
    assert (desk.get(PATH).json, numbers(told(desk))) == ({"waiting": 1}, ["TZ1"])


def test_what_was_declined_says_why_and_hides_numbers(town: Town, desk: FlaskClient) -> None:
    case_id = ordered(desk, "TZ1")
    do(town, case_id, "dispatcher", "decline", reason="不属本区,已电话 13800001111 告知")

    assert told(desk)[0]["办理结果"] == "不予受理:不属本区,已电话 138******11 告知"


def test_an_order_merged_into_another_ends_with_it(town: Town, desk: FlaskClient) -> None:
    first, second = ordered(desk, "TZ1"), ordered(desk, "TZ2")
    do(town, second, "dispatcher", "merge", case=first, reason="同一件事")
    assert told(desk) == []

    bring_to_an_end(town, first)

    rows = told(desk)
    assert {row["工单号"]: row["办理结果"] for row in rows} == dict.fromkeys(
        ["TZ1", "TZ2"], "已结案:已整改"
    )


def test_by_when_it_ended(town: Town, desk: FlaskClient) -> None:
    bring_to_an_end(town, ordered(desk, "TZ1"))
    soon = (utc_now() + timedelta(minutes=1)).isoformat()

    assert numbers(told(desk, closed_since=soon)) == []
    assert numbers(told(desk, closed_until=soon)) == ["TZ1"]


def test_nothing_restricted_and_nothing_of_others_is_told(
    town: Town,
    desk: FlaskClient,
    sign_in: SignIn,
    ask: Ask,  # noqa: F811
) -> None:
    case_id = ordered(desk, "TZ1")
    bring_to_an_end(town, case_id)
    assert told(sign_in("other_dispatcher")) == []
    with transaction():
        db.session.get_one(Case, case_id).restricted = True

    assert (desk.get(PATH).json, told(desk)) == ({"waiting": 0}, [])
    assert ask("/api/v1/hotline-results").json["items"] == []


def test_long_lists_are_told_whole(
    town: Town, desk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "A_PAGE", 2)
    for at in range(5):
        do(town, ordered(desk, f"TZ{at}"), "dispatcher", "decline", reason="重复")

    assert sorted(numbers(told(desk))) == [f"TZ{at}" for at in range(5)]
    assert desk.get(PATH).json == {"waiting": 0}
    [line] = db.session.query(AuditLine).filter_by(action="export").all()
    assert (line.subject_kind, line.detail["rows"]) == ("hotline-results", 5)


def test_a_token_reads_results_and_leaves_no_mark(
    town: Town,
    desk: FlaskClient,
    ask: Ask,  # noqa: F811
) -> None:
    for number in ("TZ1", "TZ2"):
        bring_to_an_end(town, ordered(desk, number))

    first = ask("/api/v1/hotline-results?limit=1").json
    second = ask(f"/api/v1/hotline-results?limit=1&cursor={first['next']}").json

    assert [row["number"] for row in first["items"] + second["items"]] == ["TZ1", "TZ2"]
    assert second["next"] is None
    assert (first["items"][0]["state"], first["items"][0]["result"]) == ("closed", "已结案:已整改")
    assert "id" not in first["items"][0]
    assert ask("/api/v1/hotline-results", unit="川姜镇").json["items"] == []
    assert desk.get(PATH).json == {"waiting": 2}
