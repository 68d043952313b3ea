"""Deadlines agree with a count minute by minute, over holidays, pauses and nights."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backend.clock import rules
from backend.clock.calendar import ZONE, Calendar
from backend.clock.office import ANNOUNCED, MARKS
from backend.clock.rules import Pause, Span
from tests.clock import oracle

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
BEGIN = datetime(2026, 12, 18, tzinfo=UTC)  # so that most of what follows passes a year's end
UNITS = {"wm": (1, 2000), "wh": (1, 40), "wd": (1, 6), "m": (1, 2000), "h": (1, 99), "d": (1, 9)}


def china(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


def span(text: str) -> Span:
    found = Span.read(text)
    assert found is not None
    return found


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    edges = draw(st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True))
    marks = [edge * MINUTE for edge in sorted(edges)]
    hours = tuple(zip(marks[::2], marks[1::2], strict=False))
    days = draw(st.dictionaries(st.dates(date(2026, 12, 10), date(2027, 1, 20)), st.booleans()))
    weekdays = draw(st.frozensets(st.integers(0, 6), min_size=2))
    return Calendar(weekdays, hours, days)


@st.composite
def pauses(draw: st.DrawFn) -> list[Pause]:
    drawn = draw(st.lists(st.tuples(moments, st.integers(0, 5000)), max_size=4))
    found = [Pause(start, start + length * MINUTE, "等待") for start, length in drawn]
    endless: bool = draw(st.booleans())
    if found and endless:
        found.append(Pause(found[0].start, None, "挂账"))
    return found


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, str]:
    unit = draw(st.sampled_from(list(UNITS)))
    return f"{draw(st.integers(*UNITS[unit]))}{unit}", unit


moments = st.integers(0, 14 * 24 * 60).map(lambda minutes: BEGIN + minutes * MINUTE)


def counted(
    unit: str, since: datetime, until: datetime, calendar: Calendar, stops: list[Pause]
) -> int:
    minutes = max(0, (until - since) // MINUTE)
    ends = islice(oracle.counted_ends(unit, since, calendar, stops), minutes)
    return sum(counts for _, counts in ends)


@settings(max_examples=150)
@given(moments, spans(), calendars(), pauses())
def test_a_deadline_is_where_the_count_of_minutes_ends(
    since: datetime, wanted: tuple[str, str], calendar: Calendar, stops: list[Pause]
) -> None:
    text, unit = wanted
    due = rules.due_at(since, span(text), calendar, stops)

    if due is None:
        open_end = next(stop.start for stop in stops if stop.end is None)
        assert counted(unit, since, open_end, calendar, stops) < span(text).length / MINUTE
        return
    assume(due - since < 60 * DAY)
    assert counted(unit, since, due, calendar, stops) == span(text).length / MINUTE
    assert counted(unit, since, due - MINUTE, calendar, stops) < span(text).length / MINUTE


@settings(max_examples=150)
@given(moments, moments, calendars(), pauses())
def test_office_minutes_are_those_that_are_counted(
    start: datetime, end: datetime, calendar: Calendar, stops: list[Pause]
) -> None:
    minutes = rules.working_minutes_between(start, end, calendar, stops)

    assert minutes == counted("wm", start, end, calendar, stops)


@given(moments, spans(), calendars(), pauses())
def test_when_it_is_due_all_of_its_time_is_used(
    since: datetime, wanted: tuple[str, str], calendar: Calendar, stops: list[Pause]
) -> None:
    text, unit = wanted
    due = rules.due_at(since, span(text), calendar, stops)
    assume(due is not None)
    assert due is not None

    assert rules.share_used(since, due, span(text), calendar, stops) == 1
    assert rules.share_used(since, due - MINUTE, span(text), calendar, stops) < 1
    if unit == "wm":
        assert f"{rules.working_minutes_between(since, due, calendar, stops):g}wm" == text


@given(moments, st.integers(0, 3000), spans(), calendars(), pauses())
def test_who_begins_later_is_not_due_earlier(
    since: datetime, later: int, wanted: tuple[str, str], calendar: Calendar, stops: list[Pause]
) -> None:
    text, unit = wanted
    whole_days = later // 1440 * 1440 if unit == "wd" else later  # they end at an hour of their own
    first = rules.due_at(since, span(text), calendar, stops)
    second = rules.due_at(since + whole_days * MINUTE, span(text), calendar, stops)

    assert second is None or (first is not None and first <= second)


@given(moments, moments, moments, spans(), calendars(), pauses())
def test_the_share_that_is_used_never_falls(
    since: datetime,
    one: datetime,
    other: datetime,
    wanted: tuple[str, str],
    calendar: Calendar,
    stops: list[Pause],
) -> None:
    limit = span(wanted[0])
    early, late = (
        rules.share_used(since, moment, limit, calendar, stops) for moment in sorted([one, other])
    )

    assert 0 <= early <= late


@given(moments, spans(), calendars(), pauses(), st.tuples(moments, st.integers(0, 3000)))
def test_one_more_pause_never_makes_it_due_earlier(
    since: datetime,
    wanted: tuple[str, str],
    calendar: Calendar,
    stops: list[Pause],
    added: tuple[datetime, int],
) -> None:
    limit = span(wanted[0])
    more = Pause(added[0], added[0] + added[1] * MINUTE, "天气")
    before = rules.due_at(since, limit, calendar, stops)
    after = rules.due_at(since, limit, calendar, [*stops, more])

    assert after is None or (before is not None and before <= after)


@pytest.mark.parametrize(
    ("text", "since", "due"),
    [
        ("30wm", china(11, 20, 17, 15), china(11, 23, 9, 15)),  # over a weekend
        ("30wm", china(11, 20, 11, 45), china(11, 20, 13, 45)),  # over noon
        ("2wh", china(11, 20, 15, 30), china(11, 20, 17, 30)),  # not Monday at nine
        ("2wh", china(11, 21, 23), china(11, 23, 11)),  # found on a Saturday night
        ("1wh", china(2, 13, 17), china(2, 14, 9, 30)),  # the Saturday before the Spring Festival
        ("1wh", china(2, 14, 17), china(2, 24, 9, 30)),
        ("3wd", china(9, 29, 10), china(10, 9, 10)),  # over the National Day
        ("1wd", china(10, 9, 10), china(10, 10, 10)),  # a Saturday worked in its place
        ("3wd", china(12, 30, 10), china(1, 4, 10, year=2027)),  # no holidays known: Mon-Fri
        ("immediate", china(10, 1, 8), china(10, 2, 8)),
        ("15m", china(10, 1, 3), china(10, 1, 3, 15)),
        ("24h", china(10, 1, 8), china(10, 2, 8)),
        ("7d", china(9, 29, 8), china(10, 6, 8)),
    ],
)
def test_limits_of_a_real_year(text: str, since: datetime, due: datetime) -> None:
    assert rules.due_at(since, span(text), ANNOUNCED) == due


@pytest.mark.parametrize(
    "text", ["", "soon", "3 wd", "-3d", "3wdd", "0d", "12345m", "1.5h", "by_severity"]
)
def test_what_is_no_span(text: str) -> None:
    assert Span.read(text) is None


def test_a_pause_holds_the_clock_and_an_open_one_holds_it_for_good() -> None:
    since = china(11, 16, 9)  # Monday
    waiting = Pause(china(11, 16, 14), china(11, 19, 14), "等待配件")

    assert rules.due_at(since, span("7wh"), ANNOUNCED, [waiting]) == china(11, 19, 17, 30)
    assert rules.due_at(since, span("2wh"), ANNOUNCED, [waiting]) == china(11, 16, 11)
    for_good = Pause(waiting.start, None, "挂账")
    assert rules.due_at(since, span("7wh"), ANNOUNCED, [for_good]) is None
    assert rules.share_used(since, china(12, 31, 9), span("7wh"), ANNOUNCED, [for_good]) == 0.5


def test_marks_are_reached_one_after_the_other() -> None:
    since, limit = china(11, 16, 9), span("10wh")
    at = {mark.name: rules.mark_at(mark, since, limit, ANNOUNCED) for mark in MARKS}

    assert at == {
        "reminder": china(11, 17, 10),
        "yellow": china(11, 17, 12),
        "red": china(11, 18, 10),
    }
    assert [mark.name for mark in rules.reached(0.79, MARKS)] == []
    assert [mark.name for mark in rules.reached(1.0, MARKS)] == ["reminder", "yellow"]
    assert [mark.name for mark in rules.reached(2.0, MARKS) if mark.step_up] == ["red"]


def test_a_calendar_without_any_work_is_none() -> None:
    with pytest.raises(ValueError, match="working day"):
        Calendar(frozenset(), ANNOUNCED.hours, {})


def test_years_say_whether_their_holidays_are_known() -> None:
    assert ANNOUNCED.is_known(2026)
    assert not ANNOUNCED.is_known(2027)
