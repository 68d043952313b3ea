"""Opening cases; what is done with them afterwards is `acts`."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from backend.audit import commands as audit
from backend.cases import life, rules
from backend.cases.deadlines import clock, span_of
from backend.cases.life import Line
from backend.cases.models import Case, CaseCounter
from backend.cases.thread import facts_of, write
from backend.db import db, new_id, utc_now
from backend.org import queries as org
from backend.org.capture import Capture
from backend.problems import Refused


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
    urgent: bool = False
    inspection_id: UUID | None = None
    source: str = "report"
    item_version: int | None = None
    settles: bool = True


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
    audit.record(author, "case.open", "case", case.id, number=case.number)
    write(case, facts_of(case), Line(1, "report", author, utc_now(), matter.note or ""))
    return case


def _new_case(capture: Capture, case_id: UUID, matter: Matter, place: Place) -> Case:
    township = org.township_of(place.org_path)
    department = org.department_named(township, matter.lead_department)
    span = span_of(matter.deadline, matter.severity)
    facts = life.opened(matter.severity, span, capture.captured_at, capture.received_at, clock())
    own = vars(facts) | {
        "department_id": department.id if department else None,
        "restricted": matter.restricted,
        "settles": matter.settles,
        "urgent": matter.urgent,
        "inspection_id": matter.inspection_id,
    }
    return Case(
        id=case_id,
        number=_next_number(township.stat_code if township else None, capture),
        source="inspection" if matter.inspection_id else matter.source,
        item_code=matter.item_code,
        item_version=matter.item_version,
        title=matter.title,
        note=matter.note,
        department_name=department.name if department else None,
        reporter_id=capture.actor.user_id,
        reporter_name=capture.actor.name,
        captured_at=capture.captured_at,
        received_at=capture.received_at,
        clock_suspect=capture.clock_suspect,
        **own,
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
