"""Messages about cases: whoever must act after a step, and who else the table names, hears of it.

`data/tells.csv` says who hears of which step of a case, `data/part_tells.csv` of a part's; a step
that is not in the first and gives the case to another side tells that side. A message has number,
class and state; of a restricted case `delivery` tells only that there is something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import select

from backend.cases.hearers import hearers, officers
from backend.cases.item_models import HazardItem
from backend.cases.life import Facts
from backend.cases.models import Case
from backend.cases.part_models import CasePart
from backend.cases.table import is_so, life, lines
from backend.db import db
from backend.delivery.commands import send, withdraw
from backend.delivery.models import Message

People = dict[UUID, "Tell"]


@dataclass(frozen=True)
class Tell:
    """A line of the table: of this step, under these conditions, these hear, in these words."""

    action: str
    conditions: tuple[str, ...]
    tells: tuple[str, ...]
    presses: str  # whether it is urgent: always, by the case's grade, or never
    code: str
    title: str


# For what the table leaves out, and gives the case to another side.
TURN = Tell("", (), ("owner",), "grade", "case-turn", "案件待办")
URGENT = Tell("report", (), ("centre", "commander"), "always", "case-urgent", "紧急上报")


@cache
def tells(name: str) -> tuple[Tell, ...]:
    """The lines of one of the two files, in their order."""
    return tuple(
        Tell(
            line["action"],
            tuple(line.get("if", "").split()),
            tuple(line["tells"].split()),
            line["presses"],
            line["code"],
            line["title"],
        )
        for line in lines(name)
    )


@dataclass(frozen=True)
class Step:
    """A step that was taken with a case: by whom, and how the case stood before it.

    `hold` is how long what does not press waits, so that `call_back` can take it back unseen;
    `knows` hears of it otherwise.
    """

    action: str
    by: UUID | None
    was: Facts
    hold: timedelta = timedelta()
    knows: UUID | None = None


def tell(case: Case, step: Step) -> None:
    """Tell those whom a step concerns; a side that has acted itself needs no word."""
    told: People = {}
    for line in _fitting(case, step):
        for word in line.tells:
            people = _people(case, word, step.was)
            # Urging one's own side is meant for the colleagues.
            if step.by in people and word != "owner":
                continue
            _add(told, people - {step.by, step.knows}, line)
    _send(case, told, life().states[case.state].name, step.hold)


def tell_of_part(case: Case, part: CasePart, action: str, state: str, by: UUID | None) -> None:
    """Tell those whom a step on a part of a case concerns."""
    told: People = {}
    for line in (line for line in tells("part_tells") if line.action == action):
        for word in line.tells:
            _add(told, _part_people(case, part, word) - {by}, line)
    _send(case, told, state)


def tell_centre(case: Case) -> None:
    """Call the dispatchers and the commander of the case's township to an urgent matter."""
    told: People = {}
    for word in URGENT.tells:
        _add(told, hearers(case, word), URGENT)
    _send(case, told, life().states[case.state].name)


def call_back(case: Case, since: datetime) -> None:
    """Take back what a step has sent that was undone, unless it has left already."""
    withdraw(page_of(case), since)


def _fitting(case: Case, step: Step) -> Iterable[Tell]:
    known = [line for line in tells("tells") if line.action == step.action]
    if not known:
        return [TURN] if case.owner != step.was.owner else []
    facts = Facts(**{name: getattr(case, name) for name in vars(step.was)})
    return [line for line in known if all(is_so(condition, facts) for condition in line.conditions)]


def _people(case: Case, word: str, was: Facts) -> set[UUID]:
    if word == "former":
        return hearers(case, was.owner) if was.owner else set()
    return hearers(case, word)


def _part_people(case: Case, part: CasePart, word: str) -> set[UUID]:
    if word == "caller":
        return {part.called_by_id}
    return officers(case, part.department_id) if word == "called" else hearers(case, word)


def _add(told: People, people: Iterable[UUID | None], line: Tell) -> None:
    """Who is told already is told once."""
    for user_id in people:
        if user_id is not None:
            told.setdefault(user_id, line)


def _send(case: Case, told: Mapping[UUID, Tell], state: str, hold: timedelta = timedelta()) -> None:
    for user_id, line in sorted(told.items()):
        presses = line.presses == "always" or (
            line.presses == "grade" and case.severity == "critical"
        )
        send(
            message(case, user_id, line.code, line.title, state, urgent=presses),
            timedelta() if presses else hold,
        )


def message(
    case: Case, user_id: UUID, code: str, title: str, state: str = "", *, urgent: bool
) -> Message:
    """A message about a case for one of the desk's people."""
    return Message(
        user_id=user_id,
        case_id=case.id,
        code=code,
        number=case.number,
        restricted=case.restricted,
        title=title,
        body=",".join(filter(None, [f"{case.number} {class_of(case)}", state])),
        url=page_of(case),
        urgency="urgent" if urgent else "normal",
    )


def page_of(case: Case) -> str:
    """Where the desk shows it."""
    return f"/centre/cases/{case.id}"


def page_on_the_phone(case: Case) -> str:
    """Where its reporter's phone shows it."""
    return f"/hazards/{case.id}"


def class_of(case: Case) -> str:
    """The class of the list of matters that the case belongs to."""
    query = select(HazardItem.class_name).where(HazardItem.code == case.item_code)
    return db.session.scalar(query) or "隐患"
