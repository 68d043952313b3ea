"""The clock looks at open cases: marks given once, messages to the owner's people, other days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from backend.cases import marks
from backend.cases.acts import act
from backend.cases.models import Case, CaseEvent, CaseMark, CaseWatch
from backend.clock.commands import clear_day, set_day
from backend.db import db, transaction, utc_now
from backend.delivery.models import Message
from backend.houses.commands import report_hazard
from backend.org.sessions import actor_of
from tests.cases.steps import do, hand_over
from tests.inspections.work import MONDAY, capture, hazard, inspect, report
from tests.town import Town

DAY = timedelta(days=1)
CODES = ("deadline-reminder", "case-late")
DUE = MONDAY + 3 * DAY  # of a serious one, found on a Monday at ten: Thursday at ten


@pytest.fixture
def case(town: Town) -> Case:
    """Found on a Monday, and signed for by the fire department; all its step's time is its own."""
    case_id = hazard(town)
    hand_over(town, case_id)
    return db.session.get_one(Case, case_id)


def look(case: Case, at: datetime) -> None:
    with transaction():
        marks.look(case.id, at)


def lines(case: Case) -> list[tuple[str, str]]:
    query = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.actor_id.is_(None))
    told = db.session.scalars(query.order_by(CaseEvent.version))
    return [(line.action, line.text) for line in told]


def told() -> list[tuple[str, str, str]]:
    query = select(Message).where(Message.code.in_(CODES)).order_by(Message.created_at, Message.id)
    return [(row.code, row.title, row.body) for row in db.session.scalars(query)]


def people(code: str) -> set[UUID]:
    return set(db.session.scalars(select(Message.user_id).where(Message.code == code)))


def test_marks_come_one_after_the_other_and_once_each(town: Town, case: Case) -> None:
    assert case.due_at == DUE
    look(case, MONDAY + 2.3 * DAY)
    assert lines(case) == []

    for at in (MONDAY + 2.4 * DAY, MONDAY + 2.5 * DAY):
        look(case, at)
    assert [action for action, _ in lines(case)] == ["mark_reminder"]

    look(case, DUE)
    look(case, DUE)
    # A day and a half more: Friday, and half of the day that ends on Monday at ten.
    look(case, DUE + 3.5 * DAY - timedelta(minutes=1))
    assert (case.level, case.supervised) == (3, False)
    look(case, DUE + 3.5 * DAY)
    look(case, DUE + 3.5 * DAY)

    assert [action for action, _ in lines(case)] == ["mark_reminder", "mark_yellow", "mark_red"]
    assert lines(case)[0][1] == "案件时限 2026-11-19 10:00"
    assert (case.level, case.supervised, case.state) == (4, True, "in_progress")
    assert db.session.query(CaseMark).count() == 3
    assert db.session.get_one(CaseWatch, case.id).look_at is None


def test_what_was_long_forgotten_gets_its_last_mark_alone(town: Town, case: Case) -> None:
    look(case, DUE + 30 * DAY)

    assert [action for action, _ in lines(case)] == ["mark_red"]


def test_the_owners_people_are_told_and_the_level_above_of_a_red_one(
    town: Town, case: Case
) -> None:
    look(case, MONDAY + 2.5 * DAY)
    assert people("deadline-reminder") == {town.users[n].id for n in ("officer", "cleared")}
    assert set(told()) == {("deadline-reminder", "即将到期", f"{case.number} 公共安全")}

    look(case, DUE + 5 * DAY)

    assert people("case-late") == {
        town.users[name].id
        for name in ("officer", "cleared", "dispatcher", "commander", "district")
    }


def found(town: Town, code: str) -> Case:
    """What an inspection of the Monday found, signed for by the fire department."""
    done = inspect(town, failing=code)
    case = db.session.scalars(select(Case).where(Case.inspection_id == done.id)).one()
    hand_over(town, case.id)
    return case


def test_a_finding_reminds_a_day_before_at_and_a_day_after_its_deadline(town: Town) -> None:
    case = found(town, "B01")
    assert case.due_at == DUE
    seen = []
    for at in (2 * DAY, 3 * DAY, 4 * DAY):
        for moment in (MONDAY + at - timedelta(minutes=1), MONDAY + at, MONDAY + at):
            look(case, moment)
            seen.append(len(lines(case)))

    assert seen == [0, 1, 1, 1, 2, 2, 2, 3, 3]
    days = ["mark_reminder", "mark_yellow", "mark_after"]
    assert [action for action, _ in lines(case)] == days
    assert {title for _, title, _ in told()} == {"即将到期", "已到期(黄牌)", "已逾期一天"}
    look(case, DUE + 5 * DAY)
    assert [action for action, _ in lines(case)] == [*days, "mark_red"]


def test_a_deadline_of_a_day_has_no_day_before(town: Town) -> None:
    case = found(town, "D01")

    look(case, MONDAY + DAY - timedelta(minutes=1))
    assert lines(case) == []
    for hours in (24, 36, 48):
        look(case, MONDAY + timedelta(hours=hours))

    assert [action for action, _ in lines(case)] == ["mark_yellow", "mark_red"]


