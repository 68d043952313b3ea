"""The calendar at its doors, and the days that come with the product."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from backend.app import Gridfield
from backend.audit.models import AuditLine
from backend.clock import queries
from backend.clock.calendar import ZONE, Calendar
from backend.clock.models import CalendarDay
from backend.clock.rules import Span, due_at
from backend.clock.signals import calendar_changed
from backend.db import db
from tests.conftest import SignIn

MAY_DAY = {"day": "2026-05-01", "kind": "holiday", "name": "劳动节"}


@pytest.fixture
def desk(sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


@pytest.fixture
def told() -> Iterator[list[Calendar]]:
    heard: list[Calendar] = []
    receiver: Any = heard.append
    with calendar_changed.connected_to(receiver):
        yield heard


def publish(app: Gridfield) -> str:
    answer = app.test_cli_runner().invoke(args=["calendar", "publish"], catch_exceptions=False)
    return answer.output


def audited() -> list[tuple[str, str]]:
    lines = select(AuditLine).where(AuditLine.subject_kind == "calendar_day")
    return [(line.action, line.detail["day"]) for line in db.session.scalars(lines)]


def test_a_day_counts_as_it_was_set_and_again_as_its_week_has_it(
    desk: FlaskClient, told: list[Calendar]
) -> None:
    thursday, limit = datetime(2026, 4, 30, 10, tzinfo=ZONE), Span.read("1wd")
    assert limit is not None

    assert desk.get("/api/calendar?year=2026").json["known"] is False
    year = desk.put("/api/calendar", json=MAY_DAY).json
    assert (year["known"], year["days"]) == (True, [MAY_DAY])
    assert due_at(thursday, limit, queries.calendar()) == datetime(2026, 5, 4, 10, tzinfo=ZONE)
    worked = desk.put("/api/calendar", json=MAY_DAY | {"kind": "workday", "name": "加班"}).json
    assert (worked["known"], worked["days"][0]["kind"]) == (False, "workday")
    bare = desk.delete("/api/calendar?day=2026-05-01").json
    assert (bare["known"], bare["days"]) == (False, [])
    assert due_at(thursday, limit, queries.calendar()) == datetime(2026, 5, 1, 10, tzinfo=ZONE)

    assert [calendar.days for calendar in told] == [
        {date(2026, 5, 1): False},
        {date(2026, 5, 1): True},
        {},
    ]
    actions = ["calendar.set", "calendar.set", "calendar.clear"]
    assert audited() == [(action, "2026-05-01") for action in actions]


def test_what_changes_nothing_tells_nobody(desk: FlaskClient, told: list[Calendar]) -> None:
    desk.put("/api/calendar", json=MAY_DAY)

    assert desk.put("/api/calendar", json=MAY_DAY).status_code == 200
    assert desk.delete("/api/calendar?day=2026-05-02").status_code == 200
    assert len(told) == len(audited()) == 1


def test_the_announced_days_are_entered_once_and_never_over_the_desk(
    app: Gridfield, desk: FlaskClient, told: list[Calendar]
) -> None:
    assert publish(app) == "Entered: 2026\n"
    year = desk.get("/api/calendar?year=2026").json
    assert (year["known"], len(year["days"]), year["weekdays"]) == (True, 39, [1, 2, 3, 4, 5])
    assert "国务院办公厅" in year["source"]
    unknown = desk.get("/api/calendar?year=2027").json
    assert (unknown["known"], unknown["days"], unknown["source"]) == (False, [], None)

    desk.delete("/api/calendar?day=2026-10-10")
    assert publish(app) == "Entered: nothing new\n"
    assert db.session.scalar(select(func.count()).select_from(CalendarDay)) == 38
    assert [len(calendar.days) for calendar in told] == [39, 38]


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        (MAY_DAY | {"day": "2026-02-30"}, "/day"),
        (MAY_DAY | {"day": "1999-12-31"}, "/day"),
        (MAY_DAY | {"kind": "half"}, "/kind"),
        (MAY_DAY | {"name": ""}, "/name"),
        (MAY_DAY | {"name": "长" * 41}, "/name"),
    ],
)
def test_what_is_no_day_is_said_at_its_field(
    desk: FlaskClient, given: dict[str, str], pointer: str
) -> None:
    answer = desk.put("/api/calendar", json=given)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
