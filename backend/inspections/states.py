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
from backend.inspections.rules import Found, Visit

STRUCK_OFF = frozenset({"closed", "archived"})


def settle(house: House) -> None:
    """Bring a locked house up to date: its state, and when it is to be seen again."""
    visits = [visit for visit in (_last(house), _last(house, "inspected")) if visit]
    found = _findings(house)
    inspected = [visit.at for visit in visits if visit.outcome == "inspected"]
    house.state = rules.house_state(inspected, found)
    house.last_inspected_at = max(inspected, default=None)
    large = rules.is_large(house.room_count, house.bed_count)
    due = rules.house_due(visits, found, house.state, large=large)
    house.next_due_on = due or house.next_due_on
    db.session.flush()


def _last(house: House, *outcomes: str) -> Visit | None:
    """The newest visit by time of capture; with `outcomes`, the newest of those."""
    query = select(Inspection.outcome, Inspection.captured_at).where(
        Inspection.house_id == house.id
    )
    if outcomes:
        query = query.where(Inspection.outcome.in_(outcomes))
    newest = query.order_by(Inspection.captured_at.desc(), Inspection.id.desc()).limit(1)
    row = db.session.execute(newest).first()
    return Visit(*row) if row else None


def _findings(house: House) -> list[Found]:
    query = (
        select(Finding.severity, Finding.ended, Finding.ended_at, Case.due_at)
        .join(Case, Case.id == Finding.case_id)
        .where(Finding.house_id == house.id)
    )
    return [Found(*row) for row in db.session.execute(query)]


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
    """A finding ends with its case and lives again with it; its house follows, by its deadline."""
    if case.inspection_id is None or case.house_id is None:
        return
    finding = db.session.scalars(select(Finding).where(Finding.case_id == case.id)).one_or_none()
    if finding is None:  # the case is being opened just now
        return
    house = locked_house(case.house_id)
    finding.ended, finding.ended_at = _end_of(case, finding)
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
