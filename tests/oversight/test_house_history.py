"""What the map tells of past days is what the register said at the end of each."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.cases.models import Case, CaseEvent
from backend.cases.rules import local_day
from backend.clock.calendar import ZONE
from backend.db import db, transaction, utc_now
from backend.houses.history import note
from backend.houses.models import House
from backend.inspections.models import Inspection
from backend.org.sessions import actor_of
from tests.cases.steps import do
from tests.conftest import SignIn
from tests.inspections.test_rechecks import claim, recheck
from tests.inspections.work import inspect
from tests.town import Town

DAY = timedelta(days=1)
FIRST, SECOND = "金新街道1村1", "金新街道1村2"


def today() -> date:
    return local_day(utc_now())


def noon(days_ago: int) -> datetime:
    return datetime.combine(today() - days_ago * DAY, time(12), ZONE)


def told(browser: FlaskClient, days: int = 20, **query: str) -> dict[str, list[Any]]:
    """By house: its state at the end of each of the last days, today last."""
    asked = {"since": str(today() - (days - 1) * DAY), "until": str(today()), **query}
    answer = browser.get("/api/map/houses/history", query_string=asked)
    assert answer.status_code == 200, answer.json
    found = {}
    for feature in answer.json["features"]:
        runs = [*feature["properties"]["states"], [days, None]]
        assert runs[0][0] == 0
        assert all(before < after for (before, _), (after, _) in pairwise(runs))
        spread = [[state] * (after - at) for (at, state), (after, _) in pairwise(runs)]
        found[feature["properties"]["id"]] = [state for run in spread for state in run]
    return found


def age(model: Any, days: int, *which: Any, column: str = "received_at") -> None:
    """Let records have come in some days ago."""
    with transaction():
        for row in db.session.scalars(select(model).where(*which)):
            setattr(row, column, noon(days))


def visited(town: Town, house: str, days: int, failing: str = "") -> UUID:
    """A visit some days ago, and the case of what was found."""
    done = inspect(town, house, failing=failing, at=noon(days))
    age(Inspection, days, Inspection.id == done.id)
    case_id = db.session.scalars(select(Case.id).where(Case.inspection_id == done.id)).first()
    if case_id:
        lines(case_id, days)
    return case_id or done.id


def lines(case_id: UUID, days: int) -> None:
    """What was added to the case's thread just now was added some days ago."""
    new = CaseEvent.at > utc_now() - timedelta(hours=1)
    age(CaseEvent, days, CaseEvent.case_id == case_id, new, column="at")


def test_a_day_tells_what_the_register_said_then(town: Town, sign_in: SignIn) -> None:
    case_id = visited(town, FIRST, 9, failing="E04")
    claim(town, case_id)
    lines(case_id, 5)
    recheck(town, case_id, at=noon(4))
    lines(case_id, 3)
    visited(town, FIRST, 1)

    days = told(sign_in("dispatcher"), 11)[str(town.houses[FIRST].id)]

    # Ten days ago nobody had been there; found nine days ago, struck off three days ago.
    assert days == ["unchecked", *["rectify"] * 6, *["cleared"] * 2, *["passed"] * 2]


def test_what_was_no_hazard_leaves_the_house_as_it_was(town: Town, sign_in: SignIn) -> None:
    case_id = visited(town, FIRST, 6, failing="D01")
    do(town, case_id, "dispatcher", "void", reason="重复登记")
    lines(case_id, 2)

    days = told(sign_in("dispatcher"), 8)[str(town.houses[FIRST].id)]

    was = db.session.get_one(House, town.houses[FIRST].id).state
    assert days[0] == "unchecked"
    assert set(days[1:5]) == {days[1]}
    assert days[1] in {"rectify", "failed"}
    assert days[5:] == [was] * 3 == ["passed"] * 3


def test_a_house_is_there_from_its_registration_to_its_end(town: Town, sign_in: SignIn) -> None:
    house_id = town.houses[SECOND].id
    with transaction():
        house = db.session.get_one(House, house_id)
        house.ended_on, house.ended_as = today() - 2 * DAY, "demolished"
        town_house_registered(town, house, noon(6))

    days = told(sign_in("dispatcher"), 9)[str(house_id)]

    assert days == [*[None] * 2, *["unchecked"] * 4, *[None] * 3]
    assert str(house_id) not in told(sign_in("dispatcher"), 2)


def town_house_registered(town: Town, house: House, at: datetime) -> None:
    note(house, "registered", actor_of(town.users["worker"]), at)


def test_today_is_what_the_register_says(town: Town, sign_in: SignIn) -> None:
    dice = Random(11)
    for turn in range(16):
        failing = dice.choice(["", "", "D01", "E04", "H01", "D01 E04"])
        house = dice.choice(list(town.houses))
        if not house.startswith("金新街道1村"):
            continue
        done = inspect(town, house, failing=failing, at=noon(dice.randint(0, 15)))
        for case_id in db.session.scalars(select(Case.id).where(Case.inspection_id == done.id)):
            if dice.random() < 0.7:
                recheck(town, case_id, at=noon(dice.randint(0, 9)), passed=turn % 3 > 0)

    days = told(sign_in("dispatcher"))

    now = db.session.execute(select(House.id, House.state).where(House.ended_on.is_(None)))
    states = {str(house_id): state for house_id, state in now}
    assert {house: told_days[-1] for house, told_days in days.items()} == {
        house: states[house] for house in days
    }
    assert len(set(states.values())) > 2


def test_one_sees_the_houses_that_one_sees(sign_in: SignIn) -> None:
    assert {name: len(told(sign_in(name))) for name in ("district", "dispatcher", "head")} == {
        "district": 8, "dispatcher": 4, "head": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2026-11-02", "until": "2026-11-01"},
        {"since": "2024-01-01", "until": "2026-01-01"},
        {"since": "2026-11-01", "until": "2099-01-01"},
        {"since": "1999-12-01", "until": "2000-01-01"},
        {"since": "9999-12-31", "until": "9999-12-31"},
        {"until": "2026-11-01"},
    ],
)
def test_days_to_come_and_more_than_a_year_are_refused(
    sign_in: SignIn, query: dict[str, str]
) -> None:
    answer = sign_in("dispatcher").get("/api/map/houses/history", query_string=query)
    assert answer.status_code == 422


def test_the_overview_counts_what_the_lists_hold(town: Town, sign_in: SignIn) -> None:
    visited(town, FIRST, 0)
    visited(town, SECOND, 60, failing="E04")
    desk = sign_in("dispatcher")

    told_now = desk.get("/api/overview").json

    for state, count in told_now["houses"].items():
        assert len(desk.get(f"/api/houses?state={state}").json["items"]) == count
    assert sum(told_now["houses"].values()) == 4
    assert told_now["visits"] == {"today": 1, "month": 1}
