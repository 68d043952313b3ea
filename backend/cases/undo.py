"""Taking one's last step back: the facts as before, and a line that says so; no line is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.dialects.postgresql import insert

from backend.audit import commands as audit
from backend.cases import life, notices, secrecy
from backend.cases.joint import CALLS
from backend.cases.life import Facts, Line
from backend.cases.models import Case, LastStep
from backend.cases.table import life as table
from backend.cases.thread import NAMES, facts_of, locked_case, overtaken, write
from backend.db import db, utc_now
from backend.org.access import Actor, Permission, require
from backend.problems import Conflict

LASTS = timedelta(seconds=30)
SLOW_LINE = timedelta(seconds=5)  # for a press in the last second
# What a step changes beside the facts.
BESIDE = ("department_name", "merged_into_id", "item_code", "item_version", "title")
# What is told to others at once, or brings photos, stands.
FINAL = frozenset({"settle", "feedback", "note", "urge", "rate", "follow", "final", *CALLS})


def hold(action: str) -> timedelta:
    """How long a message about a step waits: until it cannot be taken back any more."""
    return timedelta() if action in FINAL else LASTS + SLOW_LINE


def keep(case: Case, line: Line, before: dict[str, Any]) -> None:
    """Remember how the case was before this step; what was kept of an earlier one goes."""
    values = {
        "version": line.version,
        "actor_id": line.actor_id,
        "at": line.at,
        "action": line.action,
        "before": before,
    }
    db.session.execute(
        insert(LastStep)
        .values(case_id=case.id, **values)
        .on_conflict_do_update(index_elements=["case_id"], set_=values)
    )


def before(case: Case) -> dict[str, Any]:
    """All that a step may change, as JSON."""
    columns = {name: getattr(case, name) for name in (*NAMES, *BESIDE)}
    kept: dict[str, Any] = orjson.loads(orjson.dumps(columns))
    return kept


def seconds_left(actor: Actor, case: Case) -> int | None:
    """How long the actor may still take the case's last step back; None when not at all."""
    step = db.session.get(LastStep, case.id, populate_existing=True)
    if step is None or step.version != case.version or step.actor_id != actor.user_id:
        return None
    left = int((step.at + LASTS - utc_now()).total_seconds())
    return left if left > 0 and step.action not in FINAL else None


def undo(actor: Actor, case_id: UUID, seen: int) -> Case:
    """Put a case back to where it was before the actor's own last step, for half a minute.

    Raises:
        Forbidden, NotFound: the case is not the actor's to see.
        Overtaken: somebody has acted since; it tells what was done.
        Conflict: it was another's step, cannot be taken back, or it is too late.
    """
    require(actor, Permission.CASE_READ)
    case = locked_case(case_id)
    require(actor, Permission.CASE_READ, case)
    if seen != case.version:
        raise overtaken(case, seen)
    step = db.session.get(LastStep, case_id, populate_existing=True)
    if step is None or step.version != case.version or step.actor_id != actor.user_id:
        raise Conflict("只能撤回自己刚刚办理的一步")
    if step.action in FINAL:
        raise Conflict("这一步不能撤回,请按流程继续办理")
    if utc_now() - step.at > LASTS + SLOW_LINE:
        raise Conflict("已超过 30 秒,不能撤回")
    _put_back(actor, case, step)
    return case


def _put_back(actor: Actor, case: Case, step: LastStep) -> None:
    name = table().actions[step.action].name
    if case.merged_into_id is not None:
        _give_back(actor, case, case.merged_into_id)
    now = facts_of(case)
    was = case.restricted
    for column in BESIDE:
        if column in step.before:
            setattr(case, column, _read(Case, column, step.before[column]))
    old = {name: _read(Case, name, step.before[name]) for name in NAMES if name in step.before}
    facts, line = life.note(Facts(**old), "withdraw", actor.user_id, utc_now(), f"撤回「{name}」")
    version = now.version + 1
    audit.record(actor.user_id, "case.withdraw", "case", case.id, step=step.action)
    write(case, replace(facts, version=version), replace(line, version=version))
    notices.call_back(case, step.at)
    if case.restricted != was:
        secrecy.follow(case, actor.user_id)


def _give_back(actor: Actor, case: Case, other_id: UUID) -> None:
    """The other one's thread says that it has not taken this one up."""
    other = locked_case(other_id)
    text = f"撤回并入 {case.number}"
    facts, line = life.note(facts_of(other), "withdraw", actor.user_id, utc_now(), text)
    write(other, facts, line)


def _read(model: type[Case], name: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    """A column's value out of JSON."""
    kind = model.__table__.c[name].type.python_type
    if value is None or not isinstance(value, str) or kind is str:
        return value
    return datetime.fromisoformat(value) if kind is datetime else kind(value)
