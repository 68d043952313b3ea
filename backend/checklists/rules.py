"""What follows from the answers to a checklist.

The same rules as pwa/src/domain/checklist.ts, held together by tests/vectors/checklist.json.
A missing answer is an empty one. An item that its condition hides neither fails nor is missing;
conditions and formulas look back only, at items before their own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.checklists import expressions

Item = dict[str, Any]
Answer = dict[str, Any]
Facts = Mapping[str, float | None]


@dataclass(frozen=True)
class Missing:
    """What an item still asks for: an answer, a number, a severity or a photo."""

    code: str
    gap: str


def evaluate(item: Item, answer: Answer | None) -> str:
    """pass, fail, na; or open while something that the item asks for is missing."""
    given = answer or {}
    if item["answer"] == "text":
        return _evaluate_text(item, given)
    if item["answer"].startswith("number"):
        return _evaluate_number(item, given)
    verdict = given.get("verdict") or "open"
    return "pass" if item["severity"] == "computed" and verdict == "fail" else verdict


def _evaluate_number(item: Item, answer: Answer) -> str:
    with_verdict = item["answer"] == "number+pass_fail_na"
    verdict, number = answer.get("verdict"), answer.get("number")
    if with_verdict and verdict == "na":
        return "na"
    if number is None:
        return "open"
    if item["severity"] == "computed":
        return "pass"
    if not _limit(item, "min", -math.inf) <= number <= _limit(item, "max", math.inf):
        return "fail"
    return (verdict or "open") if with_verdict else "pass"


def _limit(item: Item, name: str, default: float) -> float:
    limit = item.get(name)
    return default if limit is None else float(limit)


def _evaluate_text(item: Item, answer: Answer) -> str:
    if not (answer.get("text") or "").strip() or item["severity"] != "chosen_on_site":
        return "pass"
    return "open" if answer.get("severity") is None else "fail"


def severity_of(item: Item, answer: Answer | None) -> str:
    """How grave the item's failure is: fixed by the item, or chosen on site."""
    if item["severity"] == "chosen_on_site":
        return (answer or {}).get("severity") or "general"
    severity: str = item["severity"]
    return "general" if severity == "computed" else severity


def case_title(item: Item, answer: Answer | None) -> str:
    """What the hazard of a failed item is called: the worker's words, else that it is not met."""
    words = ((answer or {}).get("text") or "").strip()
    return words or f"不符合：{item['text']}"


def missing(
    items: Iterable[Item], answers: Sequence[Answer], photo_codes: set[str]
) -> list[Missing]:
    """What keeps an inspection from being finished, in the order of the items."""
    given, asked = by_code(answers), shown(items, answers)
    gaps = [(item["code"], _gap(item, given.get(item["code"]), photo_codes)) for item in asked]
    return [Missing(code, gap) for code, gap in gaps if gap is not None]


def _gap(item: Item, answer: Answer | None, photo_codes: set[str]) -> str | None:
    evaluation = evaluate(item, answer)
    if evaluation == "open":
        return _open_gap(item, answer or {})
    if evaluation != "fail" or item["photo_on_fail"] != "required":
        return None
    return None if item["code"] in photo_codes else "photo"


def _open_gap(item: Item, answer: Answer) -> str:
    if item["answer"] == "text":
        return "severity"
    wants_number = item["answer"].startswith("number") and answer.get("number") is None
    return "number" if wants_number else "answer"


def by_code(answers: Iterable[Answer]) -> dict[str, Answer]:
    """The answers by the code of their item."""
    return {answer["code"]: answer for answer in answers}


def shown(items: Iterable[Item], answers: Iterable[Answer]) -> list[Item]:
    """The items that these answers leave to be asked, in their order."""
    return _Walk(by_code(answers), None).through(items)


def filled(items: Iterable[Item], answers: Iterable[Answer], facts: Facts) -> dict[str, Answer]:
    """The answers by code, with the numbers that follow from others and from facts of the house."""
    walk = _Walk(by_code(answers), facts)
    walk.through(items)
    return walk.answers


@dataclass
class _Walk:
    """From item to item in their order; where there are facts, computed numbers are filled in."""

    answers: dict[str, Answer]
    facts: Facts | None
    seen: dict[str, Item] = field(default_factory=dict)

    def through(self, items: Iterable[Item]) -> list[Item]:
        for item in items:
            condition = item.get("show_if")
            if not condition or expressions.holds(condition, self._said):
                self._fill(item)
                self.seen[item["code"]] = item
        return list(self.seen.values())

    def _said(self, code: str) -> expressions.Said | None:
        item, answer = self.seen.get(code), self.answers.get(code)
        return (evaluate(item, answer), (answer or {}).get("number")) if item else None

    def _fill(self, item: Item) -> None:
        formula, code = item.get("formula"), item["code"]
        if not formula or self.facts is None:
            return
        number = expressions.compute(formula, self._number_of)
        if number is not None:
            self.answers[code] = {**self.answers.get(code, {"code": code}), "number": number}

    def _number_of(self, term: str) -> float | None:
        if term in expressions.FACTS:
            return (self.facts or {}).get(term)
        said = self._said(term)
        return said and said[1]


def oddities(items: Sequence[Item], answers: Sequence[Answer]) -> dict[str, str]:
    """Answers that are kept as evidence but cannot be right, by code.

    hidden: there is an answer where the condition hides the item; computed: the number is another
    than follows from the other answers.
    """
    asked = {item["code"] for item in shown(items, answers)}
    ought = filled(items, answers, {})
    odd = {}
    for answer in answers:
        code, number = answer["code"], answer.get("number")
        if code not in asked and len(given(answer)) > 1:
            odd[code] = "hidden"
        elif number is not None and number != ought[code].get("number"):
            odd[code] = "computed"
    return odd


def restricted_codes(items: Iterable[Item]) -> set[str]:
    """The items of which only the cleared may know."""
    return {item["code"] for item in items if item["visibility"] == "restricted"}


def failed_items(items: Iterable[Item], answers: Sequence[Answer]) -> list[Item]:
    """The items that failed, in their order."""
    given, asked = by_code(answers), shown(items, answers)
    return [item for item in asked if evaluate(item, given.get(item["code"])) == "fail"]


def result(outcome: str, items: Sequence[Item], answers: Sequence[Answer]) -> str:
    """A critical failure fails the house, another asks for rectification; no inspection: none."""
    if outcome != "inspected":
        return "none"
    given = by_code(answers)
    failed = failed_items(items, answers)
    if any(severity_of(item, given.get(item["code"])) == "critical" for item in failed):
        return "fail"
    return "rectify" if failed else "pass"


def given(answer: Answer) -> Answer:
    """What an answer says; its empty parts are not kept."""
    return {part: value for part, value in answer.items() if value is not None}
