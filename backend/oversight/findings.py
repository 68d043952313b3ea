"""The ledger of what inspections found: line by line the cases that the figure `mended` counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Subquery, select
from sqlalchemy.dialects.postgresql import distinct_on

from backend.cases.models import Case
from backend.db import db
from backend.houses.models import House
from backend.inspections.models import Finding, Recheck
from backend.org.access import Actor
from backend.org.models import Grid, OrgUnit
from backend.oversight.figures import Filters, asked_cases
from backend.oversight.measures import ENDED, Period, conditions
from backend.oversight.milestones import milestones
from backend.papers.ledger import MOST

Row = dict[str, Any]
MENDED = frozenset({"awaiting_check", "checked", *ENDED})  # somebody has said so


def findings(actor: Actor, when: Period, filters: Filters) -> list[Row]:
    """What was found in the period and how far it had come at its end, the first found first.

    One more at most than a file may hold. Filters: those of the figures.

    Raises:
        Forbidden: no role of the actor allows it.
    """
    stood = milestones(asked_cases(actor, when, filters), when.until)
    of, _ = conditions("mended", stood.c, when)
    look = _last_looks(when.until)
    told = (Case.number, Case.title, Case.severity, Case.department_name, Case.reporter_name)
    query = (
        select(
            *told,
            Case.captured_at.label("found_at"),
            House.code.label("house_code"),
            House.address,
            OrgUnit.name.label("village"),
            Grid.name.label("grid"),
            *(stood.c[name] for name in ("state", "due_at", "result_at")),
            *(look.c[name] for name in ("rechecked_at", "passed", "checker_name")),
        )
        .join(stood, stood.c.case_id == Case.id)
        .join(Finding, Finding.case_id == Case.id)
        .join(House, House.id == Finding.house_id)
        .join(OrgUnit, OrgUnit.id == Case.org_unit_id)
        .join(Grid, Grid.id == Case.grid_id)
        .outerjoin(look, look.c.finding_id == Finding.id)
        .where(of)
        .order_by(Case.captured_at, Case.number)
        .limit(MOST + 1)
    )
    lines = enumerate(db.session.execute(query).mappings(), 1)
    return [_line(at, dict(row), when) for at, row in lines]


def _last_looks(until: datetime) -> Subquery:
    """Of each finding the recheck that decides, of those that had come in by then."""
    names = (Recheck.captured_at.label("rechecked_at"), Recheck.passed, Recheck.checker_name)
    return (
        select(Recheck.finding_id, *names)
        .ext(distinct_on(Recheck.finding_id))
        .where(Recheck.counts, Recheck.received_at < until)
        .order_by(Recheck.finding_id, Recheck.captured_at.desc(), Recheck.id.desc())
        .subquery("looks")
    )


def _line(at: int, row: Row, when: Period) -> Row:
    """A finding that was struck off without anybody's word was mended when it was looked at."""
    ended = row["state"] in ENDED
    mended_at = row["result_at"] if row["state"] in MENDED else None
    if ended and mended_at is None:
        mended_at = row["rechecked_at"]
    late = not ended and row["due_at"] < when.until
    return {**row, "at": at, "mended_at": mended_at, "overdue": late}
