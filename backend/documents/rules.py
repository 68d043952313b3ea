"""What a paper must be, how its number reads and what it says.

The same rules as pwa/src/domain/document.ts, held together by tests/vectors/document.json.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

BLOCK = 10  # numbers leased at a time
OFFICERS = 2  # 行政处罚法第四十二条

RULES = {
    "document-no-power": "无执法权:责令改正通知书只能由有执法权的机关的执法人员开具"
    "(行政处罚法第四十二条),网格员请开具整改告知单",
    "document-one-officer": "两人执法:责令改正通知书须写明两名持证执法人员(行政处罚法第四十二条)",
    "document-deadline-past": "改正期限:期限不能早于开具日期",
    "document-number-outside": "文号号段:这个文号不在本机领用的号段内,请使用本机的文号",
    "document-number-used": "文号唯一:这个文号已用于另一份文书,请换用新文号重新开具",
    "document-number-void": "文号作废:这个文号已作废,不能再用,请换用新文号",
}


@dataclass(frozen=True)
class Officer:
    """A named officer and the time of the qualification; both ends count."""

    authority: str
    since: date
    until: date | None


@dataclass(frozen=True)
class Facts:
    """What is judged of a paper before its number is."""

    kind: str
    authority: str
    may_order: bool
    issuer_qualified: bool
    officers: Sequence[Officer]
    issued_on: date
    deadline_on: date


def faults(facts: Facts) -> list[str]:
    """The rules that the paper breaks, the gravest first; keys of `RULES`."""
    return list(_faults(facts))


def _faults(facts: Facts) -> Iterator[str]:
    if facts.kind == "order":
        if not (facts.may_order and facts.issuer_qualified):
            yield "document-no-power"
        if sum(_qualified(officer, facts) for officer in facts.officers) < OFFICERS:
            yield "document-one-officer"
    if facts.deadline_on < facts.issued_on:
        yield "document-deadline-past"


def _qualified(officer: Officer, facts: Facts) -> bool:
    of_time = officer.until is None or facts.issued_on <= officer.until
    return (
        officer.authority == facts.authority and officer.since <= facts.issued_on and bool(of_time)
    )


def number_text(authority_word: str, kind_word: str, year: int, number: int) -> str:
    """A number as papers show it: 通公(近海)责改字〔2026〕第0012号."""
    return f"{authority_word}{kind_word}〔{year}〕第{number:04}号"


def day_text(day: date) -> str:
    """A day as papers write it: 2026年12月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def law_in_force(laws: Sequence[Mapping[str, str]], day: date) -> str:
    """The reference that held on that day; empty where none did."""
    at = day.isoformat()
    for law in laws:
        if law.get("since", "") <= at <= law.get("until", "9999"):
            return law["text"]
    return ""


def compose(
    body: Sequence[Mapping[str, str]],
    words: Mapping[str, str],
    findings: Sequence[Mapping[str, str]],
) -> list[dict[str, str]]:
    """The lines of a paper: `{kind, text}` by the template's body.

    A line with a blank that nothing fills is left out. A line `each` is written once for each
    finding, numbered.
    """
    lines: list[dict[str, str]] = []
    for part in body:
        if part["kind"] != "each":
            lines += _line(part["kind"], part["text"], words)
            continue
        for number, finding in enumerate(findings, 1):
            lines += _line("item", part["text"], {**words, **finding, "n": str(number)})
    return lines


def _line(kind: str, text: str, words: Mapping[str, str]) -> list[dict[str, str]]:
    if not all(words.get(blank) for blank in re.findall(r"\{(\w+)\}", text)):
        return []
    return [{"kind": kind, "text": re.sub(r"\{(\w+)\}", lambda blank: words[blank[1]], text)}]
