"""What a case is about, put right (重新定类); and what its words say that it is."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from backend.cases.deadlines import span_of
from backend.cases.item_models import HazardItem
from backend.cases.items import item_in_force
from backend.cases.models import Case
from backend.org import queries as org
from backend.org.models import Department
from backend.problems import FieldError, Validation

LONGEST = 500  # what stands further down in a text says less
ENOUGH = 0.5  # how much of an item's name must stand in a text that does not use its words
GRADES = {"general": "一般", "serious": "较大", "critical": "重大"}


def decided(case: Case, code: str) -> dict[str, Any]:
    """The facts of a case that follow from another item; what an order leaves in time stays.

    Raises:
        Validation: there is no such item in force, or the case is of that item.
    """
    item = _item(case, code)
    department = _lead(case, item)
    ordered = case.source == "hotline"
    return {
        "severity": item.severity,
        "span": case.span if ordered else span_of(item.deadline, item.severity),
        "settles": item.self_settle,
        "restricted": case.restricted or item.restricted,
        "department_id": department.id if department else None,
    }


def become(case: Case, code: str) -> str:
    """Have the case be of that item; answers what the thread says: from what to what."""
    item = _item(case, code)
    department = _lead(case, item)
    before = f"{case.item_code} {case.title}({GRADES[case.severity]})"
    case.item_code, case.item_version, case.title = item.code, item.version, item.name
    case.department_name = department.name if department else None
    return f"{before} → {item.code} {item.name}({GRADES[item.severity]})"


def _item(case: Case, code: str) -> HazardItem:
    item = item_in_force(code)
    if item is None:
        raise Validation(errors=[FieldError("/item", "not-found", "请选择事项")])
    if item.code == case.item_code:
        raise Validation(errors=[FieldError("/item", "same", "已经是这一类,请另选事项")])
    return item


def _lead(case: Case, item: HazardItem) -> Department | None:
    return org.department_named(org.township_of(case.org_path), item.lead_department)


def likeliest(
    text: str, own: str, items: Sequence[HazardItem]
) -> tuple[HazardItem, list[str]] | None:
    """The item of which the text speaks most, with the words that say so.

    None: it speaks of none, or of none more than of its `own`.
    """
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(text[:LONGEST])
    found = [(item, _words(item, text[:LONGEST], matcher)) for item in items]
    scored = [(sum(map(len, words)), item.code == own, item, words) for item, words in found]
    if not scored:
        return None
    most, is_own, item, words = max(scored, key=lambda one: one[:2])
    return None if is_own or not most else (item, words)


def _words(item: HazardItem, text: str, matcher: SequenceMatcher[str]) -> list[str]:
    """The item's words that stand in the text, else enough of its name."""
    said = [word for word in (item.name, *item.synonyms.split()) if word in text]
    whole = [word for word in said if not any(word != other and word in other for other in said)]
    if whole:
        return whole
    matcher.set_seq1(item.name)
    blocks = [block for block in matcher.get_matching_blocks() if block.size > 1]
    parts = [item.name[block.a : block.a + block.size] for block in blocks]
    return parts if sum(map(len, parts)) >= ENOUGH * len(item.name) else []
