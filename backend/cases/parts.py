"""Calling other departments for a part of a case, and what they do with it (协办、吹哨、研判)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.audit import commands as audit
from backend.cases import joint, notices
from backend.cases.deadlines import clock
from backend.cases.joint import Deed, Part
from backend.cases.models import Case
from backend.cases.part_models import CasePart
from backend.cases.relations import person_of_part
from backend.cases.table import Action
from backend.cases.thread import case_to_act_on, facts_of, write
from backend.db import db, new_id, utc_now
from backend.media import commands as media
from backend.org.access import Actor
from backend.org.models import Department, OrgUnit
from backend.patrols.track import metres_between
from backend.problems import FieldError, NotFound, Validation

TOLD = ("support", "whistle")  # opinions are the centre's own


def department_of(case: Case, department_id: UUID, pointer: str) -> Department:
    """A department of the case's township.

    Raises:
        Validation: it is none; `pointer` says where it was named.
    """
    department = db.session.get(Department, department_id)
    unit = db.session.get(OrgUnit, department.org_unit_id) if department else None
    if department is None or unit is None or not case.org_path.startswith(unit.path):
        raise Validation(errors=[FieldError(pointer, "not-found", "请选择本辖区的部门")])
    return department


def call(actor: Actor, case: Case, action: str, given: Mapping[str, Any], at: datetime) -> str:
    """Begin a part for each department that is given; answers their names.

    Raises:
        Validation: one is named twice, is called already, is no department of the township, or
            handles the case itself.
    """
    part = joint.called(action, facts_of(case), at, clock())
    chosen = _callable(case, part.kind, given["departments"])
    whence = {"case_id": case.id, "called_by_id": actor.user_id, "called_at": at}
    for department in chosen:
        ours = {"department_id": department.id, "department_name": department.name}
        row = CasePart(id=new_id(), asked=given["text"], **whence, **ours, **vars(part))
        db.session.add(row)
        notices.tell_of_part(case, row, action, _state(row), actor.user_id)
    case.supporting = [*dict.fromkeys([*case.supporting, *given["departments"]])]
    _tell_phones(case)
    return "、".join(department.name for department in chosen)


def _callable(case: Case, kind: str, ids: list[UUID]) -> list[Department]:
    called = _called(case, kind)
    departments = []
    for number, department_id in enumerate(ids):
        department = department_of(case, department_id, f"/departments/{number}")
        told = ""
        if department.id in called:
            told = f"{department.name}已在办理中"
        elif kind == "support" and department.id == case.department_id:
            told = f"{department.name}是主办部门,不能再协办"
        if told:
            raise Validation(errors=[FieldError(f"/departments/{number}", "taken", told)])
        called.add(department.id)
        departments.append(department)
    return departments


def _called(case: Case, kind: str) -> set[UUID]:
    query = select(CasePart.department_id).where(
        CasePart.case_id == case.id, CasePart.kind == kind, CasePart.due_at.is_not(None)
    )
    return set(db.session.scalars(query))


def uncalled(case: Case, kind: str, ids: list[UUID]) -> list[UUID]:
    """Which of these departments have no such part under way, each named once."""
    called = _called(case, kind)
    return [each for each in dict.fromkeys(ids) if each not in called]


def _tell_phones(case: Case) -> None:
    """Write into the case's own row who was called for support or to the spot, and who came."""
    db.session.flush()
    query = select(CasePart).where(CasePart.case_id == case.id, CasePart.kind.in_(TOLD))
    rows = db.session.scalars(query.order_by(CasePart.called_at, CasePart.id))
    case.called = [
        {
            "department_id": str(row.department_id),
            "department": row.department_name,
            "kind": row.kind,
            "state": row.state,
            "due_at": row.due_at.isoformat() if row.due_at else None,
            "arrived_at": row.arrived_at.isoformat() if row.arrived_at else None,
            "arrived_by": row.arrived_by,
        }
        for row in rows
    ]


def _state(row: CasePart) -> str:
    return joint.states()[row.state].name


def part_of(row: CasePart) -> Part:
    """What decides about it."""
    return Part(row.kind, row.state, row.due_at)


def offered(actor: Actor, case: Case, row: CasePart) -> list[Action]:
    """What the actor may do with the part now."""
    return joint.allowed(part_of(row), person_of_part(actor, case, row.department_id))


def act_on_part(
    actor: Actor,
    case_id: UUID,
    part_id: UUID,
    action: str,
    given: Mapping[str, Any],
    *,
    seen: int | None = None,
) -> Case:
    """Do it, as the table of parts has it; `seen` is as for `acts.act`.

    Raises:
        Forbidden, NotFound: the case is not the actor's to see, or the step not the actor's.
        Overtaken: somebody has acted since; it tells what was done.
        IllegalTransition, Validation: as `joint.apply` does.
    """
    case = case_to_act_on(actor, case_id, seen)
    row = db.session.get(CasePart, part_id)
    if row is None or row.case_id != case.id:
        raise NotFound("没有找到这项协办")
    take(actor, case, row, action, given, utc_now())
    return case


def take(
    actor: Actor, case: Case, row: CasePart, action: str, given: Mapping[str, Any], now: datetime
) -> None:
    """Carry out a step on a part of a locked case, at that moment.

    Raises:
        IllegalTransition, Forbidden, Validation: as `joint.apply` does.
    """
    person = person_of_part(actor, case, row.department_id)
    deed = Deed(person, action, given, now)
    part, facts, line = joint.apply(part_of(row), facts_of(case), deed, clock())
    row.state, row.due_at, row.late_at = part.state, part.due_at, None
    said = " ".join(filter(None, [row.department_name, _keep(row, case, given, line.text, now)]))
    if part.state == "arrived":
        row.arrived_by = actor.name
    _tell_phones(case)
    media.announce(
        given.get("photo", []),
        owner=("case", case.id),
        scope=case.feed_scope(),
        by=actor.user_id,
    )
    if part.state == "withdrawn":
        case.supporting = _still_concerned(case)
    audit.record(actor.user_id, f"case.part.{action}", "case", case.id, part=str(row.id))
    write(case, facts, replace(line, text=said))
    notices.tell_of_part(case, row, action, _state(row), actor.user_id)


def _still_concerned(case: Case) -> list[UUID]:
    """The departments with a part that was not withdrawn: those alone go on seeing the case."""
    db.session.flush()
    query = select(CasePart.department_id).where(
        CasePart.case_id == case.id, CasePart.state != "withdrawn"
    )
    return list(db.session.scalars(query.distinct().order_by(CasePart.department_id)))


def _keep(row: CasePart, case: Case, given: Mapping[str, Any], said: str, now: datetime) -> str:
    """Write what the step leaves on the part itself; answers what the thread says of it."""
    match row.state:
        case "signed":
            row.signed_at = now
        case "done":
            row.result = said
        case "arrived":
            row.arrived_at = now
            return " ".join(filter(None, [_check_in(row, case, given["position"]), said]))
    return said


def _check_in(row: CasePart, case: Case, position: Mapping[str, Any]) -> str:
    row.lng, row.lat, row.accuracy = position["lng"], position["lat"], position["accuracy"]
    if case.lng is None or case.lat is None:
        return ""
    row.distance_m = metres_between((row.lng, row.lat), (case.lng, case.lat))
    return f"距现场 {row.distance_m:.0f} 米"
