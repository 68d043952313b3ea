"""The life of a case as data: its states, the actions, and who may do what in which state."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CONDITION = re.compile(r"(\w+)([<>=])(\w+)")
DATA = Path(__file__).parent / "data"
WHO = {
    "centre": "指挥中心",
    "commander": "指挥长",
    "district": "区级指挥中心",
    "department": "承办部门",
    "called": "协办部门",
    "grid": "网格",
    "worker": "网格员",
    "village": "村（社区）",
    "handler": "处置单位",
    "supervisor": "督导员",
    "reporter": "上报人",
    "citizen": "反映人",
    "task": "任务",
    "recheck": "复查人",
    "clock": "系统时钟",
}


@dataclass(frozen=True)
class State:
    """Where a case can be, who must act there, and the time for it by severity."""

    code: str
    name: str
    name_en: str
    owner: str  # of WHO; empty where the case has ended
    limits: dict[str, str]

    @property
    def is_open(self) -> bool:
        """Whether somebody must still act."""
        return bool(self.owner)


@dataclass(frozen=True)
class Action:
    """What can be done with a case, and what must (or, with a ?, may) be given for it."""

    code: str
    name: str
    name_en: str
    needs: tuple[str, ...]
    longest: str  # how far a time that is given may lie ahead: a span, or the case's own


@dataclass(frozen=True)
class Row:
    """In this state, this action, by these: to that state, with this deadline."""

    state: str
    action: str
    who: frozenset[str]
    severities: frozenset[str]
    conditions: tuple[str, ...]
    otherwise: str  # what a person reads where a severity or a condition does not fit
    to: str
    due: str
    counts: str


@dataclass(frozen=True)
class Table:
    """The three files, read once."""

    states: dict[str, State]
    actions: dict[str, Action]
    rows: dict[str, tuple[Row, ...]]  # by state, in the order of the actions

    def open_states(self) -> list[str]:
        """The codes of those in which somebody must act."""
        return [state.code for state in self.states.values() if state.is_open]


@cache
def life() -> Table:
    """The table as it comes with the product."""
    states = {line["code"]: _state(line) for line in lines("states")}
    actions = {line["code"]: _action(line) for line in lines("actions")}
    order = list(actions)
    rows = sorted(
        (row for line in lines("life") for row in _rows(line, states)),
        key=lambda row: order.index(row.action),
    )
    by_state = {code: tuple(row for row in rows if row.state == code) for code in states}
    return Table(states, actions, by_state)


@cache
def settled_on_the_spot() -> frozenset[str]:
    """How grave a matter may be for a worker to settle it by oneself (自办)."""
    rows = [row for row in life().rows["reported"] if row.action == "settle"]
    every = frozenset(("general", "serious", "critical"))
    return frozenset().union(*(row.severities or every for row in rows if "worker" in row.who))


def is_so(condition: str, facts: object) -> bool:
    """Whether a comparison of the table, such as `returns<1`, holds for these facts."""
    name, sign, value = compared(condition)
    fact = getattr(facts, name)
    if sign == "=":
        return str("none" if fact is None else fact) == value
    return bool(fact < int(value) if sign == "<" else fact > int(value))


@cache
def compared(condition: str) -> tuple[str, str, str]:
    """The fact, the sign and the value of a comparison of the table.

    Raises:
        ValueError: it is none.
    """
    match = CONDITION.fullmatch(condition)
    if match is None:
        raise ValueError(condition)
    name, sign, value = match.groups()
    return name, sign, value


def lines(name: str) -> list[dict[str, str]]:
    """The lines of one of the files, each by its columns' names."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _state(line: dict[str, str]) -> State:
    limits = {severity: line[severity] for severity in ("general", "serious", "critical")}
    return State(line["code"], line["name"], line["name_en"], line["owner"], limits)


def _action(line: dict[str, str]) -> Action:
    needs = tuple(line["needs"].split())
    return Action(line["code"], line["name"], line["name_en"], needs, line["longest"])


def _rows(line: dict[str, str], states: dict[str, State]) -> Iterator[Row]:
    """One line may hold for several states: open are all that have not ended, any is any."""
    groups = {"open": [code for code in states if states[code].is_open], "any": list(states)}
    for code in groups.get(line["state"]) or line["state"].split():
        yield Row(
            state=states[code].code,
            action=line["action"],
            who=frozenset(line["who"].split()),
            severities=frozenset(line["grade"].split()),
            conditions=tuple(line["if"].split()),
            otherwise=line["otherwise"],
            to=code if line["to"] == "same" else states[line["to"]].code,
            due=line["due"],
            counts=line["counts"],
        )
