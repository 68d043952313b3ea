"""Recurring plans: their days against a slow oracle, and tasks given out once."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from backend.clock.calendar import DAY, ZONE, Calendar
from backend.clock.office import calendar_with
from backend.db import db, transaction, utc_now
from backend.houses.queries import risky
from backend.jobs import plans as job
from backend.org.models import GridDuty
from backend.tasks import plans
from backend.tasks.models import Task
from backend.tasks.plan_models import PlanDay, TaskPlan
from backend.tasks.recurrence import Rule, coming, falls_on
from tests.conftest import SignIn
from tests.town import Town

START = date(2026, 1, 1)
DAYS = st.dates(START, date(2026, 12, 31))
CALENDARS = st.dictionaries(DAYS, st.booleans(), max_size=40).map(calendar_with)
RULES = st.one_of(
    st.builds(Rule, st.just("working_days"), DAYS, count=st.integers(1, 9)),
    st.builds(
        Rule, st.just("weekdays"), DAYS, weekdays=st.frozensets(st.integers(0, 6), min_size=1)
    ),
    st.builds(Rule, st.just("month_day"), DAYS, month_day=st.integers(1, 31)),
)


def slow_days(rule: Rule, calendar: Calendar) -> set[date]:
    """Walks day by day from the beginning, and pushes what falls on a free day ahead by hand."""
    found, worked = set(), 0
    for ahead in range(400):
        day = rule.starts_on + DAY * ahead
        if rule.every == "working_days":
            if calendar.is_worked(day):
                found |= {day} if worked % rule.count == 0 else set()
                worked += 1
            continue
        last = monthrange(day.year, day.month)[1]
        named = day.day == rule.month_day or (day.day == last < (rule.month_day or 0))
        if rule.every == "weekdays":
            named = day.weekday() in rule.weekdays
        if not named:
            continue
        ordinarily_free = rule.every == "weekdays" and day.weekday() not in calendar.weekdays
        while not calendar.is_worked(day) and not ordinarily_free:
            day += DAY
        found.add(day)
    return found


@given(RULES, CALENDARS)
def test_the_days_of_a_plan_agree_with_the_oracle(rule: Rule, calendar: Calendar) -> None:
    days = {rule.starts_on + DAY * ahead for ahead in range(-10, 370)}

    quick = {day for day in days if falls_on(rule, day, calendar)}

    assert quick == slow_days(rule, calendar) & days


def test_a_plan_that_ends_falls_on_no_later_day() -> None:
    calendar = calendar_with({})
    rule = Rule("working_days", date(2026, 11, 2), ends_on=date(2026, 11, 4))

    assert coming(rule, date(2026, 11, 3), calendar, 9) == [date(2026, 11, 3), date(2026, 11, 4)]


@pytest.fixture
def desk(sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


def today() -> date:
    return utc_now().astimezone(ZONE).date()


def plan(town: Town, **more: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "grid_id": str(town.grids["金新街道1村"].id),
        "assignee_id": str(town.users["worker"].id),
        "kind": "patrol",
        "title": "重点场所巡查",
        "every": "weekdays",
        "weekdays": [0, 1, 2, 3, 4, 5, 6],
        "minute": 0,
        "starts_on": (today() - DAY * 30).isoformat(),
        **more,
    }


def given_out() -> list[Task]:
    return list(db.session.query(Task).order_by(Task.title))


@pytest.fixture
def every_day_is_worked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the day of the test is."""
    every = {today() + DAY * ahead: True for ahead in range(-40, 40)}
    monkeypatch.setattr(plans, "current_calendar", lambda: calendar_with(every))


def test_a_plan_gives_out_its_task_once_a_day(
    town: Town, desk: FlaskClient, every_day_is_worked: None
) -> None:
    made = desk.post("/api/plans", json=plan(town)).json
    assert made["coming"][0] == (today() + DAY).isoformat()  # today's hour has passed

    for _ in range(3):
        job.give_out()

    [task] = given_out()
    assert (task.title, task.state, task.assignee_id) == (
        "重点场所巡查",
        "assigned",
        town.users["worker"].id,
    )
    assert timedelta(hours=9) < task.due_at - utc_now() <= timedelta(hours=10)
    assert db.session.query(PlanDay).one().tasks == 1
    with transaction():
        assert plans.give_out(UUID(made["id"]), today(), []) == 0  # a second job at once


