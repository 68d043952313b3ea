"""The wall of what is late: whose, since when, why, and who urged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import event

from backend.cases import marks
from backend.cases.deadlines import clock
from backend.cases.models import Case
from backend.cases.thread import facts_of
from backend.clock.office import ANNOUNCED
from backend.clock.rules import working_minutes_between
from backend.db import db, transaction, utc_now
from backend.houses.commands import report_hazard
from tests.cases.steps import do, hand_over
from tests.conftest import SignIn
from tests.inspections.work import MONDAY, capture, hazard, inspect, report
from tests.town import Town

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def just_late(case: Case) -> datetime:
    """When it would have to be reported for its time to be over by now, and hardly more."""
    due, now, span = clock(), utc_now(), facts_of(case).span
    times = (now - hours * HOUR for hours in count(1))
    return next(at for at in times if due(at, span, 1) < now)


def late(sign_in: SignIn, username: str = "dispatcher", **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (
        sign_in(username).get("/api/late", query_string=query).json["items"]
    )
    return items


def test_it_says_how_late_why_and_who_urged(town: Town, sign_in: SignIn) -> None:
    case_id = hazard(town)
    hand_over(town, case_id)
    do(town, case_id, "officer", "feedback", text="好了")
    do(town, case_id, "supervisor", "fail", reason="仍有残留")
    do(town, case_id, "dispatcher", "supervise", text="请抓紧")
    do(town, case_id, "supervisor", "urge", text="请今日处置")
    with transaction():
        case = db.session.get_one(Case, case_id)
        case.due_at = case.step_due_at = MONDAY
        case.terms = []

    [row] = late(sign_in)

    assert (row["number"], row["owner"], row["state"]) == (case.number, "department", "in_progress")
    assert datetime.fromisoformat(row["late_since"]) == MONDAY
    assert abs(row["late_minutes"] - working_minutes_between(MONDAY, utc_now(), ANNOUNCED)) < 2
    assert (row["why"]["action"], row["why"]["text"]) == ("fail", "仍有残留")
    assert (row["urged"]["actor"]["name"], row["urged"]["text"]) == (
        "测试supervisor", "请今日处置",
    )  # fmt: skip
    assert row["times_urged"] == 2
    assert row["can_urge"]
    assert not late(sign_in, "officer")[0]["can_urge"]


def test_what_lies_at_whose_door(town: Town, sign_in: SignIn) -> None:
    with transaction():
        fresh, _ = report_hazard(capture(town, at=utc_now()), report())
        old = [report_hazard(capture(town, at=MONDAY - 30 * DAY), report())[0] for _ in range(2)]
        mine = [case.id for case in old]
        at = just_late(fresh)
    for case_id in (hazard(town, at=at), hazard(town, at=at)):
        hand_over(town, case_id)
    marks.sweep()
    desk = sign_in("dispatcher")

    groups = desk.get("/api/late/groups").json["groups"]

    told = {(one["owner"], one["name"]): (one["count"], one["red"]) for one in groups}
    assert told == {("department", "消防"): (2, 0), ("centre", "金新街道"): (2, 2)}
    for one in groups:
        rows = late(sign_in, owner=one["owner"], unit_id=one["unit_id"])
        assert len(rows) == one["count"]
    rows = late(sign_in)
    assert [row["late_since"] for row in rows] == sorted(row["late_since"] for row in rows)
    assert {row["mark"] for row in rows} == {"yellow", "red"}
    assert str(fresh.id) not in {row["id"] for row in rows}
    assert {str(case_id) for case_id in mine} < {row["id"] for row in rows}


def test_each_sees_their_own_and_nothing_restricted(town: Town, sign_in: SignIn) -> None:
    hand_over(town, hazard(town))
    inspect(town, failing="H01")

    assert len(late(sign_in)) == 2
    assert len(late(sign_in, "officer")) == 1
    assert len(late(sign_in, "head")) == 1
    assert late(sign_in, "other_dispatcher") == []
    assert sign_in("worker").get("/api/late").status_code == 403
    assert sign_in("admin").get("/api/late/groups").status_code == 403


def test_pages_follow_each_other(town: Town, sign_in: SignIn) -> None:
    for _ in range(5):
        hazard(town)
    desk = sign_in("dispatcher")
    seen, cursor = [], None
    for _ in range(3):
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = desk.get("/api/late", query_string=query).json
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]

    assert cursor is None
    assert len(set(seen)) == len(seen) == 5


def test_what_is_urgent_hangs_first_in_every_page(town: Town, sign_in: SignIn) -> None:
    longest, urgent, other = (hazard(town) for _ in range(3))
    with transaction():
        for case_id, hours in ((longest, 500), (urgent, 400), (other, 450)):
            case = db.session.get_one(Case, case_id)
            case.due_at = case.step_due_at = utc_now() - hours * HOUR
        db.session.get_one(Case, urgent).urgent = True
    desk = sign_in("dispatcher")
    first = desk.get("/api/late?limit=1").json
    rest = desk.get("/api/late", query_string={"cursor": first["next"]}).json

    ids = [row["id"] for row in first["items"] + rest["items"]]
    assert ids == [str(urgent), str(longest), str(other)]
    assert abs(since(first["items"][0]) - (utc_now() - 400 * HOUR)) < HOUR


def since(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["late_since"])


def test_while_suspended_only_the_review_can_be_late(town: Town, sign_in: SignIn) -> None:
    with transaction():
        case, _ = report_hazard(capture(town, at=utc_now()), report())
    hand_over(town, case.id)
    do(town, case.id, "officer", "ask_suspension", reason="等资金")
    do(town, case.id, "district", "approve_suspension", until=utc_now() + DAY)
    with transaction():
        case.due_at = datetime(2026, 1, 1, tzinfo=UTC)

    assert late(sign_in) == []

    with transaction():
        case.step_due_at = utc_now() - DAY
    [row] = late(sign_in)
    assert (row["why"]["action"], row["why"]["text"]) == ("ask_suspension", "等资金")


def test_more_rows_cost_no_more_statements(town: Town, sign_in: SignIn) -> None:
    """What may be urged is asked for all rows at once, above the township too."""

    def statements(username: str) -> int:
        said: list[str] = []

        def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            said.append(statement)

        desk = sign_in(username)
        db.session.expire_all()
        event.listen(db.engine, "before_cursor_execute", listen)
        try:
            assert all(row["can_urge"] for row in desk.get("/api/late").json["items"])
        finally:
            event.remove(db.engine, "before_cursor_execute", listen)
        return len(said)

    def add(count: int) -> None:
        with transaction():
            for _ in range(count):
                report_hazard(capture(town, at=MONDAY - 30 * DAY), report())

    add(2)
    few = [statements(name) for name in ("dispatcher", "district")]
    add(5)
    assert [statements(name) for name in ("dispatcher", "district")] == few
