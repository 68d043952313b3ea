"""Cases as Open311 GeoReport v2 has them: services, requests without persons, and new ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.audit import commands as audit
from backend.cases.item_models import HazardItem
from backend.cases.models import Case
from backend.cases.table import life
from backend.db import db, utc_now
from backend.org.access import Actor, Permission, visible
from backend.papers.masking import without_numbers
from backend.partners.events import said
from backend.sources import citizens
from backend.sources.citizens import Report

SPAN = timedelta(days=90)  # the standard's own: what is asked without dates
MOST = 1000


@dataclass(frozen=True)
class Wanted:
    """Which requests: by id, or by service, time and status."""

    ids: tuple[UUID, ...] = ()
    codes: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    statuses: frozenset[str] = frozenset()


def services() -> list[dict[str, Any]]:
    """The matters that can be reported, in their order."""
    query = select(HazardItem).where(HazardItem.retired_at.is_(None))
    return [_service(item) for item in db.session.scalars(query.order_by(HazardItem.sort))]


def service(code: str) -> dict[str, Any] | None:
    """One matter, or None; none asks for attributes."""
    return next((each for each in services() if each["service_code"] == code), None)


def _service(item: HazardItem) -> dict[str, Any]:
    return {
        "service_code": item.code,
        "service_name": item.name,
        "description": item.name_en,
        "metadata": False,
        "type": "realtime",
        "keywords": item.severity,
        "group": item.class_name,
    }


def requests(partner: Actor, wanted: Wanted) -> list[dict[str, Any]]:
    """The requests that fit, newest first; no more than `MOST`, none that is restricted."""
    query = select(Case).where(visible(partner, Permission.CASE_READ, Case))
    if wanted.ids:
        query = query.where(Case.id.in_(wanted.ids))
    else:
        until = wanted.until or utc_now()
        query = query.where(Case.captured_at.between(wanted.since or until - SPAN, until))
    if wanted.codes and not wanted.ids:
        query = query.where(Case.item_code.in_(wanted.codes))
    if len(wanted.statuses) == 1 and not wanted.ids:
        ended = Case.closed_at.is_not(None)
        query = query.where(ended if wanted.statuses == {"closed"} else ~ended)
    found = query.order_by(Case.captured_at.desc(), Case.id).limit(MOST)
    return [_request(case) for case in db.session.scalars(found)]


def report(partner: Actor, told: Report, sent: dict[str, Any]) -> dict[str, Any]:
    """Open the case of a resident who reported to the partner; `sent` is kept as it came.

    Raises:
        Validation: no such matter, or the place is not in the partner's division.
    """
    case = citizens.pass_on(partner.grants[0].org_path, told, sent)
    audit.record(partner.user_id, "open311.report", "case", case.id)
    notice = f"已登记,编号 {case.number}"
    return {"service_request_id": str(case.id), "service_notice": notice, "account_id": None}


def _request(case: Case) -> dict[str, Any]:
    return {
        "service_request_id": str(case.id),
        "status": "closed" if case.closed_at else "open",
        "status_notes": life().states[case.state].name,
        "service_name": case.title,
        "service_code": case.item_code,
        "description": without_numbers(case.note),
        "agency_responsible": case.department_name,
        "service_notice": case.number,
        "requested_datetime": said(case.captured_at),
        "updated_datetime": said(case.closed_at or case.received_at),
        "expected_datetime": said(case.due_at),
        "address": without_numbers(case.address),
        "address_id": None,
        "zipcode": None,
        "lat": case.lat,
        "long": case.lng,
        "media_url": None,
    }
