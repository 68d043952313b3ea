"""What the clock does to open cases: deadlines by the calendar of today, and marks of lateness.

Each case is looked at when its next mark is reached, after somebody acted on it, and after the
calendar has changed; each in a transaction of its own, so that the job may die or run twice.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case as when
from sqlalchemy import select, update

from backend import broker
from backend.cases import life, urgent
from backend.cases.deadlines import CalendarClock, clock
from backend.cases.life import Facts, Person
from backend.cases.models import Case, CaseMark, CaseWatch
from backend.cases.reminders import tell, tell_of_report
from backend.cases.terms import Run, run_of, said
from backend.cases.thread import facts_of, locked_case, write
from backend.clock.office import FINDING_MARKS, MARKS
from backend.clock.rules import Mark
from backend.clock.signals import calendar_changed
from backend.db import after_commit, db, transaction, utc_now

log = logging.getLogger(__name__)

JOB = "backend.cases.marks.sweep"
AT_ONCE = 200
PUT_OFF = timedelta(minutes=10)
CLOCK = Person(None, frozenset({"clock"}))
NAMES = {"case": "案件时限", "step": "本步时限", "follow": "续报时限", "final": "终报时限"}
REPORT_MARKS = tuple(mark for mark in MARKS if not mark.step_up)
A_DATE = "24h"  # a deadline that somebody has set counts all time until then


@dataclass(frozen=True)
class Hand:
    """A clock's hand of a case: the case's own, or that of the step it is in."""

    clock: str  # case, step; follow, final: a report that an urgent one needs
    since: datetime  # when the run began, or somebody last moved its end
    run: Run
    marks: tuple[Mark, ...] = MARKS


def sweep() -> None:
    """Look at all cases at which it is time to look, the urgent ones first."""
    begun = utc_now()
    while waiting := _waiting(begun):
        for case_id in waiting:
            try:
                with transaction():
                    look(case_id)
            except Exception:  # one that cannot be looked at must not hide the others
                log.exception("the clock could not look at case %s", case_id)
                _put_off(case_id)


def _put_off(case_id: UUID) -> None:
    with transaction():
        later = {"look_at": utc_now() + PUT_OFF}
        db.session.execute(update(CaseWatch).filter_by(case_id=case_id).values(**later))


def _waiting(before: datetime) -> list[UUID]:
    grave = when((Case.severity == "critical", 0), (Case.severity == "serious", 1), else_=2)
    query = (
        select(CaseWatch.case_id)
        .join(Case, Case.id == CaseWatch.case_id)
        .where(CaseWatch.look_at <= before)
        .order_by(grave, CaseWatch.look_at)
        .limit(AT_ONCE)
    )
    with transaction():
        return list(db.session.scalars(query))


def look(case_id: UUID, at: datetime | None = None) -> None:
    """Bring a case's deadlines and marks up to date, and say when to look again."""
    case = locked_case(case_id)
    # Locked before the calendar is read: a change of it comes before, or is waited for after.
    watch = db.session.get(CaseWatch, case_id, with_for_update=True, populate_existing=True)
    if watch is None:
        return
    due, now = clock(), at or utc_now()
    retime(case, due, now)
    reached = [_mark(case, hand, due, now) for hand in hands(facts_of(case), due)]
    told = [mark for mark in reached if mark is not None]
    if told:
        tell(case, max(told, key=lambda mark: mark.weight))
    reports = report_hands(case, due)
    for hand in reports:
        mark = _mark(case, hand, due, now)
        if mark is not None:
            tell_of_report(case, hand.clock, mark)
    coming = [_next(hand, due, now) for hand in (*hands(facts_of(case), due), *reports)]
    watch.look_at = min(filter(None, coming), default=None)