@pytest.mark.parametrize("verb", ["pause", "end"])
def test_a_plan_that_is_halted_gives_out_nothing(
    town: Town, desk: FlaskClient, every_day_is_worked: None, verb: str
) -> None:
    made = desk.post("/api/plans", json=plan(town)).json
    desk.post(f"/api/plans/{made['id']}/{verb}")
    tomorrow = datetime.combine(today() + DAY, datetime.min.time(), ZONE).astimezone(UTC)

    assert plans.due(tomorrow) == []
    if verb == "pause":
        desk.post(f"/api/plans/{made['id']}/resume")
        assert plans.due(tomorrow) == [(UUID(made["id"]), today() + DAY)]


def test_a_plan_waits_for_its_hour_in_china(
    town: Town, desk: FlaskClient, every_day_is_worked: None
) -> None:
    made = desk.post("/api/plans", json=plan(town, minute=8 * 60 + 30)).json
    hour = datetime.combine(today(), datetime.min.time(), ZONE) + timedelta(hours=8, minutes=30)

    assert plans.due(hour - timedelta(minutes=1)) == []
    assert plans.due(hour.astimezone(UTC)) == [(UUID(made["id"]), today())]


def test_where_the_worker_has_left_the_grid_gets_the_task(
    town: Town, desk: FlaskClient, every_day_is_worked: None
) -> None:
    desk.post("/api/plans", json=plan(town))
    with transaction():
        duty = db.session.query(GridDuty).filter_by(user_id=town.users["worker"].id).one()
        duty.until = utc_now() - timedelta(hours=1)

    job.give_out()

    assert [(task.state, task.for_grid) for task in given_out()] == [("offered", True)]


def test_a_plan_that_cannot_be_kept_is_paused(
    town: Town, desk: FlaskClient, every_day_is_worked: None
) -> None:
    desk.post("/api/plans", json=plan(town))
    with transaction():
        for duty in db.session.query(GridDuty):
            duty.until = utc_now() - timedelta(hours=1)

    job.give_out()

    assert given_out() == []
    assert db.session.query(TaskPlan).one().paused


def test_a_plan_for_houses_goes_by_their_risk(
    town: Town, desk: FlaskClient, every_day_is_worked: None
) -> None:
    with transaction():
        town.houses["金新街道1村1"].state = "failed"
        town.houses["金新街道1村2"].state = "failed"
        town.houses["金新街道1村2"].ended_on = today()
        town.houses["金新街道1村2"].ended_as = "demolished"
    desk.post("/api/plans", json=plan(town, kind="inspect", house_states=["failed"]))

    job.give_out()

    [task] = given_out()
    assert task.house_id == town.houses["金新街道1村1"].id
    assert task.title == "重点场所巡查:金新街道1村测试路1号"
    assert [house.id for house in risky(task.grid_id, ["failed"])] == [task.house_id]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"grid_id": str(uuid4())}, "/grid_id"),
        ({"assignee_id": str(uuid4())}, "/assignee_id"),
        ({"weekdays": None}, "/weekdays"),
        ({"every": "month_day"}, "/weekdays"),
        ({"ends_on": "2020-01-01"}, "/ends_on"),
        ({"minute": 1440}, "/minute"),
        ({"kind": "nonsense"}, "/kind"),
    ],
)
def test_what_is_wrong_is_pointed_at(
    town: Town, desk: FlaskClient, more: dict[str, Any], pointer: str
) -> None:
    answer = desk.post("/api/plans", json=plan(town, **more))

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


@pytest.mark.parametrize(
    ("who", "status"), [("head", 200), ("supervisor", 403), ("other_dispatcher", 404)]
)
def test_who_may_pause(
    town: Town, desk: FlaskClient, sign_in: SignIn, who: str, status: int
) -> None:
    made = desk.post("/api/plans", json=plan(town)).json

    assert sign_in(who).post(f"/api/plans/{made['id']}/pause").status_code == status
    assert sign_in("other_dispatcher").get("/api/plans").json == []
