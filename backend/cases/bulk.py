"""One step on many cases: what would become of each, what becomes of it, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.cases import undo
from backend.cases.acts import act, preview
from backend.cases.models import Case
from backend.cases.table import life
from backend.db import db, savepoint
from backend.org.access import Actor, Permission, require, visible
from backend.problems import FieldError, NotFound, Problem, Validation

Line = dict[str, Any]
Given = Mapping[str, Any]
MOST = 200
# What is given for one case alone.
FOR_ONE = frozenset({"case", "departments", "item", "photo", "rating"})


def bulk(
    actor: Actor,
    action: str,
    given: Given,
    seen: Mapping[UUID, int],
    *,
    dry_run: bool,
) -> list[Line]:
    """Do the step on each case that allows it, or tell what it would do; a line for each.

    `seen` holds the version that was looked at, by case. A case that refuses stays as it is, and
    its line says why; the others go on.

    Raises:
        Validation: the step takes what only one case can be given.
    """
    require(actor, Permission.CASE_READ)
    needs = life().actions[action].needs if action in life().actions else ()
    if {need.removesuffix("?") for need in needs if need[-1] != "?"} & FOR_ONE:
        raise Validation(errors=[FieldError("/action", "single", "这一步须逐件办理")])
    step = _would if dry_run else _done
    return _each(actor, seen, partial(step, actor, action, given))


def take_back(actor: Actor, seen: Mapping[UUID, int]) -> list[Line]:
    """Take one's own last step back on each case where that can still be done; a line for each.

    `seen` holds the version that the step has made, by case.
    """
    require(actor, Permission.CASE_READ)
    return _each(actor, seen, partial(_undone, actor))


def _each(actor: Actor, seen: Mapping[UUID, int], step: Callable[[Case, int], Line]) -> list[Line]:
    cases = _cases(actor, list(seen))
    lines: dict[UUID, Line] = {}
    for case_id in sorted(seen):  # in one order for all: two people's crowds never lock each other
        case = cases.get(case_id)
        if case is None:
            lines[case_id] = {"id": case_id} | _refused(NotFound("没有找到这条隐患"))
        else:
            lines[case_id] = _line(case, partial(step, case, seen[case_id]))
    return [lines[case_id] for case_id in seen]


def _cases(actor: Actor, ids: list[UUID]) -> dict[UUID, Case]:
    seen = visible(actor, Permission.CASE_READ, Case)
    found = db.session.scalars(select(Case).where(Case.id.in_(ids), seen))
    return {case.id: case for case in found}


def _line(case: Case, step: Callable[[], Line]) -> Line:
    told = {"id": case.id, "number": case.number, "title": case.title, "state": case.state}
    try:
        return told | {"ok": True} | step()
    except Problem as problem:
        return told | _refused(problem)


def _refused(problem: Problem) -> Line:
    details = [error.detail for error in problem.errors]
    return {"ok": False, "code": problem.slug, "detail": ";".join(details) or problem.detail}


def _would(actor: Actor, action: str, given: Given, case: Case, seen: int) -> Line:
    facts, department = preview(actor, case, action, given, seen)
    return {
        "to": facts.state,
        "department": department,
        "step_due_at": facts.step_due_at,
        "version": case.version,
    }


def _done(actor: Actor, action: str, given: Given, case: Case, seen: int) -> Line:
    with savepoint():
        act(actor, case.id, action, given, seen=seen)
    return _now(case) | {"undo_seconds": undo.seconds_left(actor, case)}


def _undone(actor: Actor, case: Case, seen: int) -> Line:
    with savepoint():
        undo.undo(actor, case.id, seen)
    return _now(case)


def _now(case: Case) -> Line:
    return {
        "to": case.state,
        "department": case.department_name,
        "step_due_at": case.step_due_at,
        "version": case.version,
    }
