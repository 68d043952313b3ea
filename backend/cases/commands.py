"""What people do with cases."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from backend.audit import commands as audit
from backend.cases import rules
from backend.cases.models import Case, CaseCounter, CaseEvent
from backend.cases.signals import case_changed
from backend.db import db, locked, new_id, utc_now
from backend.delivery import live
from backend.org import queries as org
from backend.org.access import Actor, Permission, require
from backend.org.capture import Capture
from backend.problems import Conflict, NotFound, Refused
from backend.tasks.models import Task
from backend.tasks.rules import OPEN
from backend.tasks.signals import task_changed


@dataclass(frozen=True)
class Place:
    """Where a case is: village, grid and, where known, house, address and WGS-84 point."""

    org_unit_id: UUID
    org_path: str
    grid_id: UUID
    house_id: UUID | None = None
    address: str | None = None
    lng: float | None = None
    lat: float | None = None
    accuracy: float | None = None
    position_source: str | None = None


@dataclass(frozen=True)
class Matter:
    """What a case is about, and who puts it right by when (both as the item's list says)."""

    item_code: str
    title: str
    severity: str
    lead_department: str
    deadline: str
    note: str | None = None
    restricted: bool = False
    inspection_id: UUID | None = None


def open_case(
    capture: Capture, case_id: UUID, matter: Matter, place: Place, payload: str | None = None
) -> Case:
    """Open a case with a number, a department and a deadline, and the first line of its thread.

    Raises:
        Refused: `hash-conflict`, another case has this id.
    """
    if db.session.get(Case, case_id) is not None:
        raise Refused("hash-conflict", "编号已被另一条隐患占用")
    case = _new_case(capture, case_id, matter, place)
    case.payload_sha256 = payload
    db.session.add(case)
    db.session.flush()
    author = capture.actor.user_id
    _write_line(case, author, "report", matter.note or "")
    audit.record(author, "case.open", "case", case.id, number=case.number)
    _tell(case)
    return case


def _new_case(capture: Capture, case_id: UUID, matter: Matter, place: Place) -> Case:
    township = org.township_of(place.org_path)
    department = org.department_named(township, matter.lead_department)
    return Case(
        id=case_id,
        number=_next_number(township.stat_code if township else None, capture),
        source="inspection" if matter.inspection_id else "report",
        state="reported",
        inspection_id=matter.inspection_id,
        item_code=matter.item_code,
        title=matter.title,
        severity=matter.severity,
        restricted=matter.restricted,
        note=matter.note,
        department_id=department.id if department else None,
        department_name=department.name if department else None,
        reporter_id=capture.actor.user_id,
        reporter_name=capture.actor.name,
        captured_at=capture.captured_at,
        received_at=capture.received_at,
        clock_suspect=capture.clock_suspect,
        due_at=rules.due_at(matter.deadline, matter.severity, capture.captured_at),
        **vars(place),
    )


def _next_number(town_code: str | None, capture: Capture) -> str:
    """Count on in the township's month; its line stays locked until the transaction ends."""
    month = rules.month_of(capture.captured_at)
    key = {"town_code": town_code or "", "month": month}
    db.session.execute(
        insert(CaseCounter).values(id=new_id(), last=0, **key).on_conflict_do_nothing()
    )
    counter = db.session.scalars(
        select(CaseCounter)
        .filter_by(**key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    counter.last += 1
    db.session.flush()
    return rules.number(town_code, month, counter.last)


def _write_line(
    case: Case, actor_id: UUID, action: str, text: str, task_id: UUID | None = None
) -> None:
    db.session.add(
        CaseEvent(
            id=new_id(),
            case_id=case.id,
            actor_id=actor_id,
            action=action,
            text=text,
            task_id=task_id,
            at=utc_now(),
        )
    )


def _tell(case: Case) -> None:
    """Tell the rooms above, and whoever looks at a screen."""
    case_changed.send(case)
    live.announce(
        "case",
        case.id,
        org_path=case.org_path,
        restricted=case.restricted,
        department_id=case.department_id,
    )


def close_case(actor: Actor, case_id: UUID, text: str) -> Case:
    """Close a case: it is checked and done.

    Raises:
        Forbidden, NotFound: the actor may not, or not there.
        Conflict: it is closed already.
    """
    require(actor, Permission.CASE_CLOSE)
    case = _locked(case_id)
    require(actor, Permission.CASE_CLOSE, case)
    if case.state == "closed":
        raise Conflict("这条隐患已经办结")
    case.state = "closed"
    case.closed_at = utc_now()
    _write_line(case, actor.user_id, "close", text)
    audit.record(actor.user_id, "case.close", "case", case.id)
    db.session.flush()
    _tell(case)
    return case


def _locked(case_id: UUID) -> Case:
    case = locked(Case, case_id)
    if case is None:
        raise NotFound("没有找到这条隐患")
    return case


@task_changed.connect
def _follow_task(task: Task, *, action: str, actor_id: UUID, text: str, **_: object) -> None:
    """What happens to a task of a case stands in the case's thread, and moves the case."""
    if task.case_id is None or action not in rules.THREAD_ACTIONS:
        return
    db.session.flush()
    case = _locked(task.case_id)
    others = select(Task.id).where(Task.case_id == case.id, Task.state.in_(OPEN)).limit(1)
    has_open_tasks = db.session.scalar(others) is not None
    case.state = rules.state_after_task(case.state, action, has_open_tasks=has_open_tasks)
    _write_line(case, actor_id, action, text, task.id)
    db.session.flush()
    _tell(case)
