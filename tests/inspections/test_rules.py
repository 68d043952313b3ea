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

from backend.inspections import rules
from backend.inspections.rules import Found

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


@given(st.sampled_from(["rectify", "fail", "pass"]), st.lists(st.dates(TODAY, date(2027, 1, 1))))
def test_a_house_is_due_after_its_inspection(result: str, deadlines: list[date]) -> None:
    assert rules.next_due(result, TODAY, deadlines) > TODAY


def test_when_a_house_is_due_again() -> None:
    soon, late = TODAY + timedelta(days=3), TODAY + timedelta(days=9)
    assert rules.next_due("pass", TODAY, []) == TODAY + timedelta(days=90)
    assert rules.next_due("rectify", TODAY, [late, soon]) == soon
    assert rules.next_due("fail", TODAY, [late, soon]) == TODAY + timedelta(days=1)
