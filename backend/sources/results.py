"""What became of the hotline's orders, by their numbers there: of each that has ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, or_, select, update
from sqlalchemy.orm import aliased

from backend.cases.acts import RATINGS
from backend.cases.ledger import with_outcomes
from backend.cases.models import Case, CaseEvent
from backend.cases.table import life
from backend.db import db, utc_now
from backend.org.access import Actor, Permission, require, visible
from backend.paging import page
from backend.papers.masking import without_numbers
from backend.sources.models import CaseOrigin

A_PAGE = 500
REFUSALS = ("decline", "void")
Ended = aliased(Case, name="ended")  # the order's case, or the one that it was merged into


def list_results(
    actor: Actor, filters: dict[str, Any], cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the orders that have ended, the first ended first; none that is restricted.

    Filters: `closed_since`, `closed_until`, and `new`, those that no file has told of yet.
    """
    whole = select(CaseOrigin, Case, Ended, Ended.closed_at, CaseOrigin.id)
    query = _ended(actor, whole).where(*_conditions(filters))
    rows, following = page(query, Ended.closed_at, CaseOrigin.id, cursor, limit, descending=False)
    return _results(rows), following


def count_new(actor: Actor) -> int:
    """How many orders have ended of which no file has told yet.

    Raises:
        Forbidden: not the actor's to tell of.
    """
    require(actor, Permission.SOURCE_EDIT)
    query = _ended(actor, select(func.count()).select_from(CaseOrigin))
    return db.session.scalar(query.where(*_conditions({"new": True}))) or 0


def tell(actor: Actor, filters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The results for a file: each is marked as told, until its case ends anew.

    Raises:
        Forbidden: not the actor's to tell of.
    """
    require(actor, Permission.SOURCE_EDIT)
    now, rows, following = utc_now(), *list_results(actor, filters, None, A_PAGE)
    while rows:
        told = CaseOrigin.id.in_([row["id"] for row in rows])
        db.session.execute(update(CaseOrigin).where(told).values(result_told_at=now))
        yield from rows
        if following is None:
            return
        rows, following = list_results(actor, filters, following, A_PAGE)


def _ended(actor: Actor, query: Any) -> Any:  # noqa: ANN401 - a select of origins
    ended = query.join(Case, Case.id == CaseOrigin.case_id)
    ended = ended.join(Ended, Ended.id == func.coalesce(Case.merged_into_id, Case.id))
    return ended.where(
        CaseOrigin.source == "hotline",
        Ended.closed_at.is_not(None),
        Case.restricted.is_(False),
        visible(actor, Permission.CASE_READ, Case),
    )


def _conditions(filters: dict[str, Any]) -> list[ColumnElement[bool]]:
    told, conditions = CaseOrigin.result_told_at, list[ColumnElement[bool]]()
    if filters.get("closed_since"):
        conditions.append(Ended.closed_at >= filters["closed_since"])
    if filters.get("closed_until"):
        conditions.append(Ended.closed_at < filters["closed_until"])
    if filters.get("new"):
        conditions.append(or_(told.is_(None), told < Ended.closed_at))
    return conditions


def _results(rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    ended = [row.ended for row in rows]
    outcomes = with_outcomes([{"id": case.id, "item_code": case.item_code} for case in ended])
    reasons = _reasons([case.id for case in ended])
    return [
        {
            "id": row.CaseOrigin.id,
            "number": row.CaseOrigin.external_number,
            "kind": row.CaseOrigin.raw.get("kind"),
            "case_number": row.Case.number,
            "title": row.Case.title,
            "received_at": row.Case.captured_at,
            "department": row.ended.department_name,
            "state": row.ended.state,
            "result": _result(row.ended, outcome["measure"] or reasons.get(row.ended.id)),
            "due_at": row.Case.due_at,
            "closed_at": row.ended.closed_at,
            "overdue": row.Case.due_at < row.ended.closed_at,
            "rating": row.ended.rating,
            "rating_name": RATINGS.get(row.ended.rating or ""),
        }
        for row, outcome in zip(rows, outcomes, strict=True)
    ]


def _result(case: Case, words: str | None) -> str:
    return ":".join(filter(None, (life().states[case.state].name, without_numbers(words))))


def _reasons(case_ids: list[UUID]) -> dict[UUID, str]:
    lines = select(CaseEvent.case_id, CaseEvent.text).where(
        CaseEvent.case_id.in_(case_ids), CaseEvent.action.in_(REFUSALS)
    )
    return {line.case_id: line.text for line in db.session.execute(lines)}
