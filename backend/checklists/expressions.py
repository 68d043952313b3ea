"""The small language of checklists: when an item is shown, and how a number is computed.

A condition is made of clauses such as `D01 = fail` or `B06 >= 10`, joined by `and` and `or` (`and`
binds first). A formula is one term, or two of them as in `area / A04` or `B06 max beds`; a term is
an item, a fact of the house, or a number. What is not known makes a clause false and a number none.

The same language as pwa/src/domain/expressions.ts, held together by tests/vectors/checklist.json.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

FACTS = ("occupants", "rooms", "beds", "area", "floors", "extinguishers")
MOST = 100_000  # as an answer's number may be
_CODE = "[A-Z][0-9]{2}"
_NUMBER = r"[0-9]{1,6}(?:\.[0-9]{1,3})?"
_CLAUSE = re.compile(rf"({_CODE}) (=|!=|<|<=|>|>=) (pass|fail|na|{_NUMBER})")
_TERM = rf"{_CODE}|{'|'.join(FACTS)}|{_NUMBER}"
_FORMULA = re.compile(rf"({_TERM})(?: (\+|-|\*|/|max|min) ({_TERM}))?")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}  # fmt: skip
_COUNT: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda one, other: one / other if other else math.nan,
    "max": max,
    "min": min,
}

Said = tuple[str, float | None]  # what an item's answer comes to, and its number


class UnreadableError(ValueError):
    """It is not in this language."""


class Clause(NamedTuple):
    """One comparison of a condition: an item, how, and a verdict or a number."""

    code: str
    sign: str
    value: str


@lru_cache(maxsize=512)
def clauses(condition: str) -> tuple[tuple[Clause, ...], ...]:
    """A condition's alternatives, each with the clauses that must all hold.

    Raises:
        UnreadableError: it is none.
    """
    return tuple(
        tuple(_clause(text) for text in alternative.split(" and "))
        for alternative in condition.split(" or ")
    )


def _clause(text: str) -> Clause:
    found = _CLAUSE.fullmatch(text)
    if found is None or (found[3].isalpha() and found[2] not in {"=", "!="}):
        raise UnreadableError(text)
    return Clause(*found.groups())


@lru_cache(maxsize=512)
def terms(formula: str) -> tuple[str, str, str]:
    """A formula's first term, sign and second term; the last two empty where there is but one.

    Raises:
        UnreadableError: it is none.
    """
    found = _FORMULA.fullmatch(formula)
    if found is None:
        raise UnreadableError(formula)
    return found[1], found[2] or "", found[3] or ""


def holds(condition: str, said: Callable[[str], Said | None]) -> bool:
    """Whether a condition holds; `said` tells of an item, or nothing where it is not shown."""
    return any(
        all(_true(clause, said(clause.code)) for clause in alternative)
        for alternative in clauses(condition)
    )


def _true(clause: Clause, said: Said | None) -> bool:
    verdict, number = said or ("open", None)
    compare = _COMPARE[clause.sign]
    if clause.value.isalpha():
        return verdict != "open" and compare(verdict, clause.value)
    return number is not None and compare(number, float(clause.value))


def compute(formula: str, number_of: Callable[[str], float | None]) -> float | None:
    """A formula's number to two decimals; none where a term is unknown or no answer could be it."""
    first, sign, second = terms(formula)
    one, other = _number(first, number_of), _number(second or "0", number_of)
    if one is None or other is None:
        return None
    number = _COUNT[sign](one, other) if sign else one
    if not 0 <= number <= MOST:  # not a number fails this, too
        return None
    return math.floor(number * 100 + 0.5) / 100


def _number(term: str, number_of: Callable[[str], float | None]) -> float | None:
    return float(term) if term[0].isdigit() else number_of(term)
