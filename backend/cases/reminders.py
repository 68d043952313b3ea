"""Telling whoever must act that a deadline is near or over: one message a person and mark."""

from __future__ import annotations

from uuid import UUID

from backend.cases.models import Case
from backend.cases.notices import class_of
from backend.clock.rules import Mark
from backend.db import db
from backend.delivery.commands import send
from backend.delivery.models import Message
from backend.org import queries as org
from backend.org.models import OrgUnit

TITLES = {
    "reminder": "即将到期",
    "yellow": "已到期(黄牌)",
    "after": "已逾期一天",
    "red": "严重超期(红牌,已提级)",
}


def tell(case: Case, mark: Mark) -> None:
    """Tell the owner's people, and the level above where the mark steps up."""
    people = set(_people(case))
    if mark.step_up:
        people |= set(_above(case))
    for user_id in sorted(people):
        message = Message(
            user_id=user_id,
            code="case-late" if mark.late else "deadline-reminder",
            number=case.number,
            restricted=case.restricted,
            title=TITLES[mark.name],
            body=f"{case.number} {class_of(case)}",
            url=f"/centre/cases/{case.id}",
            urgency="urgent" if case.severity == "critical" and mark.late else "normal",
        )
        send(message)


def _people(case: Case) -> list[UUID]:
    """Whoever must act; where nobody is known, or cleared, the township's dispatchers."""
    found: list[UUID] = []
    if case.owner == "department" and case.department_id:
        found = org.officers_of(case.department_id, cleared=case.restricted)
    if case.owner == "grid" and not case.restricted:
        found = org.holders(case.org_unit_id, ("grid_head",))
    return found or _centre(case)


def _centre(case: Case, *more: str) -> list[UUID]:
    township = org.township_of(case.org_path)
    return org.holders(township.id, ("dispatcher", *more)) if township else []


def _above(case: Case) -> list[UUID]:
    """The township's dispatchers and commander, and the dispatchers of the division above it."""
    township = org.township_of(case.org_path)
    above = db.session.get(OrgUnit, township.parent_id) if township else None
    return _centre(case, "commander") + (org.holders(above.id, ("dispatcher",)) if above else [])
