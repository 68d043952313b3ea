"""Parts of a case that other departments have (协办、吹哨、研判): what may become of one.

As `life` does for the case, this carries out a table: `data/parts.csv`. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from backend.cases import life
from backend.cases.life import Facts, Line, Person
from backend.cases.table import WHO, Action, lines
from backend.cases.terms import Due
from backend.problems import Forbidden, IllegalTransition

CALLS = {"call_support": "support", "whistle": "whistle", "ask_opinion": "opinion"}
NEW = "new"


@dataclass(frozen=True)
class PartState:
    """Where a part can be."""

    code: str
    name: str
    name_en: str
    is_open: bool


@dataclass(frozen=True)
class Step:
    """In this state of a part of this kind: the action, by whom, and what follows."""

    action: Action
    who: frozenset[str]
    to: str
    due: str
    due_critical: str
    supervised: bool  # whether the case is supervised when the step is not taken in time


@dataclass(frozen=True)
class Part:
    """All that decides what may happen to a part; its row has columns of the same names."""

    kind: str
    state: str
    due_at: datetime | None


@cache
def states() -> dict[str, PartState]:
    """The states of a part, by code."""
    return {
        line["code"]: PartState(line["code"], line["name"], line["name_en"], bool(line["open"]))
        for line in lines("part_states")
    }


@cache
def steps() -> dict[tuple[str, str], tuple[Step, ...]]:
    """The table, by kind and state."""
    table: dict[tuple[str, str], tuple[Step, ...]] = {}
    for line in lines("parts"):
        for key, step in _steps(line):
            table[key] = (*table.get(key, ()), step)
    return table


def _steps(line: dict[str, str]) -> Iterator[tuple[tuple[str, str], Step]]:
    needs = tuple(line["needs"].split())
    action = Action(line["action"], line["name"], line["name_en"], needs, "")
    who, supervised = frozenset(line["who"].split()), line["late"] == "supervise"
    step = Step(action, who, states()[line["to"]].code, line["due"], line["critical"], supervised)
    for state in line["state"].split():
        yield (line["kind"], state), step


def called(action: str, facts: Facts, at: datetime, due: Due) -> Part:
    """The part that begins where a department is called at `at`."""
    kind = CALLS[action]
    step = steps()[kind, NEW][0]
    return Part(kind, step.to, _due(step, facts, at, due))


def callers(action: str) -> frozenset[str]:
    """Who may begin such a part."""
    return steps()[CALLS[action], NEW][0].who


def allowed(part: Part, person: Person) -> list[Action]:
    """What the person may do with the part now."""
    return [step.action for step in _of(part) if step.who & person.relations]


@dataclass(frozen=True)
class Deed:
    """An action on a part: who does it, when, and what is given for it."""

    person: Person
    action: str
    given: Mapping[str, Any]
    at: datetime


def apply(part: Part, facts: Facts, deed: Deed, due: Due) -> tuple[Part, Facts, Line]:
    """The part and its case after the deed, and the line that it leaves in the thread.

    Raises:
        IllegalTransition: not in this state; it says what is possible now.
        Forbidden: possible, but not for this person.
        Validation: something that the action needs is missing or too much.
    """
    step = _step(part, deed.action, deed.person)
    life.check(step.action, facts, deed.given, deed.at, due)
    after = replace(part, state=step.to, due_at=_due(step, facts, deed.at, due))
    ended = not states()[step.to].is_open
    case = replace(
        facts,
        open_parts=facts.open_parts - ended,
        opinions=facts.opinions + (part.kind == "opinion" and step.to == "done"),
    )
    said = life.words(deed.given)
    case, line = life.note(case, f"part_{deed.action}", deed.person.user_id, deed.at, said)
    return after, case, line


def is_supervised_when_late(part: Part) -> bool:
    """Whether a case is to be supervised where its part has not moved on in time."""
    return any(step.supervised for step in _of(part))


def _of(part: Part) -> tuple[Step, ...]:
    return steps().get((part.kind, part.state), ())


def _step(part: Part, action: str, person: Person) -> Step:
    step = next((step for step in _of(part) if step.action.code == action), None)
    if step is None:
        raise _illegal(part, action, person)
    if not step.who & person.relations:
        names = "、".join(WHO[who] for who in sorted(step.who))
        raise Forbidden(f"这一步由{names}办理")
    return step


def _illegal(part: Part, action: str, person: Person) -> IllegalTransition:
    can = allowed(part, person)
    names = "、".join(each.name for each in can) or "无"
    return IllegalTransition(
        f"「{states()[part.state].name}」时不能办理这一步。现在可以:{names}",
        state=part.state,
        action=action,
        allowed=[each.code for each in can],
    )


def _due(step: Step, facts: Facts, at: datetime, due: Due) -> datetime | None:
    span = step.due_critical if facts.severity == "critical" else step.due
    if span == "case":
        return facts.due_at
    return due(at, span, 1) if span else None
