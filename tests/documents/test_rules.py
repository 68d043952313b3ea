"""The rules of papers, by the vectors that the phone answers alike."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backend.documents import rules

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors/document.json").read_text(encoding="utf-8")
)


def facts_of(given: dict[str, Any]) -> rules.Facts:
    def day(text: str | None) -> Any:
        return text and date.fromisoformat(text)

    officers = [
        rules.Officer(one["authority"], day(one["since"]), day(one["until"]))
        for one in given["officers"]
    ]
    days = {name: day(given[name]) for name in ("issued_on", "deadline_on")}
    return rules.Facts(**{**given, "officers": officers, **days})


@pytest.mark.parametrize("case", VECTORS["faults"], ids=lambda case: case["name"])
def test_a_paper_is_judged(case: dict[str, Any]) -> None:
    assert rules.faults(facts_of(case["facts"])) == case["expect"]


def test_numbers_days_and_laws_read_as_papers_write_them() -> None:
    for case in VECTORS["numbers"]:
        assert rules.number_text(*case["parts"]) == case["expect"]
    for case in VECTORS["days"]:
        assert rules.day_text(date.fromisoformat(case["day"])) == case["expect"]
    laws = VECTORS["laws"]
    for case in laws["cases"]:
        assert rules.law_in_force(laws["laws"], date.fromisoformat(case["day"])) == case["expect"]


def test_a_paper_says_what_its_template_says() -> None:
    case = VECTORS["compose"]

    assert rules.compose(case["body"], case["words"], case["findings"]) == case["expect"]
