"""Knocking at doors: what each attempt makes of a household's state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.db import db, locked
from backend.delivery import live
from backend.org import queries as org
from backend.org.access import Permission, require
from backend.org.capture import Capture
from backend.patrols.commands import note_last_seen
from backend.problems import FieldError, NotFound, Refused
from backend.tasks import forms
from backend.tasks.campaign_models import Campaign, Visit, VisitAttempt


@dataclass(frozen=True)
class Knock:
    """What a worker recorded at a door."""

    attempt_id: UUID
    visit_id: UUID
    result: str
    note: str | None
    next_on: date | None
    answers: dict[str, Any] | None
    position: dict[str, Any] | None


def record(capture: Capture, knock: Knock) -> Visit:
    """Keep an attempt; what the household's state is follows from all of them, in any order.

    Raises:
        NotFound: there is no such household in the author's grids, neither then nor since.
        Refused: `hash-conflict`, the attempt's id stands for another one; `validation`, the
            campaign's form is not filled in as it asks.
    """
    require(capture.actor, Permission.SYNC)
    visit = locked(Visit, knock.visit_id)
    if visit is None or not _may_visit(capture, visit):
        detail = "这户不在您的网格内"
        raise NotFound(detail, [FieldError("/args/visit_id", "not-found", detail)])
    known = db.session.get(VisitAttempt, knock.attempt_id)
    if known is not None:
        if known.payload_sha256 != capture.payload_sha256:
            raise Refused("hash-conflict", "同一编号的走访内容不同,请重新登记")
        return visit
    db.session.add(_attempt(capture, knock, visit))
    db.session.flush()
    _settle(visit)
    if knock.position is not None:
        where = knock.position
        user = capture.actor.user_id
        note_last_seen(user, where["lng"], where["lat"], where["at"], where["source"])
    live.announce("visit", visit.id, org_path=visit.org_path, restricted=False)
    return visit


def _may_visit(capture: Capture, visit: Visit) -> bool:
    """Whoever held a duty there, then or since; where the centre vouches, all of the township."""
    if org.has_duty(capture.actor, {visit.grid_id}, capture.captured_at):
        return True
    return capture.by_hand and org.lies_in_townships(capture.actor, visit.org_path)


def _attempt(capture: Capture, knock: Knock, visit: Visit) -> VisitAttempt:
    form = db.session.get_one(Campaign, visit.campaign_id).form
    if form is not None and knock.result == "met" and not capture.by_hand:
        forms.check_answers(form, knock.answers or {}, ())
    where = knock.position or {"lng": None, "lat": None}
    return VisitAttempt(
        id=knock.attempt_id,
        visit_id=visit.id,
        user_id=capture.actor.user_id,
        result=knock.result,
        note=knock.note,
        next_on=None if knock.result == "met" else knock.next_on,
        answers=knock.answers,
        form_version=form["version"] if form and knock.answers else None,
        lng=where["lng"],
        lat=where["lat"],
        captured_at=min(capture.captured_at, capture.received_at),
        clock_suspect=capture.clock_suspect,
        payload_sha256=capture.payload_sha256,
    )


def _settle(visit: Visit) -> None:
    """Whom somebody met is met; else the last attempt counts."""
    attempts = attempts_of(visit.id)
    met = [attempt for attempt in attempts if attempt.result == "met"]
    last = (met or attempts)[-1]
    visit.state = last.result
    visit.attempts = len(attempts)
    visit.attempt_ids = [str(attempt.id) for attempt in attempts]
    visit.next_on = last.next_on
    visit.note = last.note
    visit.visited_at = last.captured_at
    visit.visited_by = last.user.name


def attempts_of(visit_id: UUID) -> Sequence[VisitAttempt]:
    """The attempts at one door, the first one first."""
    query = select(VisitAttempt).where(VisitAttempt.visit_id == visit_id)
    return db.session.scalars(query.order_by(VisitAttempt.captured_at, VisitAttempt.id)).all()
