"""When the spans of the life's table, and of the items, end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.cases.terms import Run
from backend.clock import queries
from backend.clock.calendar import DAY, Calendar, Clock
from backend.clock.rules import Counts, Mark, Span, due_at

# A proposal: the time that each severity leaves, where the item leaves it to the severity.
BY_SEVERITY = {"critical": "immediate", "serious": "3wd", "general": "7wd"}


@dataclass(frozen=True)
class CalendarClock:
    """Counts by one calendar (`terms.Due`)."""

    calendar: Calendar

    def __call__(self, since: datetime, span: str, share: float) -> datetime:
        """When a share of a span ends that begins at a time."""
        end = due_at(since, _span(span).part(share), self.calendar)
        if end is None:
            raise ValueError(span)
        return end

    def shifted(self, run: Run, start: datetime, end: datetime) -> datetime:
        """When the run ends that stood still from `start` to `end`."""
        clock = self._clock(run)
        stop = clock.reading(end) - clock.reading(start)
        return self._moment(clock, clock.reading(run.due) + stop, no_earlier=run.due)

    def reaches(self, run: Run, share: float) -> datetime:
        """When a share of the run's time is used; at its deadline it is all of it."""
        if share == 1:
            return run.due
        clock = self._clock(run)
        begun = clock.reading(run.since)
        stopped = sum(
            (clock.reading(end) - clock.reading(start) for start, end in run.stops), timedelta()
        )
        whole = clock.reading(run.due) - begun - stopped
        earliest = run.due if share > 1 else run.since
        return self._moment(clock, begun + stopped + whole * share, no_earlier=earliest)

    def marked(self, run: Run, mark: Mark) -> datetime | None:
        """When the run reaches a mark; None where it is too short for it."""
        if mark.days == 0:
            return self.reaches(run, mark.share)
        kind = "1wd" if _span(run.span).counts is not Counts.ALL else "1d"
        clock = _span(kind).clock(self.calendar, run.since)
        reading = clock.reading(run.due) + mark.days * DAY
        at = self._moment(clock, reading, no_earlier=run.since if mark.days < 0 else run.due)
        return at if at > run.since else None

    def _clock(self, run: Run) -> Clock:
        return _span(run.span).clock(self.calendar, run.since)

    def _moment(self, clock: Clock, reading: timedelta, no_earlier: datetime) -> datetime:
        # A clock that stands still shows the same for a night: the first moment may be too early.
        found = clock.moment(reading).astimezone(no_earlier.tzinfo)
        return max(found, no_earlier)


def span_of(deadline: str, severity: str) -> str:
    """The span that an item's deadline is; its severity's where the item leaves it open."""
    return deadline if Span.read(deadline) else BY_SEVERITY[severity]


def clock() -> CalendarClock:
    """The clock by the calendar as it is now."""
    return CalendarClock(queries.calendar())


def _span(text: str) -> Span:
    span = Span.read(text)
    if span is None:
        raise ValueError(text)
    return span
