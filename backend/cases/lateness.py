"""What has not moved on in time is marked, and supervised (督办) where the table says so."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from backend.cases import joint, life, notices
from backend.cases.part_models import CasePart
from backend.cases.parts import part_of
from backend.cases.thread import facts_of, locked_case, write
from backend.db import db, locked, transaction, utc_now

AT_ONCE = 200


def mark_late_parts() -> None:
    """Mark the parts whose time is over; each in a transaction of its own, so it can run twice."""
    late = (
        select(CasePart.id, CasePart.case_id)
        .where(CasePart.due_at < utc_now(), CasePart.late_at.is_(None))
        .order_by(CasePart.due_at)
        .limit(AT_ONCE)
    )
    with transaction():
        found = db.session.execute(late).all()
    for part_id, case_id in found:
        with transaction():
            _mark(case_id, part_id)


def _mark(case_id: UUID, part_id: UUID) -> None:
    case, row = locked_case(case_id), locked(CasePart, part_id)
    now = utc_now()
    if row is None or row.late_at is not None or row.due_at is None or row.due_at >= now:
        return
    row.late_at = now
    supervise = joint.is_supervised_when_late(part_of(row))
    state = joint.states()[row.state].name
    text = f"{row.department_name} {state}超时{',自动督办' if supervise else ''}"
    facts, line = life.note(facts_of(case), "part_late", None, now, text)
    write(case, replace(facts, supervised=facts.supervised or supervise), line)
    notices.tell_of_part(case, row, "late", f"{state}超时", None)
