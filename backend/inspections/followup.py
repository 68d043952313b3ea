"""The task to look again (销号复查): when a mend is claimed, or its time is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from backend.cases.deadlines import clock
from backend.cases.models import Case
from backend.db import db, new_id, utc_now
from backend.inspections.models import Finding
from backend.org.models import User
from backend.org.sessions import actor_of
from backend.tasks.commands import NewTask, Place, follow_up
from backend.tasks.models import Task
from backend.tasks.queries import workers_of
from backend.tasks.rules import OPEN, RECHECK

TIME = "1wd"  # a proposal: until somebody must have looked
AT_ONCE = 200
RESTING = ("suspended", "closed", "archived")


def ask(case: Case, by: UUID, text: str) -> None:
    """Ask a worker of the grid to look again, unless somebody is asked already.

    Whoever found it, if they are still there; else whoever of the grid goes first. Never who
    mended it, and of a restricted one only who reported it.
    """
    open_ones = select(Task.id).where(
        Task.case_id == case.id, Task.kind == RECHECK, Task.state.in_(OPEN)
    )
    workers = [one for one in workers_of(case.grid_id) if one.id != case.handler_id]
    whose = _whose(case, workers)
    if db.session.scalar(open_ones.limit(1)) or not (whose or workers):
        return
    if case.restricted and whose is None:
        return
    wanted = NewTask(
        id=new_id(),
        kind=RECHECK,
        title=f"销号复查:{case.title}"[:100],
        text=text,
        assignee_id=whose,
        due_at=clock()(utc_now(), TIME, 1),
        urgency="urgent" if case.severity == "critical" else "normal",
        for_grid_id=None if whose else case.grid_id,
    )
    follow_up(actor_of(db.session.get_one(User, by)), wanted, _place(case))


def _whose(case: Case, workers: Sequence[User]) -> UUID | None:
    ids = [one.id for one in workers]
    if case.reporter_id in ids:
        return case.reporter_id
    return ids[0] if len(ids) == 1 and not case.restricted else None


def _place(case: Case) -> Place:
    return Place(
        case.org_unit_id,
        case.org_path,
        case.grid_id,
        house_id=case.house_id,
        house_address=case.address,
        case_id=case.id,
        case_number=case.number,
        case_title=case.title,
        restricted=case.restricted,
        lng=case.lng,
        lat=case.lat,
    )


def overdue(at: datetime) -> list[UUID]:
    """The cases of open findings whose time is over, where nobody was asked to look since."""
    asked = select(Task.id).where(
        Task.case_id == Case.id,
        Task.kind == RECHECK,
        Task.state.in_(OPEN) | (Task.created_at >= Case.due_at),
    )
    query = (
        select(Case.id)
        .join(Finding, Finding.case_id == Case.id)
        .where(Case.due_at <= at, Case.closed_at.is_(None), Case.state.not_in(RESTING))
        .where(~asked.exists())
        .order_by(Case.due_at)
        .limit(AT_ONCE)
    )
    return list(db.session.scalars(query))
