"""Cases as other systems see them: none that is restricted, no person, no number of a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.cases import queries
from backend.cases.models import CaseEvent
from backend.cases.table import life
from backend.db import db
from backend.org.access import Actor
from backend.papers.masking import without_numbers

COLUMNS = (
    "id number title item_code source severity state owner lng lat reported_at due_at step_due_at"
    " closed_at overdue supervised version village grid department"
)


def list_cases(
    partner: Actor, filters: dict[str, Any], cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the cases of the partner's division, the newest found first."""
    rows, following = queries.list_cases(partner, filters, cursor, limit)
    return [_row(row) for row in rows], following


def read_case(partner: Actor, case_id: UUID) -> dict[str, Any]:
    """A case with its thread.

    Raises:
        NotFound: it is not for the partner, or there is none.
    """
    case = queries.find_case(partner, case_id)
    return {**_row(queries.case_rows([case])[0]), "thread": _thread(case.id)}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in COLUMNS.split()} | {
        "state_name": life().states[row["state"]].name,
        "address": without_numbers(row["address"]),
        "note": without_numbers(row["note"]),
    }


def _thread(case_id: UUID) -> list[dict[str, Any]]:
    events = db.session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.version)
    )
    return [
        {
            "version": event.version,
            "at": event.at,
            "action": event.action,
            "text": without_numbers(event.text) or None,
        }
        for event in events
    ]
