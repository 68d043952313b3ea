"""When the spans of the life's table, and of the items, end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from backend.clock import queries
from backend.clock.calendar import Calendar
from backend.clock.rules import Span, due_at

# A proposal: the time that each severity leaves, where the item leaves it to the severity.
BY_SEVERITY = {"critical": "immediate", "serious": "3wd", "general": "7wd"}


def span_of(deadline: str, severity: str) -> str:
    """The span that an item's deadline is; its severity's where the item leaves it open."""
    return deadline if Span.read(deadline) else BY_SEVERITY[severity]


def clock() -> Callable[[datetime, str, float], datetime]:
    """When a span ends that begins at a time, or a share of it, by the calendar as it is now."""
    return partial(ends, queries.calendar())


def ends(calendar: Calendar, since: datetime, span: str, share: float = 1.0) -> datetime:
    """When a span ends that begins at `since`, or the share of it that counts."""
    length = Span.read(span)
    end = due_at(since, length.part(share), calendar) if length else None
    if end is None:
        raise ValueError(span)
    return end