def hands(facts: Facts, due: CalendarClock) -> list[Hand]:
    """The clocks that run for an open case; while it is suspended its own stands still."""
    found = []
    run = run_of(facts.terms, facts.span, due)
    if run is not None and facts.suspended_at is None:
        own = MARKS if facts.inspection_id is None else FINDING_MARKS
        found.append(Hand("case", datetime.fromisoformat(facts.terms[-1][1]), run, own))
    if facts.step_due_at and facts.step_began_at and facts.step_span not in {"", "case"}:
        span = A_DATE if facts.step_span == "until" else facts.step_span
        step = Run(facts.step_began_at, facts.step_due_at, span)
        found.append(Hand("step", facts.step_began_at, step))
    return found


def report_hands(case: Case, due: CalendarClock) -> list[Hand]:
    """The clocks of the reports that an urgent case still needs."""
    if not case.urgent:
        return []
    awaited = urgent.awaited(case, urgent.last_told(case), due)
    return [Hand(one.code, one.run.since, one.run, REPORT_MARKS) for one in awaited]


def retime(case: Case, due: CalendarClock, at: datetime) -> None:
    """Give a case the deadlines that it has by this calendar, with a line where one moved."""
    before = facts_of(case)
    after = life.retimed(before, due)
    moved = [
        f"{name}由 {said(old)} 改为 {said(new)}"
        for name, old, new in (
            (NAMES["case"], before.due_at, after.due_at),
            (NAMES["step"], before.step_due_at, after.step_due_at),
        )
        if old and new and old != new and not (name == NAMES["step"] and before.step_span == "case")
    ]
    if moved:
        facts, line = life.note(after, "retime", None, at, f"日历调整,{';'.join(moved)}")
        write(case, facts, line)


def _mark(case: Case, hand: Hand, due: CalendarClock, now: datetime) -> Mark | None:
    """Give the last mark that a clock has reached, unless it was given or passed before."""
    standing = _standing(case, hand)
    _withdraw(standing, hand, due, now)
    last = max(_reached(hand, due, now), key=lambda mark: mark.weight, default=None)
    known = {mark.name for mark in standing if mark.withdrawn_at is None}
    if last is None or known & {mark.name for mark in hand.marks if mark.weight >= last.weight}:
        return None
    db.session.add(
        CaseMark(
            case_id=case.id, clock=hand.clock, since=hand.since, name=last.name,
            due_at=hand.run.due, at=now,
        )
    )  # fmt: skip
    given = {"text": f"{NAMES[hand.clock]} {said(hand.run.due)}"}
    write(case, *life.apply(facts_of(case), f"mark_{last.name}", CLOCK, given, now, due))
    return last


def _reached(hand: Hand, due: CalendarClock, now: datetime) -> list[Mark]:
    times = ((mark, due.marked(hand.run, mark)) for mark in hand.marks)
    return [mark for mark, at in times if at is not None and at <= now]


def _standing(case: Case, hand: Hand) -> list[CaseMark]:
    query = select(CaseMark).where(
        CaseMark.case_id == case.id,
        CaseMark.clock == hand.clock,
        CaseMark.since == hand.since,
        CaseMark.withdrawn_at.is_(None),
    )
    return list(db.session.scalars(query))


def _withdraw(standing: list[CaseMark], hand: Hand, due: CalendarClock, now: datetime) -> None:
    """What is not reached any more, because a calendar has given more time, stands no longer."""
    reached = {mark.name for mark in _reached(hand, due, now)}
    for mark in standing:
        if mark.name not in reached:
            mark.withdrawn_at = now
    db.session.flush()


def _next(hand: Hand, due: CalendarClock, now: datetime) -> datetime | None:
    coming = (due.marked(hand.run, mark) for mark in hand.marks)
    return min((at for at in coming if at is not None and at > now), default=None)


@calendar_changed.connect
def _look_at_all(_: object) -> None:
    """Other days are worked: every open case is looked at again, in the job."""
    db.session.execute(update(CaseWatch).values(look_at=utc_now()))
    after_commit(_begin, None)


def _begin(_: list[None]) -> None:
    broker.enqueue(JOB)
