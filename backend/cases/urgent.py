"""The chain of an urgent matter: first, further and final report (初报、续报、终报)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select

from backend.cases.deadlines import clock
from backend.cases.models import Case, CaseEvent
from backend.cases.table import lines
from backend.cases.terms import Due, Run
from backend.db import db, utc_now

TELLING = ("report", "follow")


@cache
def limits() -> dict[str, str]:
    """The time for each report: the first's since it was found, a further one's since the last."""
    return {line["code"]: line["due"] for line in lines("urgent")}


@dataclass(frozen=True)
class Awaited:
    """A report that is still to come, and the time for it."""

    code: str  # follow or final
    run: Run


def awaited(case: Case, told: datetime, due: Due) -> list[Awaited]:
    """The reports that an urgent case still needs, when the last but the final came at `told`.

    A further one is due some time after the last; the final one some time after the first.
    """
    if not case.urgent or case.finals or case.closed_at is not None:
        return []
    since = {"follow": told, "final": case.received_at}
    return [
        Awaited(code, Run(at, due(at, limits()[code], 1), limits()[code]))
        for code, at in since.items()
    ]


def last_told(case: Case) -> datetime:
    """When the last report but the final one came."""
    query = select(CaseEvent.at).where(CaseEvent.case_id == case.id, CaseEvent.action.in_(TELLING))
    return db.session.scalars(query.order_by(CaseEvent.version.desc()).limit(1)).one()


def next_report(case: Case, thread: list[CaseEvent]) -> dict[str, Any] | None:
    """Which report is due next, and when; None where none is."""
    told = max(event.at for event in thread if event.action in TELLING)
    first = min(awaited(case, told, clock()), key=lambda one: one.run.due, default=None)
    if first is None:
        return None
    return {"code": first.code, "due_at": first.run.due, "overdue": first.run.due < utc_now()}


def first_due(case: Case) -> datetime:
    """By when the first report should have come of what was seen then."""
    return clock()(case.captured_at, limits()["report"], 1)
