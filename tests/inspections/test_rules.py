"""What follows for a house: the vectors that the phone runs too, and what must always hold."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.inspections import rules

VECTORS = json.loads(
    (Path(__file__).parent.parent / "vectors" / "checklist.json").read_text(encoding="utf-8")
)
STATES = ["unchecked", "passed", "rectify", "failed", "cleared"]
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("vector", VECTORS["house_states"])
def test_a_house_changes_as_the_phone_says(vector: dict[str, Any]) -> None:
    assert rules.house_state_after(vector["state"], vector["result"]) == vector["expect"]


@given(st.sampled_from(STATES), st.lists(st.sampled_from(["pass", "rectify", "fail", "none"])))
def test_a_house_is_never_passed_right_after_a_failure(state: str, results: list[str]) -> None:
    for result in results:
        before, state = state, rules.house_state_after(state, result)
        assert state in STATES
        if result == "none":
            assert state == before
        if before in {"rectify", "failed"}:
            assert state != "passed"


@given(st.sampled_from(["rectify", "fail", "pass"]), st.lists(st.dates(TODAY, date(2027, 1, 1))))
def test_a_house_is_due_after_its_inspection(result: str, deadlines: list[date]) -> None:
    assert rules.next_due(result, TODAY, deadlines) > TODAY


def test_when_a_house_is_due_again() -> None:
    soon, late = TODAY + timedelta(days=3), TODAY + timedelta(days=9)
    assert rules.next_due("pass", TODAY, []) == TODAY + timedelta(days=90)
    assert rules.next_due("rectify", TODAY, [late, soon]) == soon
    assert rules.next_due("fail", TODAY, [late, soon]) == TODAY + timedelta(days=1)


@given(
    st.sampled_from(STATES),
    st.sampled_from(STATES),
    st.lists(st.sampled_from(["pass", "rectify", "fail"]), min_size=2),
)
def test_a_state_follows_from_the_last_two_results(
    one: str, other: str, results: list[str]
) -> None:
    for result in results:
        one = rules.house_state_after(one, result)
    for result in results[-2:]:
        other = rules.house_state_after(other, result)
    assert one == other
