"""Closed cases drawn at random for a second look (抽查); marking one is a step of its life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from backend.audit import commands as audit
from backend.cases import life
from backend.cases.models import Case
from backend.cases.queries import case_rows
from backend.cases.thread import facts_of, locked_case, write
from backend.db import db, utc_now
from backend.org.access import Actor, Permission, require, visible
from backend.paging import page

CLOSED = ("closed", "archived")
MOST = 100


@dataclass(frozen=True)
class Lot:
    """Of which cases how many are drawn: those closed from `since` on and before `until`."""

    since: datetime
    until: datetime
    count: int


def draw(actor: Actor, lot: Lot) -> int:
    """Draw cases that were not drawn before; answers how many there were, of as many as wanted.

    Raises:
        Forbidden: the actor may not.
    """
    require(actor, Permission.CASE_SAMPLE)
    fitting = _seen(actor).where(
        Case.state.in_(CLOSED),
        Case.sample.is_(None),
        Case.closed_at >= lot.since,
        Case.closed_at < lot.until,
    )
    ids = db.session.scalars(
        fitting.with_only_columns(Case.id).order_by(func.random()).limit(lot.count)
    ).all()
    drawn = [case for case in _locked(ids) if case.state in CLOSED and case.sample is None]
    for case in drawn:
        draw_one(actor, case, utc_now())
    audit.record(actor.user_id, "sample.draw", "user", actor.user_id, cases=len(drawn))
    return len(drawn)


def draw_one(actor: Actor, case: Case, at: datetime) -> None:
    """Mark a locked case as drawn, with a line in its thread."""
    facts, line = life.note(facts_of(case), "sample", actor.user_id, at, "")
    write(case, replace(facts, sample="drawn"), line)


def _locked(ids: Sequence[UUID]) -> list[Case]:
    """In one order for all: two draws at once never wait for each other."""
    return [locked_case(case_id) for case_id in sorted(ids)]


def list_drawn(
    actor: Actor, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the cases that were drawn and not marked yet, the last closed first.

    Raises:
        Forbidden: the actor may not.
    """
    query = _seen(actor).where(Case.sample == "drawn", Case.closed_at.is_not(None))
    rows, following = page(query, Case.closed_at, Case.id, cursor, limit)
    return case_rows(rows), following


def _seen(actor: Actor) -> Select[Any]:
    return select(Case).where(visible(actor, Permission.CASE_SAMPLE, Case))
