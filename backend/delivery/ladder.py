"""The ladder that a message climbs, channel by channel, until a receipt says it has arrived."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final, Protocol

from backend.clock.calendar import ZONE

_DATA = Path(__file__).parent / "data"
Span = tuple[time, time]  # of a day in China; over midnight where it ends before it begins


@dataclass(frozen=True)
class Step:
    """A channel, when its turn comes, and which receipt makes it needless."""

    urgency: str
    channel: str
    after: timedelta
    spared_by: str


class Heard(Protocol):
    """What is known of a message's fate."""

    urgency: str
    delivered_at: datetime | None
    read_at: datetime | None


def _read() -> dict[tuple[str, str], Step]:
    with (_DATA / "ladder.csv").open(encoding="utf-8", newline="") as file:
        steps = [
            Step(
                row["urgency"],
                row["channel"],
                timedelta(minutes=int(row["minutes"])),
                row["spared_by"],
            )
            for row in csv.DictReader(file)
        ]
    return {(step.urgency, step.channel): step for step in steps}


_STEPS: Final = _read()


def steps(urgency: str) -> list[Step]:
    """The steps of a message of this urgency, in their order."""
    return [step for step in _STEPS.values() if step.urgency == urgency]


def spared(message: Heard, channel: str) -> bool:
    """Whether a receipt has made the channel needless for this message."""
    if message.read_at is not None:
        return True
    step = _STEPS.get((message.urgency, channel))
    return step is not None and step.spared_by == "delivered" and message.delivered_at is not None


def may_ring(moment: datetime, urgency: str, channel: str, quiet: Span | None) -> datetime:
    """When a message may ring that is ready at this moment: after its person's quiet hours.

    Urgent ones ring at once, and so does what only a person at an open screen sees.
    """
    if quiet is None or urgency == "urgent" or channel == "live":
        return moment
    since, until = quiet
    local = moment.astimezone(ZONE)
    end = local.replace(hour=until.hour, minute=until.minute, second=0, microsecond=0)
    if since <= until:
        return end if since <= local.time() < until else moment
    if local.time() >= since:
        return end + timedelta(days=1)
    return end if local.time() < until else moment
