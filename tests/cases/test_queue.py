"""The queue: its order, its filters, its pages, and what stands in each view."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from backend.cases.models import Case
from backend.cases.part_models import CasePart
from backend.db import db, transaction, utc_now
from tests.cases.steps import call, do, hand_over
from tests.conftest import SignIn
from tests.inspections.work import MONDAY, hazard, inspect
from tests.town import Town


def listed(browser: FlaskClient, **query: Any) -> list[str]:
    answer = browser.get("/api/cases/queue", query_string=query)
    assert answer.status_code == 200, answer.json
    return [row["id"] for row in answer.json["items"]]


def counted(browser: FlaskClient, **query: Any) -> Any:
    return browser.get("/api/cases/queue/counts", query_string=query).json


def due_in(case_id: UUID, minutes: int) -> None:
    with transaction():
        db.session.get_one(Case, case_id).step_due_at = utc_now() + timedelta(minutes=minutes)


def test_the_most_urgent_comes_first_then_the_first_due(town: Town, sign_in: SignIn) -> None:
    late, soon = hazard(town), hazard(town)
    inspect(town, failing="D01")  # critical
    due_in(late, 500)
    due_in(soon, 5)
    rows = sign_in("dispatcher").get("/api/cases/queue").json["items"]

    assert [row["severity"] for row in rows] == ["critical", "serious", "serious"]
    assert [row["id"] for row in rows[1:]] == [str(soon), str(late)]
    assert rows[1]["village"]["name"] == "金新街道1村"


def test_pages_join_without_a_gap_or_a_repeat(town: Town, sign_in: SignIn) -> None:
    cases = [hazard(town) for _ in range(5)]
    same = utc_now() + timedelta(hours=1)
    with transaction():
        for case in cases[:3]:
            db.session.get_one(Case, case).step_due_at = same
    desk, got, cursor = sign_in("dispatcher"), list[str](), None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = desk.get("/api/cases/queue", query_string=query).json
        got += [row["id"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert sorted(got) == sorted(map(str, cases))
    assert desk.get("/api/cases/queue?cursor=x").status_code == 422


def test_filters_and_views(town: Town, sign_in: SignIn) -> None:
    fresh, handed, over = hazard(town), hazard(town), hazard(town)
    hand_over(town, handed)
    due_in(over, -5)
    due_in(fresh, 60)
    due_in(handed, 60 * 48)
    desk, officer = sign_in("dispatcher"), sign_in("officer")

    assert set(listed(desk, view="mine")) == {str(fresh), str(over)}
    assert listed(officer, view="mine") == [str(handed)]
    assert listed(desk, view="unassigned", due="overdue") == [str(over)]
    assert listed(desk, due="soon") == [str(fresh)]
    assert listed(desk, state="in_progress") == listed(desk, owner="department") == [str(handed)]
    assert listed(desk, q="没有这样的") == []
    assert listed(desk, ids=[str(handed), str(fresh)], owner="centre") == [str(fresh)]
    counts = counted(desk, owner="department")
    assert (counts["mine"], counts["overdue"], counts["open"], counts["matching"]) == (2, 1, 3, 1)
    assert desk.get("/api/cases/queue?state=closed").status_code == 422


def duties(browser: FlaskClient) -> Any:
    found: Any = browser.get("/api/cases/queue/duties").json
    return {one["view"]: one["count"] for one in found}


def test_each_role_has_its_views(town: Town, sign_in: SignIn) -> None:
    hazard(town)  # which waits for the centre
    sent, signed, checked = (hazard(town) for _ in range(3))
    fire = town.departments["金新街道消防"].id
    do(town, sent, "dispatcher", "dispatch", department=fire)
    hand_over(town, signed)
    hand_over(town, checked)
    do(town, checked, "officer", "feedback", text="已整改")
    call(town, signed, "call_support", "住建")
    with transaction():
        db.session.scalars(select(CasePart)).one().due_at = utc_now() + timedelta(days=2)
    due_in(signed, -5)
    due_in(sent, 60 * 48)
    due_in(checked, -5)
    officer, housing, supervisor = sign_in("officer"), sign_in("housing"), sign_in("supervisor")

    assert duties(officer) == {"sign": 1, "handling": 1, "due": 1, "parts": 0}
    assert listed(officer, view="sign") == [str(sent)]
    assert listed(officer, view="handling") == listed(officer, view="due") == [str(signed)]
    assert duties(housing) == {"sign": 0, "handling": 0, "due": 0, "parts": 1}
    assert listed(housing, view="parts") == [str(signed)]
    assert duties(supervisor) == {"verify": 1, "overdue": 2, "passed": 0}
    do(town, checked, "supervisor", "pass", text="现场看过")
    assert duties(supervisor) == {"verify": 0, "overdue": 1, "passed": 1}
    assert listed(supervisor, view="passed") == [str(checked)]
    assert list(duties(sign_in("village"))) == ["mine", "due", "open"]
    assert duties(sign_in("dispatcher")) == {}


def test_what_is_raised_waits_for_the_district_and_stays_with_the_township(
    town: Town, sign_in: SignIn
) -> None:
    plain, raised, handled, hung = (hazard(town) for _ in range(4))
    desk, above = sign_in("dispatcher"), sign_in("district")
    hand_over(town, handled)
    do(town, handled, "dispatcher", "raise", reason="跨镇街")
    hand_over(town, hung)
    do(town, hung, "officer", "ask_suspension", reason="等待征收")

    do(town, raised, "dispatcher", "raise", reason="镇街无力处置")

    assert set(listed(above, view="mine")) == {str(raised), str(handled), str(hung)}
    assert set(listed(desk, view="mine")) == {str(plain), str(raised), str(hung)}
    assert counted(above)["mine"] == 3
    assert set(listed(desk, level=4)) == set(listed(above, level=4)) == {str(raised), str(handled)}
    rows = desk.get("/api/cases/queue", query_string={"ids": [str(raised)]}).json["items"]
    assert [row["level"] for row in rows] == [4]
    do(town, raised, "district", "lower", reason="请镇街处置")
    assert set(listed(above, view="mine")) == {str(handled), str(hung)}


def test_what_is_handed_down_waits_below(town: Town, sign_in: SignIn) -> None:
    case, village, head = hazard(town), sign_in("village"), sign_in("head")
    with transaction():
        db.session.get_one(Case, case).severity = "general"
    assert listed(village, view="mine") == []

    do(town, case, "dispatcher", "lower", reason="村里先看")
    assert (listed(village, view="mine"), listed(head, view="mine")) == ([str(case)], [])

    do(town, case, "dispatcher", "lower", reason="网格先看")
    assert (listed(village, view="mine"), listed(head, view="mine")) == ([], [str(case)])
    assert listed(sign_in("dispatcher"), view="mine") == [str(case)]


def test_a_village_has_to_do_what_the_table_lets_it_do(town: Town, sign_in: SignIn) -> None:
    settled, grave, barred = hazard(town), hazard(town), hazard(town)
    for case in (settled, grave, barred):
        do(town, case, "dispatcher", "lower", reason="村里先看")
    with transaction():
        db.session.get_one(Case, settled).severity = "general"
        row = db.session.get_one(Case, barred)
        row.severity, row.settles = "general", False
    village = sign_in("village")

    assert listed(village, view="mine") == [str(settled)]
    assert set(listed(village, view="open")) == {str(settled), str(grave), str(barred)}
    for case, can in ((settled, True), (grave, False)):
        codes = {one["code"] for one in village.get(f"/api/cases/{case}").json["actions"]}
        assert ("settle" in codes) is can


def test_a_part_that_is_late_is_due(town: Town, sign_in: SignIn) -> None:
    case_id = hazard(town)
    hand_over(town, case_id)
    call(town, case_id, "call_support", "住建")
    housing = sign_in("housing")
    with transaction():
        part = db.session.scalars(select(CasePart)).one()
        part.due_at = utc_now() - timedelta(minutes=1)

    assert duties(housing)["due"] == 1
    assert duties(sign_in("other_dispatcher")) == {}


def test_what_has_ended_or_is_not_ones_own_is_not_in_it(town: Town, sign_in: SignIn) -> None:
    gone, there = hazard(town), hazard(town)
    do(town, gone, "dispatcher", "decline", reason="重复")

    assert listed(sign_in("dispatcher")) == [str(there)]
    assert listed(sign_in("other_dispatcher")) == []
    assert counted(sign_in("other_dispatcher"))["open"] == 0
    assert sign_in("worker").get("/api/cases/queue").status_code == 403


def test_views_are_kept_shared_and_forgotten(town: Town, sign_in: SignIn) -> None:
    desk, colleague, other = (
        sign_in("dispatcher"),
        sign_in("supervisor"),
        sign_in("other_dispatcher"),
    )
    mine = {"name": "消防逾期", "query": {"due": "overdue"}, "shared": False}
    desk.post("/api/cases/queue/filters", json=mine)
    assert colleague.get("/api/cases/queue/filters").json == []

    shared = desk.post("/api/cases/queue/filters", json={**mine, "shared": True}).json

    assert (shared["query"], shared["own"]) == ({"due": "overdue"}, True)
    views: Any = colleague.get("/api/cases/queue/filters").json
    (seen,) = views
    assert (seen["name"], seen["own"]) == ("消防逾期", False)
    assert sign_in("head").get("/api/cases/queue/filters").json == [seen]
    assert other.get("/api/cases/queue/filters").json == []
    assert colleague.delete(f"/api/cases/queue/filters/{shared['id']}").status_code == 404
    assert desk.delete(f"/api/cases/queue/filters/{shared['id']}").status_code == 204
    assert desk.get("/api/cases/queue/filters").json == []
    wrong = desk.post("/api/cases/queue/filters", json={**mine, "query": {"due": "never"}})
    assert wrong.status_code == 422


def test_a_list_begins_with_what_is_urgent_and_open(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    oldest, older, old, new = (hazard(town) for _ in range(4))
    with transaction():
        for days, case_id in enumerate((new, old, older, oldest)):
            case = db.session.get_one(Case, case_id)
            case.captured_at = MONDAY - timedelta(days=days)
            case.urgent = case_id in {oldest, old, older}
    do(town, older, "dispatcher", "void", reason="重复")

    listed: list[str] = []
    cursor = None
    while True:
        page = desk.get("/api/cases", query_string={"limit": 1, "cursor": cursor}).json
        listed += [row["id"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert listed == [str(one) for one in (old, oldest, new, older)]