def test_a_step_has_its_own_marks(town: Town) -> None:
    """A case that nobody accepts: its step is late long before the case is."""
    with transaction():
        case, _ = report_hazard(capture(town, at=utc_now()), report())
    assert case.step_due_at is not None

    look(case, case.step_due_at)

    assert [action for action, _ in lines(case)][-1] == "mark_yellow"
    assert db.session.scalars(select(CaseMark.clock)).all() == ["step"]
    assert people("case-late") == {town.users["dispatcher"].id}
    do(town, case.id, "dispatcher", "accept")
    assert case.step_span == "1wh"
    look(case, utc_now())
    assert db.session.query(CaseMark).filter_by(clock="step").count() == 1  # a new step is in time


def test_one_message_where_step_and_case_are_late_at_once(town: Town) -> None:
    case = db.session.get_one(Case, hazard(town))

    look(case, utc_now() + 90 * DAY)

    assert [action for action, _ in lines(case)] == ["mark_red", "mark_red"]
    assert len(told()) == len(people("case-late")) == 3  # the centre, its commander, and above


def test_of_a_restricted_one_nothing_is_said_and_only_to_the_cleared(town: Town) -> None:
    done = inspect(town, failing="H01")
    secret = db.session.scalars(select(Case).where(Case.inspection_id == done.id)).one()

    look(secret, utc_now() + 9 * DAY)

    cleared = ("dispatcher", "commander", "district")
    assert people("case-late") == {town.users[name].id for name in cleared}
    for _, title, body in told():
        assert secret.number not in title + body
        assert "重大" not in title + body


def test_while_it_is_suspended_its_time_stands_still(town: Town, case: Case) -> None:
    asked = utc_now()
    do(town, case.id, "officer", "ask_suspension", reason="等资金")
    do(town, case.id, "district", "approve_suspension", until=asked + 20 * DAY)
    before = [line for line in lines(case) if "案件" in line[1]]

    look(case, asked + 15 * DAY)
    assert [line for line in lines(case) if "案件" in line[1]] == before == []

    look(case, asked + 16.5 * DAY)  # but the day of its review comes near
    assert [action for action, _ in lines(case)] == ["mark_reminder"]
    assert people("deadline-reminder") == {town.users["dispatcher"].id}


def test_the_sweep_looks_at_what_is_due_and_no_more(town: Town, case: Case) -> None:
    marks.sweep()
    found = len(lines(case))
    assert found == 1  # found in the past: it is late by now

    marks.sweep()
    assert len(lines(case)) == found
    soon = datetime(2999, 1, 1, tzinfo=UTC)
    assert (db.session.get_one(CaseWatch, case.id).look_at or soon) > utc_now()


def test_one_case_that_fails_hides_no_other(
    town: Town, case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    broken = db.session.get_one(Case, hazard(town))
    with transaction():
        broken.span = "soon"
    marks.sweep()

    assert lines(case)
    assert f"could not look at case {broken.id}" in caplog.text
    later = db.session.get_one(CaseWatch, broken.id).look_at
    assert later is not None
    assert later > utc_now()


def test_a_mark_takes_nothing_out_of_hand(town: Town, case: Case) -> None:
    """Who looked at the case before the clock wrote a line is not too late to act."""
    seen = case.version
    look(case, DUE)
    assert case.version == seen + 1

    with transaction():
        act(actor_of(town.users["officer"]), case.id, "feedback", {"text": "好了"}, seen=seen)

    assert case.state == "awaiting_check"


def change(town: Town, day: date, kind: str | None) -> None:
    with transaction():
        if kind is None:
            clear_day(actor_of(town.users["dispatcher"]), day)
        else:
            set_day(actor_of(town.users["dispatcher"]), day, kind, "测试")


def test_a_new_holiday_moves_the_deadline_and_takes_the_mark_back(town: Town, case: Case) -> None:
    look(case, DUE)
    assert [action for action, _ in lines(case)] == ["mark_yellow"]

    change(town, date(2026, 11, 18), "holiday")
    watch = db.session.get_one(CaseWatch, case.id, populate_existing=True)
    assert watch.look_at is not None
    assert watch.look_at <= utc_now()
    look(case, DUE)

    assert (case.due_at, case.step_due_at) == (DUE + DAY, DUE + DAY)
    assert lines(case)[-1] == (
        "retime",
        "日历调整,案件时限由 2026-11-19 10:00 改为 2026-11-20 10:00",
    )
    assert db.session.scalars(select(CaseMark.withdrawn_at)).one() == DUE
    look(case, DUE + DAY)
    assert [action for action, _ in lines(case)] == ["mark_yellow", "retime", "mark_yellow"]

    change(town, date(2026, 11, 18), None)
    look(case, DUE + DAY)
    assert case.due_at == DUE


def test_a_change_that_moves_no_deadline_leaves_no_line(town: Town, case: Case) -> None:
    change(town, date(2027, 11, 18), "holiday")
    look(case, MONDAY)

    assert lines(case) == []


def test_an_extension_stays_where_it_was_granted(town: Town, case: Case) -> None:
    until = datetime(2026, 11, 24, 2, tzinfo=UTC)
    with transaction():
        db.session.execute(update(CaseWatch).values(look_at=None))
        case.terms = [*case.terms, ["until", MONDAY.isoformat(), until.isoformat()]]
        case.due_at = case.step_due_at = until
    change(town, date(2026, 11, 18), "holiday")

    look(case, MONDAY)

    assert case.due_at == until
    assert lines(case) == []
