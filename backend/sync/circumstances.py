"""When and by whom a mutation was captured: what all of one push share, and what is its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from backend.org.access import Actor
from backend.sync.envelope import Pushed
from backend.sync.mutations import Context

CLOCK_TOLERANCE = timedelta(minutes=10)
OLDEST = timedelta(days=400)  # as long as verdicts are kept; what claims to be older has no clock


@dataclass(frozen=True)
class Round:
    """What all mutations of one try share; `hold` is one that has failed too often."""

    actor: Actor
    now: datetime
    client_now: datetime
    hold: UUID | None

    @property
    def offset(self) -> timedelta:
        """How far the phone's clock is behind."""
        return self.now - self.client_now


def context_of(mutation: Pushed, round_: Round, sha256: str, *, by_hand: bool = False) -> Context:
    """Under what circumstances a mutation was captured, as far as anybody can know."""
    told = mutation.captured_at or round_.client_now
    captured_at, suspect = _time_of_capture(told, mutation, round_)
    return Context(
        actor=round_.actor,
        mutation_id=mutation.mutation_id,
        captured_at=captured_at,
        received_at=round_.now,
        clock_shift=captured_at - told,
        clock_suspect=suspect,
        payload_sha256=sha256,
        by_hand=by_hand,
    )


def _time_of_capture(told: datetime, mutation: Pushed, round_: Round) -> tuple[datetime, bool]:
    """The time of capture by the server's clock, and whether it is a guess.

    What was accepted before a restore was captured when we said so then. A wrong clock still
    counts hours: then the age tells the time, unless the clock was put right in between and the
    age is one of years.
    """
    by_age, by_clock = round_.now - mutation.age, told + round_.offset
    known = mutation.server_captured_at
    if known is not None and round_.now - OLDEST <= known <= round_.now:
        return known, abs(known - by_clock) > CLOCK_TOLERANCE
    if mutation.age > OLDEST:
        return round_.now, True
    if abs(round_.offset) > CLOCK_TOLERANCE or abs(by_age - by_clock) > CLOCK_TOLERANCE:
        return by_age, True
    return min(by_clock, round_.now), False


def milliseconds(span: timedelta) -> int:
    """A time span in whole milliseconds."""
    return int(span / timedelta(milliseconds=1))
