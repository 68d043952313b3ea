"""What a checklist must be before anybody is asked by it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from backend.checklists import expressions
from backend.checklists.rules import Item
from backend.problems import FieldError

CODE = re.compile(r"[A-Z][0-9]{2}")
MOST_ITEMS = 200  # as many answers as an inspection may carry
SEVERITIES = ("general", "serious", "critical", "computed", "chosen_on_site")
PREFILLS = ("occupants", "persons_per_room", "area_per_person", "rooms", "extinguishers")
DEADLINE = re.compile(r"(immediate|by_severity|[1-9][0-9]{0,2}w?d)?")  # what phones count, too
NUMERIC = ("min", "max", "unit", "prefill", "formula")  # for items that ask for a number alone
WANTED = ("section", "text", "lead_department")

Fault = tuple[str, str]  # the field, and the sentence


def faults(items: Sequence[Item]) -> list[FieldError]:
    """All that is wrong with these items, each with a pointer such as /items/3/show_if."""
    found = [] if 1 <= len(items) <= MOST_ITEMS else [_count_fault()]
    before: dict[str, Item] = {}
    for index, item in enumerate(items):
        told = [*item_faults(item), *_reference_faults(item, before)]
        if item["code"] in before:
            told.append(("code", f"编号 {item['code']} 用了两次"))
        found += [FieldError(f"/items/{index}/{name}", "invalid", why) for name, why in told]
        before[item["code"]] = item
    return found


def _count_fault() -> FieldError:
    return FieldError("/items", "invalid", f"应有 1 到 {MOST_ITEMS} 项")


def item_faults(item: Item) -> Iterator[Fault]:
    """What is wrong with one item by itself."""
    if not CODE.fullmatch(item["code"]):
        yield "code", "应为一个大写字母加两位数字,如 D01"
    for name in WANTED:
        if not item[name].strip():
            yield name, "必填"
    if not DEADLINE.fullmatch(item["deadline"]):
        yield "deadline", "应为 immediate(立即)、by_severity(按等级)、3wd(工作日)或 15d(天)"
    if item["severity"] == "chosen_on_site" and item["answer"] != "text":
        yield "severity", "只有填写文字的项可以现场定等级"
    yield from _number_faults(item)


def _number_faults(item: Item) -> Iterator[Fault]:
    given = [name for name in NUMERIC if item.get(name) is not None]
    if not _asks_number(item):
        for name in given:
            yield name, "只有填数字的项可以有"
    elif {"min", "max"} <= set(given) and item["min"] > item["max"]:
        yield "max", "上限不能小于下限"


def _asks_number(item: Item) -> bool:
    return str(item["answer"]).startswith("number")


def _reference_faults(item: Item, before: dict[str, Item]) -> Iterator[Fault]:
    condition, formula = item.get("show_if"), item.get("formula")
    if condition:
        yield from (("show_if", why) for why in _condition_faults(condition, before))
    if formula:
        yield from (("formula", why) for why in _formula_faults(formula, before))


def _condition_faults(condition: str, before: dict[str, Item]) -> Iterator[str]:
    try:
        said = [clause for alternative in expressions.clauses(condition) for clause in alternative]
    except expressions.UnreadableError:
        yield "看不懂这个条件,应如 B06 >= 10 或 D01 = fail and C02 = pass"
        return
    for clause in said:
        numeric = not clause.value.isalpha()
        yield from _unfit(clause.code, before, numeric=numeric)


def _formula_faults(formula: str, before: dict[str, Item]) -> Iterator[str]:
    try:
        first, _, second = expressions.terms(formula)
    except expressions.UnreadableError:
        yield f"看不懂这个算式,应如 area / A04 或 B06 max beds;可用 {'、'.join(expressions.FACTS)}"
        return
    for term in (first, second):
        if CODE.fullmatch(term):
            yield from _unfit(term, before, numeric=True)


def _unfit(code: str, before: dict[str, Item], *, numeric: bool) -> Iterator[str]:
    """Why an item cannot be looked back at."""
    item = before.get(code)
    if item is None:
        yield f"前面没有 {code} 这一项"
    elif item["visibility"] == "restricted":
        # Whether something is asked would tell what was answered.
        yield f"{code} 是限制知悉的项,不能用在这里"
    elif numeric and not _asks_number(item):
        yield f"{code} 不填数字"
