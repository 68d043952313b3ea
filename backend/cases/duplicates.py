"""Cases that may be the same one: offered to whoever looks, never merged by themselves."""

from __future__ import annotations

import csv
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from geoalchemy2 import Geography
from geoalchemy2.functions import ST_Distance, ST_DWithin
from sqlalchemy import cast, select

from backend.cases.models import Case
from backend.cases.queries import find_case
from backend.db import db
from backend.org.access import Actor, Permission, visible

RULES = Path(__file__).parent / "data" / "duplicates.csv"
MOST = 20


@cache
def _rules() -> dict[str, tuple[int, int]]:
    """How near in metres and hours, by item; * is any other."""
    with RULES.open(encoding="utf-8", newline="") as lines:
        return {
            line["item_code"]: (int(line["metres"]), int(line["hours"]))
            for line in csv.DictReader(lines, strict=True)
        }


def likely_duplicates(actor: Actor, case_id: UUID) -> list[dict[str, Any]]:
    """Open cases of the same item, near in place and time, the nearest first.

    Only what the actor may see, and may be merged: restricted with restricted alone.

    Raises:
        Forbidden, NotFound: the case is not the actor's to see.
    """
    case = find_case(actor, case_id)
    if case.lng is None or case.closed_at is not None:
        return []
    metres, hours = _rules().get(case.item_code) or _rules()["*"]
    here, there = (cast(point, Geography(srid=4326)) for point in (_point_of(case), Case.point))
    apart = ST_Distance(there, here).label("metres")
    span = timedelta(hours=hours)
    query = select(Case, apart).where(
        visible(actor, Permission.CASE_READ, Case),
        Case.id != case.id,
        Case.item_code == case.item_code,
        Case.restricted == case.restricted,
        Case.closed_at.is_(None),
        Case.captured_at.between(case.captured_at - span, case.captured_at + span),
        ST_DWithin(there, here, metres),
    )
    found = db.session.execute(query.order_by(apart, Case.id).limit(MOST))
    return [_row(case, other, metres) for other, metres in found]


def _point_of(case: Case) -> Any:  # noqa: ANN401 - SQL
    return select(Case.point).where(Case.id == case.id).scalar_subquery()


def _row(case: Case, other: Case, metres: float) -> dict[str, Any]:
    columns = "id number title state source address captured_at"
    return {name: getattr(other, name) for name in columns.split()} | {
        "metres": round(metres),
        "minutes_apart": round(abs((other.captured_at - case.captured_at).total_seconds()) / 60),
    }
