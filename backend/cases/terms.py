"""How a deadline came about, kept so that another calendar can tell it anew. Pure.

A case's terms are a list of `[kind, when it came, …]`: `from` (found, or reopened), `until` (an
extension to a date), `pause` (suspended, from the third to the second), `half` (another try).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from backend.clock.calendar import ZONE

REWORK = 0.5  # of the case's own limit, for another try
Term = list[str]


class Due(Protocol):
    """Counts the spans of the table by a calendar."""

    def __call__(self, since: datetime, span: str, share: float) -> datetime:
        """When a share of a span ends that begins at a time."""
        ...

    def shifted(self, run: Run, start: datetime, end: datetime) -> datetime:
        """When the run ends that stood still from `start` to `end`."""
        ...


@dataclass(frozen=True)
class Run:
    """A clock on its way to a deadline: since when, until when, in which time, and its stops."""

    since: datetime
    due: datetime
    span: str
    stops: tuple[tuple[datetime, datetime], ...] = ()


def term(kind: str, at: datetime, *more: datetime) -> Term:
    """A term as it is stored."""
    return [kind, *(moment.isoformat() for moment in (at, *more))]


def run_of(terms: Sequence[Term], span: str, due: Due) -> Run | None:
    """The run that follows from the terms; None of none."""
    run: Run | None = None
    for kind, *moments in terms:
        at, *more = (datetime.fromisoformat(moment) for moment in moments)
        run = _after(run, kind, at, more, span, due)
    return run


def _after(
    run: Run | None, kind: str, at: datetime, more: list[datetime], span: str, due: Due
) -> Run:
    if run is None:
        return Run(at, more[0] if more else due(at, span, 1), span)
    match kind:
        case "until":
            return replace(run, due=more[0])
        case "pause":
            return replace(
                run, due=due.shifted(run, more[0], at), stops=(*run.stops, (more[0], at))
            )
        case "half":
            again = due(at, span, REWORK)
            return Run(at, again, span) if again > run.due else run
    raise ValueError(kind)


def said(moment: datetime) -> str:
    """A time as it is told to people."""
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}"
