"""A changed calendar: deadlines told anew are those of a case that had that calendar all along."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backend.cases import life
from backend.cases.deadlines import CalendarClock
from backend.cases.life import Facts
from backend.cases.marks import hands
from backend.cases.terms import REWORK, run_of, term
from backend.clock.calendar import Calendar
from backend.clock.office import FINDING_MARKS, MARKS
from backend.clock.rules import Pause, Span
from tests.cases.test_table import STAFF, needed
from tests.clock import oracle
from tests.clock.test_rules import calendars, moments, spans

MINUTE = timedelta(minutes=1)
LONGEST = 60 * timedelta(days=1)


def counted(text: str, since: datetime, calendar: Calendar, stops: list[Pause]) -> datetime:
    """When a span ends, minute by minute."""
    span, unit = Span.read(text), text.lstrip("0123456789")
    assert span is not None
    left = span.length // MINUTE
    for end, counts in islice(oracle.counted_ends(unit, since, calendar, stops), LONGEST // MINUTE):
        left -= counts
        if left == 0:
            return end
    assume(False)
    raise AssertionError


@settings(max_examples=60, deadline=None)
@given(moments, spans(), calendars(), st.lists(st.integers(1, 3000), min_size=2, max_size=4))
def test_pauses_are_counted_out_as_the_slow_count_does(
    since: datetime, wanted: tuple[str, str], calendar: Calendar, gaps: list[int]
) -> None:
    text, _ = wanted
    due = CalendarClock(calendar)
    terms, at = [term("from", since)], since
    stops: list[Pause] = []
    for wait, length in zip(gaps[::2], gaps[1::2], strict=False):
        start = at + wait * MINUTE
        at = start + length * MINUTE
        assume(start < counted(text, since, calendar, stops))  # what is late has used all its time
        stops.append(Pause(start, at, "挂账"))
        terms.append(term("pause", at, start))

    run = run_of(terms, text, due)

    assert run is not None
    assert run.due == counted(text, since, calendar, stops)


@settings(max_examples=60, deadline=None)
@given(moments, spans(), calendars(), st.integers(1, 9000))
def test_another_try_has_half_the_time_unless_more_is_left(
    since: datetime, wanted: tuple[str, str], calendar: Calendar, later: int
) -> None:
    text, unit = wanted
    assume(int(text.removesuffix(unit)) % 2 == 0)
    due, failed = CalendarClock(calendar), since + later * MINUTE

    run = run_of([term("from", since), term("half", failed)], text, due)

    half = f"{int(int(text.removesuffix(unit)) * REWORK)}{unit}"
    first, again = (counted(t, at, calendar, []) for t, at in ((text, since), (half, failed)))
    assert run is not None
    assert run.due == max(first, again)


def walk(dice: Random, calendar: Calendar, begin: datetime) -> list[tuple[Any, ...]]:
    """Steps that are legal by this calendar: action, who, given, when."""
    due, at = CalendarClock(calendar), begin
    facts = life.opened("general", "3wd", at, at, due)
    steps = []
    for _ in range(12):
        at += timedelta(minutes=dice.randint(0, 1500))
        who = dice.choice(list(STAFF.values()))
        can = [a.code for a in life.allowed(facts, who, at) if a.code not in {"void", "merge"}]
        if not can:
            continue
        action = dice.choice(can)
        given = needed(facts, action, at)
        facts, _ = life.apply(facts, action, who, given, at, due)
        steps.append((action, who, given, at))
    return steps


def lived(steps: list[tuple[Any, ...]], calendar: Calendar, begin: datetime) -> Facts | None:
    """The case that takes these steps by that calendar; None where one is not allowed by it."""
    due = CalendarClock(calendar)
    facts = life.opened("general", "3wd", begin, begin, due)
    for action, who, told, at in steps:
        try:
            facts, _ = life.apply(facts, action, who, told, at, due)
        except Exception:  # noqa: BLE001 - an extension that would have come too late, or too far
            return None
    return facts


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9), moments, calendars(), calendars())
def test_told_anew_is_as_if_the_calendar_had_always_been_so(
    seed: int, begin: datetime, old: Calendar, new: Calendar
) -> None:
    steps = walk(Random(seed), old, begin)
    by_old, by_new = lived(steps, old, begin), lived(steps, new, begin)
    assume(by_old is not None)
    assume(by_new is not None)
    assert by_old is not None

    assert life.retimed(by_old, CalendarClock(new)) == by_new
    assert life.retimed(by_old, CalendarClock(old)) == by_old


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), moments, calendars())
def test_marks_come_in_their_order_around_the_deadline(
    seed: int, begin: datetime, calendar: Calendar
) -> None:
    facts = lived(walk(Random(seed), calendar, begin), calendar, begin)
    assert facts is not None
    due = CalendarClock(calendar)
    for hand in hands(replace(facts, suspended_at=None), due):
        times = [due.reaches(hand.run, mark.share) for mark in MARKS]
        assert times == sorted(times)
        assert times[1] == hand.run.due
        assert times[0] >= hand.run.since
        before, at, after = (due.marked(hand.run, mark) for mark in FINDING_MARKS[:3])
        assert before is None or hand.run.since < before < hand.run.due
        assert at == hand.run.due
        assert after is not None
        assert after > hand.run.due
