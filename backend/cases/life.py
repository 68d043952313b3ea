"""What may become of a case, and what becomes of it: the table (table.py) carried out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.cases.table import WHO, Action, Row, is_so, life
from backend.cases.terms import Due, Term, run_of, said, term
from backend.problems import FieldError, Forbidden, IllegalTransition, Validation

NOBODY: dict[str, Any] = {"handling": None, "asked_until": None, "suspended_at": None}
AGAIN: dict[str, Any] = {**NOBODY, "handler_id": None, "rating": None, "sample": None}
ANSWERED: dict[str, Any] = {"asked_until": None}
EFFECTS: dict[str, dict[str, Any]] = {
    "sign": {"handling": "department"},
    "assign": {"handling": "grid"},
    "settle": {**NOBODY, "handling": "grid"},
    **dict.fromkeys(("take_back", "give_up"), NOBODY),
    **dict.fromkeys(("reopen", "found_again"), AGAIN),
    **dict.fromkeys(("feedback", "recheck_fail"), ANSWERED),
    **dict.fromkeys(("approve_extension", "refuse_extension"), ANSWERED),
    "resume": {"suspended_at": None},
    "supervise": {"supervised": True},
    "unsupervise": {"supervised": False},
    "mark_red": {"supervised": True},
    "restrict": {"restricted": True},
    "unrestrict": {"restricted": False},
    "sample_right": {"sample": "right"},
    "sample_wrong": {"sample": "wrong"},
}


@dataclass(frozen=True)
class Facts:
    """All that decides what may happen to a case; the case has columns of the same names."""

    severity: str
    span: str  # the time that its item leaves for handling
    due_at: datetime  # of the case as a whole
    state: str = "reported"
    owner: str | None = "centre"  # who must act: of WHO
    step_due_at: datetime | None = None  # when the owner must have acted
    department_id: UUID | None = None
    handling: str | None = None  # department or grid
    handler_id: UUID | None = None  # who gave the last result
    returns: int = 0
    extensions: int = 0
    reopens: int = 0
    level: int = 3  # 1 grid, 2 village, 3 township, 4 district
    supervised: bool = False
    rating: str | None = None
    asked_until: datetime | None = None
    suspended_at: datetime | None = None
    closed_at: datetime | None = None
    version: int = 0  # how many lines its thread has
    terms: list[Term] = field(default_factory=list)  # what the case's deadline follows from
    step_began_at: datetime | None = None
    step_span: str = ""  # what the step's deadline follows from; `case` and `until` are no spans
    restricted: bool = False
    urgent: bool = False
    follows: int = 0  # further reports of an urgent one
    finals: int = 0
    open_parts: int = 0  # what other departments were called for and have not ended
    opinions: int = 0
    inspection_id: UUID | None = None  # of the inspection that found it
    settles: bool = True  # its item lets it be settled on the spot (自办)
    sample: str | None = None  # of a closed one: drawn for a second look, then right or wrong


@dataclass(frozen=True)
class Person:
    """Who acts, and what this person is to the case; the clock is nobody."""

    user_id: UUID | None
    relations: frozenset[str]


@dataclass(frozen=True)
class Line:
    """A line of a case's thread; `version` is its number."""

    version: int
    action: str
    actor_id: UUID | None
    at: datetime
    text: str


def opened(severity: str, span: str, since: datetime, at: datetime, due: Due) -> Facts:
    """The facts of a case that was found at `since` and arrives at `at`."""
    facts = Facts(severity, span, due(since, span, 1), terms=[term("from", since)], version=1)
    return replace(facts, **_limit(facts, at, due))


def allowed(facts: Facts, person: Person, at: datetime) -> list[Action]:
    """What the person may do with the case now, in the table's order."""
    fitting = (
        row.action
        for row in life().rows[facts.state]
        if _is_for(row, facts, person) and _holds(row, facts, person, at)
    )
    return [life().actions[code] for code in dict.fromkeys(fitting)]


def apply(
    facts: Facts, action: str, person: Person, given: Mapping[str, Any], at: datetime, due: Due
) -> tuple[Facts, Line]:
    """The facts after the action, and the line that it leaves.

    Raises:
        IllegalTransition: not in this state; it says what is possible now.
        Forbidden: possible, but not for this person.
        Validation: something that the action needs is missing, too much or wrong.
    """
    row = _row(facts, action, person, at)
    check(life().actions[action], facts, given, at, due)
    changes: dict[str, Any] = {**_counted(row, facts, given), **_effects(action, person, given, at)}
    changes |= {**given.get("item", {}), "state": row.to, "terms": _terms(row, facts, at)}
    changes |= {} if life().states[row.to].is_open else {"supervised": False}
    after = replace(facts, version=facts.version + 1, **changes)
    after = replace(after, due_at=_case_due(after, due), closed_at=_end(facts, row.to, at))
    after = replace(after, owner=_owner(after), **_step_due(row, after, given, at, due))
    return after, Line(after.version, action, person.user_id, at, words(given))


def retimed(facts: Facts, due: Due) -> Facts:
    """The facts with the deadlines that they have by another calendar."""
    after = replace(facts, due_at=_case_due(facts, due))
    if facts.step_began_at is None or facts.step_due_at is None or facts.step_span == "until":
        return after
    if facts.step_span == "case":
        return replace(after, step_due_at=after.due_at)
    return replace(after, step_due_at=due(facts.step_began_at, facts.step_span, 1))


def note(
    facts: Facts, action: str, actor_id: UUID | None, at: datetime, text: str
) -> tuple[Facts, Line]:
    """A line that moves nothing, such as late evidence: taken in every state."""
    after = replace(facts, version=facts.version + 1)
    return after, Line(after.version, action, actor_id, at, text)


