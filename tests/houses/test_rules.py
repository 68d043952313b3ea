"""The rules of the checklist: the vectors that the phone runs too, and what must always hold."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.houses import rules

VECTORS = json.loads(
    (Path(__file__).parent.parent / "vectors" / "checklist.json").read_text(encoding="utf-8")
)
ITEMS: list[rules.Item] = VECTORS["items"]
BY_CODE = {item["code"]: item for item in ITEMS}
STATES = ["unchecked", "passed", "rectify", "failed", "cleared"]
TODAY = date(2026, 11, 22)


def named(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "vector", VECTORS[name], ids=lambda vector: vector.get("name", "")
    )


@named("evaluate")
def test_an_answer_comes_to_what_the_phone_says(vector: dict[str, Any]) -> None:
    assert rules.evaluate(BY_CODE[vector["item"]], vector["answer"]) == vector["expect"]


@named("case_titles")
def test_a_hazard_is_called_what_the_phone_calls_it(vector: dict[str, Any]) -> None:
    assert rules.case_title(BY_CODE[vector["item"]], vector["answer"]) == vector["expect"]


@named("inspections")
def test_an_inspection_comes_to_what_the_phone_says(vector: dict[str, Any]) -> None:
    answers, photos = vector["answers"], set(vector["photo_codes"])
    gaps = [{"code": gap.code, "gap": gap.gap} for gap in rules.missing(ITEMS, answers, photos)]
    assert gaps == vector["missing"]
    assert [item["code"] for item in rules.failed_items(ITEMS, answers)] == vector["failed"]
    assert rules.result(vector["outcome"], ITEMS, answers) == vector["result"]


@named("outcomes")
def test_a_visit_without_inspection_has_no_result(vector: dict[str, Any]) -> None:
    assert rules.result(vector["outcome"], ITEMS, []) == vector["result"]


@named("house_states")
def test_a_house_changes_as_the_phone_says(vector: dict[str, Any]) -> None:
    assert rules.house_state_after(vector["state"], vector["result"]) == vector["expect"]


def answer_for(item: rules.Item) -> st.SearchStrategy[rules.Answer]:
    return st.fixed_dictionaries(
        {
            "code": st.just(item["code"]),
            "verdict": st.sampled_from(["pass", "fail", "na", None]),
            "number": st.none() | st.floats(0, 1000),
            "text": st.none() | st.text(max_size=5),
            "severity": st.sampled_from(["general", "serious", "critical", None]),
        }
    )


ANSWERS = st.tuples(*map(answer_for, ITEMS)).map(list)


@given(ANSWERS)
def test_the_result_follows_from_the_gravest_failure(answers: list[rules.Answer]) -> None:
    given_ = rules.by_code(answers)
    failed = rules.failed_items(ITEMS, answers)
    grave = {rules.severity_of(item, given_[item["code"]]) for item in failed}
    expected = "fail" if "critical" in grave else "rectify" if grave else "pass"
    assert rules.result("inspected", ITEMS, answers) == expected


@given(ANSWERS)
def test_photos_of_every_item_leave_no_photo_missing(answers: list[rules.Answer]) -> None:
    without = rules.missing(ITEMS, answers, set())
    full = rules.missing(ITEMS, answers, set(BY_CODE))
    assert full == [gap for gap in without if gap.gap != "photo"]
    assert {gap.code for gap in without if gap.gap == "photo"} <= {
        item["code"] for item in rules.failed_items(ITEMS, answers)
    }


@given(ANSWERS)
def test_computed_items_never_fail(answers: list[rules.Answer]) -> None:
    assert all(item["severity"] != "computed" for item in rules.failed_items(ITEMS, answers))


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
