"""The rules of the checklist: the vectors that the phone runs too, and what must always hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.checklists import expressions, rules

VECTORS = json.loads(
    (Path(__file__).parent.parent / "vectors" / "checklist.json").read_text(encoding="utf-8")
)
ITEMS: list[rules.Item] = VECTORS["items"]
BY_CODE = {item["code"]: item for item in ITEMS}


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


BRANCHING = VECTORS["branching"]


@pytest.mark.parametrize("vector", BRANCHING["cases"], ids=lambda vector: vector["name"])
def test_items_that_depend_on_others_come_to_what_the_phone_says(vector: dict[str, Any]) -> None:
    items, answers = BRANCHING["items"], vector["answers"]
    filled = rules.filled(items, answers, vector["facts"])
    now = list(filled.values())

    numbers = {code: filled.get(code, {}).get("number") for code in vector["numbers"]}
    assert numbers == vector["numbers"]
    assert [item["code"] for item in rules.shown(items, now)] == vector["shown"]
    assert [gap.code for gap in rules.missing(items, now, set())] == vector["missing"]
    assert [item["code"] for item in rules.failed_items(items, now)] == vector["failed"]
    assert rules.result("inspected", items, now) == vector["result"]
    assert rules.oddities(items, now) == vector["odd"]


@pytest.mark.parametrize("vector", BRANCHING["odd"], ids=lambda vector: vector["name"])
def test_what_cannot_be_right_is_noted(vector: dict[str, Any]) -> None:
    assert rules.oddities(BRANCHING["items"], vector["answers"]) == vector["odd"]


@pytest.mark.parametrize(
    ("read", "name"), [(expressions.clauses, "conditions"), (expressions.terms, "formulas")]
)
def test_only_what_the_language_has_can_be_said(read: Callable[[str], Any], name: str) -> None:
    for good in VECTORS["expressions"][name]["good"]:
        assert read(good)
    for bad in VECTORS["expressions"][name]["bad"]:
        with pytest.raises(expressions.UnreadableError):
            read(bad)