def words(given: Mapping[str, Any]) -> str:
    """What was given in words."""
    return str(given.get("reason") or given.get("text") or "")


def _row(facts: Facts, action: str, person: Person, at: datetime) -> Row:
    rows = [row for row in life().rows[facts.state] if row.action == action]
    mine = [row for row in rows if _is_for(row, facts, person)]
    for row in mine:
        if _holds(row, facts, person, at):
            return row
    others = frozenset[str]().union(*(row.who for row in rows)) - {"task"}
    if others and not mine:
        raise Forbidden(f"这一步由{'、'.join(WHO[who] for who in sorted(others))}办理")
    raise _illegal(facts, action, person, at, mine[0].otherwise if mine else "")


def _illegal(
    facts: Facts, action: str, person: Person, at: datetime, why: str
) -> IllegalTransition:
    now = allowed(facts, person, at)
    known = life().actions.get(action)
    can = "、".join(each.name for each in now) or "无"
    return IllegalTransition(
        f"「{life().states[facts.state].name}」的隐患不能{known.name if known else action}"
        f"{f'({why})' if why else ''}。现在可以:{can}",
        state=facts.state,
        action=action,
        allowed=[each.code for each in now],
    )


def _is_for(row: Row, facts: Facts, person: Person) -> bool:
    is_handler = "handler" in row.who and facts.handling in person.relations
    return is_handler or bool(row.who & person.relations)


def _holds(row: Row, facts: Facts, person: Person, at: datetime) -> bool:
    if row.severities and facts.severity not in row.severities:
        return False
    return all(_is_met(condition, facts, person, at) for condition in row.conditions)


def _is_met(condition: str, facts: Facts, person: Person, at: datetime) -> bool:
    if condition == "not-handler":
        return person.user_id != facts.handler_id
    if condition == "before-due":
        return at < facts.due_at
    if condition == "studied":
        return not facts.restricted or facts.opinions > 0
    return is_so(condition, facts)


def check(action: Action, facts: Facts, given: Mapping[str, Any], at: datetime, due: Due) -> None:
    """Raise `Validation` unless all that the action needs was given, and nothing else."""
    wanted = {need.removesuffix("?") for need in action.needs}
    missing = [need for need in action.needs if need[-1] != "?" and not given.get(need)]
    errors = [FieldError(f"/{name}", "required", "必填") for name in missing]
    errors += [
        FieldError(f"/{name}", "unknown", "这一步不需要") for name in given if name not in wanted
    ]
    until = given.get("until")
    if isinstance(until, datetime):
        own = action.longest == "case"  # an extension, which begins where the case is due
        start = facts.due_at if own else at
        last = due(start, facts.span if own else action.longest, 1)
        if not start < until <= last:
            told = f"应在 {said(start)} 之后,不晚于 {said(last)}"
            errors.append(FieldError("/until", "range", told))
    if errors:
        raise Validation(errors=errors)


def _counted(row: Row, facts: Facts, given: Mapping[str, Any]) -> dict[str, int]:
    if "departments" in given:  # each is called for a part
        return {"open_parts": facts.open_parts + len(given["departments"])}
    if not row.counts:
        return {}
    name, sign = row.counts[:-2], row.counts[-2]
    return {name: getattr(facts, name) + (1 if sign == "+" else -1)}


def _effects(action: str, person: Person, given: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """What an action changes besides state, counts and deadlines."""
    match action:
        case "dispatch" | "rule":
            return {"department_id": given["department"]}
        case "settle" | "feedback":
            return {**EFFECTS[action], "handler_id": person.user_id}
        case "ask_extension":
            return {"asked_until": given["until"]}
        case "approve_suspension":
            return {"suspended_at": at}
        case "rate":
            return {"rating": given["rating"]}
    return EFFECTS.get(action, {})


def _owner(facts: Facts) -> str | None:
    owner = life().states[facts.state].owner
    return facts.handling if owner == "handler" else owner or None


def _end(facts: Facts, to: str, at: datetime) -> datetime | None:
    return None if life().states[to].is_open else facts.closed_at or at


def _terms(row: Row, facts: Facts, at: datetime) -> list[Term]:
    """The deadline of the case moves by these rules and no other."""
    if row.due == "extend" and facts.asked_until is not None:
        return [*facts.terms, term("until", at, facts.asked_until)]
    if row.due == "resume" and facts.suspended_at is not None:
        return [*facts.terms, term("pause", at, facts.suspended_at)]
    if row.due == "half":
        return [*facts.terms, term("half", at)]
    return [term("from", at)] if row.due == "again" else facts.terms


def _case_due(facts: Facts, due: Due) -> datetime:
    run = run_of(facts.terms, facts.span, due)
    return run.due if run else facts.due_at


def _step_due(
    row: Row, after: Facts, given: Mapping[str, Any], at: datetime, due: Due
) -> dict[str, Any]:
    if not life().states[after.state].is_open:
        return {"step_due_at": None, "step_began_at": None, "step_span": ""}
    if row.due == "until":
        return {"step_due_at": given["until"], "step_began_at": at, "step_span": "until"}
    if row.due == "regrade":  # whoever names another kind gains no time by it
        return _limit(after, after.step_began_at or at, due)
    return {} if row.due == "keep" else _limit(after, at, due)


def _limit(facts: Facts, at: datetime, due: Due) -> dict[str, Any]:
    limit = life().states[facts.state].limits[facts.severity]
    ends = facts.due_at if limit == "case" else due(at, limit, 1)
    return {"step_due_at": ends, "step_began_at": at, "step_span": limit}
