"""A case's facts and its thread: how a step of its life is written down and told."""

from __future__ import annotations

from dataclasses import fields
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from backend.cases import notices
from backend.cases.life import Facts, Line
from backend.cases.models import Case, CaseEvent, CaseWatch
from backend.cases.notices import Step
from backend.cases.signals import case_changed
from backend.db import db, locked, new_id, utc_now
from backend.delivery import live
from backend.delivery.commands import answered
from backend.org.access import Actor, Permission, require
from backend.problems import NotFound, Overtaken

NAMES = tuple(field.name for field in fields(Facts))


def locked_case(case_id: UUID) -> Case:
    """The case, nobody else's to change until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    case = locked(Case, case_id)
    if case is None:
        raise NotFound("没有找到这条隐患")
    return case


def facts_of(case: Case) -> Facts:
    """What decides about it."""
    return Facts(**{name: getattr(case, name) for name in NAMES})


def case_to_act_on(actor: Actor, case_id: UUID, seen: int | None = None) -> Case:
    """The locked case, if the actor may see it and has seen its last line (`seen`, its version).

    Raises:
        Forbidden, NotFound: it is not the actor's to see.
        Overtaken: somebody has acted since; it tells what was done.
    """
    require(actor, Permission.CASE_READ)
    case = locked_case(case_id)
    require(actor, Permission.CASE_READ, case)
    if seen is not None:
        refuse_overtaken(case, seen)
    return case


def refuse_overtaken(case: Case, seen: int) -> None:
    """Let a step pass if nobody has acted since `seen`; what the clock wrote is nobody's act.

    Raises:
        Overtaken: somebody has; it tells what was done.
    """
    if seen == case.version:
        return
    since = CaseEvent.case_id == case.id, CaseEvent.version > seen
    actors = db.session.scalars(select(CaseEvent.actor_id).where(*since)).all()
    if not actors or any(actors):
        raise overtaken(case, seen)


def overtaken(case: Case, seen: int) -> Overtaken:
    """The refusal of a step on a case in which somebody has acted since `seen`: it tells what."""
    lines = db.session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == case.id, CaseEvent.version > seen)
        .order_by(CaseEvent.version)
    ).all()
    names = {line.actor.name for line in lines if line.actor}
    return Overtaken(
        f"{'、'.join(sorted(names))}已先办理,请查看后再决定" if names else None,
        version=case.version,
        state=case.state,
        thread=[
            {
                "action": line.action,
                "actor": line.actor.name if line.actor else None,
                "text": line.text,
                "at": line.at,
            }
            for line in lines
        ],
    )


def concerned(case: Case) -> list[UUID]:
    """The departments that deal with it: the lead, and those that were called."""
    return [*([case.department_id] if case.department_id else []), *case.supporting]


def write(
    case: Case, facts: Facts, line: Line, task_id: UUID | None = None, *, told: Step | None = None
) -> None:
    """Write the facts and the line; tell whom it concerns, the rooms above, and open screens.

    `told` is what people are told of the step, where it is not just what the line says. Whoever
    may not see the case any more hears once that it has changed: so it leaves the screen.
    """
    told = told or Step(line.action, line.actor_id, facts_of(case))
    hidden = case.restricted and facts.restricted
    for name in NAMES:
        setattr(case, name, getattr(facts, name))
    db.session.add(
        CaseEvent(
            id=new_id(),
            case_id=case.id,
            version=line.version,
            actor_id=line.actor_id,
            action=line.action,
            text=line.text,
            task_id=task_id,
            at=line.at,
            state=facts.state,
            due_at=facts.due_at,
            step_due_at=facts.step_due_at,
        )
    )
    db.session.flush()
    if line.actor_id is not None and line.version > 1:  # who acts needs no further word about it
        answered(line.actor_id, f"/centre/cases/{case.id}", utc_now(), accepted=True)
    notices.tell(case, told)
    _watch(case)
    case_changed.send(case, line=line)
    live.announce(
        "case",
        case.id,
        org_path=case.org_path,
        restricted=hidden,
        departments=concerned(case),
    )


def _watch(case: Case) -> None:
    """The clock looks at it soon; at what has ended it looks no more."""
    if case.closed_at is not None:
        db.session.execute(delete(CaseWatch).where(CaseWatch.case_id == case.id))
        return
    look = {"look_at": utc_now()}
    db.session.execute(
        insert(CaseWatch)
        .values(case_id=case.id, **look)
        .on_conflict_do_update(index_elements=["case_id"], set_=look)
    )
