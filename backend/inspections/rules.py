"""What follows for a house from its inspections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

PASS_DAYS = 90  # a proposal: how long a passed house rests
# Proposals, too: when to try again where nobody was seen.
AGAIN_DAYS = {"nobody_home": 1, "refused": 3, "moved_away": 30}


def house_state_after(state: str, outcome: str) -> str:
    """The state of a house after an inspection with this result."""
    if outcome == "pass":
        return "cleared" if state in {"rectify", "failed"} else "passed"
    return {"none": state, "rectify": "rectify", "fail": "failed"}[outcome]


Done = tuple[datetime, UUID, str]  # an inspection that took place: captured at, its id, its result


def after_inspection(state: str, last: Sequence[Done], done: Done) -> tuple[str, list[Done], bool]:
    """A house's state after one more inspection, its last two then, and whether it is the newest.

    `last` are the last two before. The order is that of capture, however they arrive; whatever
    came before the last two, the state is the same.
    """
    newest_two = sorted([*last, done])
    for _, _, result in newest_two[-2:]:
        state = house_state_after(state, result)
    return state, newest_two[-2:], newest_two[-1] == done


def next_due(outcome: str, inspected_on: date, deadlines: Iterable[date]) -> date:
    """When a house is to be seen again after an inspection with a result (days of the place).

    `deadlines` are the last days for putting right what failed.
    """
    if outcome == "pass":
        return inspected_on + timedelta(days=PASS_DAYS)
    tomorrow = inspected_on + timedelta(days=1)
    if outcome == "fail":
        return tomorrow
    return max(min(deadlines, default=tomorrow), tomorrow)


def come_again(outcome: str, visited_on: date) -> date:
    """When to come again to a house where nothing could be inspected (day of the place)."""
    return visited_on + timedelta(days=AGAIN_DAYS[outcome])
