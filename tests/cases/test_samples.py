"""Closed cases drawn for a second look: by chance, once, and marked by who did not handle them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from backend.cases.models import Case, CaseEvent
from backend.clock.calendar import ZONE
from backend.db import db, transaction, utc_now
from backend.houses.commands import report_hazard
from backend.problems import IllegalTransition
from tests.cases.steps import bring_to_an_end, do
from tests.conftest import SignIn
from tests.inspections.work import capture, report
from tests.town import Town


def closed(town: Town, village: str = "金新街道1村", **more: Any) -> UUID:
    with transaction():
        wanted = report(grid_id=town.grids[village].id, **more)
        case, _ = report_hazard(capture(town, at=utc_now()), wanted)
    bring_to_an_end(town, case.id)
    return case.id


def lot(count: int = 5, **more: str) -> dict[str, Any]:
    today = utc_now().astimezone(ZONE).date()
    days = {"since": (today - timedelta(days=1)).isoformat(), "until": today.isoformat()}
    return {**days, "count": count, **more}


def drawn(browser: FlaskClient) -> set[UUID]:
    return {UUID(row["id"]) for row in browser.get("/api/samples").json["items"]}


@pytest.fixture
def supervisor(sign_in: SignIn) -> FlaskClient:
    return sign_in("supervisor")


def test_as_many_are_drawn_as_wanted_and_each_once(town: Town, supervisor: FlaskClient) -> None:
    cases = {closed(town) for _ in range(3)}
    with transaction():
        report_hazard(capture(town, at=utc_now()), report())  # open: not to be drawn

    assert supervisor.post("/api/samples", json=lot(2)).json == {"drawn": 2}
    first = drawn(supervisor)
    assert len(first) == 2
    assert supervisor.post("/api/samples", json=lot()).json == {"drawn": 1}

    assert first < drawn(supervisor) == cases
    lines = db.session.query(CaseEvent).filter_by(action="sample").all()
    assert {line.case_id for line in lines} == cases


def test_what_was_closed_on_other_days_is_not_drawn(town: Town, supervisor: FlaskClient) -> None:
    closed(town)

    before = lot(since="2026-01-01", until="2026-01-31")

    assert supervisor.post("/api/samples", json=before).json == {"drawn": 0}


def test_only_the_drawn_are_marked_and_only_once(town: Town, supervisor: FlaskClient) -> None:
    right, wrong, other = (closed(town) for _ in range(3))
    with pytest.raises(IllegalTransition, match="未被抽中"):
        do(town, other, "supervisor", "sample_right")
    supervisor.post("/api/samples", json=lot())

    do(town, right, "supervisor", "sample_right")
    do(town, wrong, "supervisor", "sample_wrong", reason="照片不是现场")

    assert drawn(supervisor) == {other}
    db.session.expire_all()
    kept = {case.id: (case.sample, case.state) for case in db.session.query(Case)}
    assert kept[right] == ("right", "closed")
    assert kept[wrong] == ("wrong", "closed")
    with pytest.raises(IllegalTransition):
        do(town, right, "supervisor", "sample_wrong", reason="改判")


def test_the_share_found_right_is_a_figure_that_opens_its_cases(
    town: Town, supervisor: FlaskClient
) -> None:
    right, wrong, _ = (closed(town) for _ in range(3))
    supervisor.post("/api/samples", json=lot())
    do(town, right, "supervisor", "sample_right")
    do(town, wrong, "supervisor", "sample_wrong", reason="照片不是现场")

    days = {name: lot()[name] for name in ("since", "until")}
    [total] = supervisor.get("/api/figures", query_string=days).json["rows"]
    behind = supervisor.get("/api/figures/accurate", query_string={**days, "part": "numerator"})

    figure = next(one for one in total["figures"] if one["code"] == "accurate")
    assert (figure["numerator"], figure["denominator"]) == (1, 2)
    assert [row["id"] for row in behind.json["items"]] == [str(right)]


def test_the_restricted_and_the_neighbours_are_not_drawn(
    town: Town, supervisor: FlaskClient
) -> None:
    hidden = closed(town)
    with transaction():
        db.session.get_one(Case, hidden).restricted = True

    assert supervisor.post("/api/samples", json=lot()).json == {"drawn": 0}


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 0},
        {"count": 101},
        {"since": "2026-12-31", "until": "2026-01-01"},
        {"until": "9999-12-31"},
    ],
)
def test_what_is_no_lot_is_refused(
    town: Town, supervisor: FlaskClient, wrong: dict[str, Any]
) -> None:
    assert supervisor.post("/api/samples", json={**lot(), **wrong}).status_code == 422
