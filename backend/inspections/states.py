"""How findings end with their cases, and what state a house is in by all that is known of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from backend.cases.models import Case
from backend.cases.signals import case_changed
from backend.db import db
from backend.delivery import live
from backend.houses.commands import locked_house
from backend.houses.models import House
from backend.inspections import rules
from backend.inspections.models import Finding, Inspection, Recheck
from backend.inspections.rules import Found

STRUCK_OFF = frozenset({"closed", "archived"})
Newest = tuple[datetime, UUID]  # of an inspection: captured at, its id


def settle(house: House) -> Newest | None:
    """Bring a locked house's state up to date; answers its newest inspection that took place."""
    newest = db.session.execute(
        select(Inspection.captured_at, Inspection.id)
        .where(Inspection.house_id == house.id, Inspection.outcome == "inspected")
        .order_by(Inspection.captured_at.desc(), Inspection.id.desc())
        .limit(1)
    ).first()
    findings = db.session.execute(
        select(Finding.severity, Finding.ended, Finding.ended_at).where(
            Finding.house_id == house.id
        )
    )
    found = [Found(*row) for row in findings]
    house.state = rules.house_state([newest.captured_at] if newest else [], found)
    db.session.flush()
    return (newest.captured_at, newest.id) if newest else None


def standing_recheck(finding_id: UUID) -> Recheck | None:
    """The recheck that decides: the last by time of capture, of those that count."""
    return db.session.scalars(
        select(Recheck)
        .where(Recheck.finding_id == finding_id, Recheck.counts)
        .order_by(Recheck.captured_at.desc(), Recheck.id.desc())
        .limit(1)
    ).first()


@case_changed.connect
def _follow_case(case: Case, **_: object) -> None:
    """A finding ends with its case, and lives again with it; its house follows."""
    if case.inspection_id is None or case.house_id is None:
        return
    finding = db.session.scalars(select(Finding).where(Finding.case_id == case.id)).one_or_none()
    if finding is None:  # the case is being opened just now
        return
    end, at = _end_of(case, finding)
    if (finding.ended, finding.ended_at) == (end, at):
        return
    house = locked_house(case.house_id)
    finding.ended, finding.ended_at = end, at
    db.session.flush()
    settle(house)
    live.announce("house", house.id, org_path=house.org_path)


def _end_of(case: Case, finding: Finding) -> tuple[str | None, datetime | None]:
    """Struck off is when it was looked at, not when that was heard of."""
    if case.closed_at is None:
        return None, None
    if case.state not in STRUCK_OFF:
        return "withdrawn", case.closed_at
    last = standing_recheck(finding.id)
    return "struck_off", max(last.captured_at, case.captured_at) if last else case.closed_at
