"""What follows for a house: the vectors that the phone runs too, and what must always hold."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.cases.rules import local_day
from backend.inspections import rules
from backend.inspections.rules import Found, Visit

VECTORS = json.loads(
    (Path(__file__).parent.parent / "vectors" / "checklist.json").read_text(encoding="utf-8")
)
TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
BEFORE = NOON - timedelta(days=2)
FOUND = {"rectify": Found("serious"), "fail": Found("critical")}
HISTORIES: dict[str, tuple[list[datetime], list[Found]]] = {  # how a house comes to be in a state
    "unchecked": ([], []),
    "passed": ([BEFORE], []),
    "rectify": ([BEFORE], [FOUND["rectify"]]),
    "failed": ([BEFORE], [FOUND["fail"], FOUND["rectify"]]),
    "cleared": ([BEFORE], [Found("critical", "struck_off", BEFORE + timedelta(days=1))]),
}


@pytest.mark.parametrize("vector", VECTORS["house_states"])
def test_a_house_changes_as_the_phone_says(vector: dict[str, Any]) -> None:
    inspected, found = HISTORIES[vector["state"]]
    assert rules.house_state(inspected, found) == vector["state"]

    if vector["result"] != "none":
        inspected = [*inspected, NOON]
        found = [*found, *([FOUND[vector["result"]]] if vector["result"] in FOUND else [])]
    assert rules.house_state(inspected, found) == vector["expect"]


moments = st.integers(0, 9).map(lambda days: NOON + timedelta(days=days))
severities = st.sampled_from(["general", "serious", "critical"])
findings = st.one_of(
    st.builds(Found, severities),
    st.builds(Found, severities, st.sampled_from(["struck_off", "withdrawn"]), moments),
)


@given(st.lists(moments), st.lists(findings), st.randoms())
def test_a_state_follows_from_the_findings_in_whatever_order(
    inspected: list[datetime], found: list[Found], chance: Random
) -> None:
    state = rules.house_state(inspected, found)

    still = [one for one in found if one.end is None]
    assert (state in {"rectify", "failed"}) == bool(still)
    assert (state == "failed") == any(one.severity == "critical" for one in still)
    if state == "cleared":
        assert any(one.end == "struck_off" for one in found)
    chance.shuffle(inspected)
    chance.shuffle(found)
    assert rules.house_state(inspected, found) == state


outcomes = st.sampled_from(["inspected", "nobody_home", "refused", "moved_away"])


@given(st.lists(st.builds(Visit, outcomes, moments), min_size=1), st.lists(findings), st.randoms())
def test_when_a_house_is_due_follows_from_the_same_in_whatever_order(
    visits: list[Visit], found: list[Found], chance: Random
) -> None:
    inspected = [visit.at for visit in visits if visit.outcome == "inspected"]
    state = rules.house_state(inspected, found if inspected else [])
    due = rules.house_due(visits, found if inspected else [], state, large=False)

    assert due is not None
    assert due > local_day(max(visit.at for visit in visits))
    by_time = {visit.at: visit for visit in visits}  # of two at one moment, either may be the last
    visits, found = list(by_time.values()), [*found]
    alone = rules.house_due(visits, [], "passed", large=False)
    chance.shuffle(visits)
    assert rules.house_due(visits, [], "passed", large=False) == alone


def test_a_house_rests_from_when_it_was_struck_off() -> None:
    struck = Found("serious", "struck_off", NOON)
    visits = [Visit("inspected", BEFORE), Visit("nobody_home", NOON - timedelta(hours=1))]

    assert rules.house_due(visits, [struck], "cleared", large=False) == TODAY + timedelta(days=30)
    later = [*visits, Visit("nobody_home", NOON + timedelta(hours=1))]
    assert rules.house_due(later, [struck], "cleared", large=False) == TODAY + timedelta(days=1)


@pytest.mark.parametrize(("rooms", "beds", "large"), [(9, 9, False), (10, 1, True), (1, 10, True)])
def test_ten_rooms_or_beds_are_a_greater_risk(rooms: int, beds: int, large: bool) -> None:  # noqa: FBT001
    assert rules.is_large(rooms, beds) == large


def test_nothing_is_known_of_a_house_where_nobody_was() -> None:
    assert rules.house_due([], [], "unchecked", large=False) is None
