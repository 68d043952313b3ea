"""What may become of a task.

The phone has the same table (pwa/src/domain/task.ts); tests/vectors/task-transitions.json holds
both to it.
"""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import Final

TARGETS: Final = {
    "accept": "accepted",
    "finish": "done",
    "return": "returned",
    "cancel": "cancelled",
    "reassign": "assigned",
}
ALLOWED_FROM: Final = {
    "accept": {"offered", "assigned"},
    "finish": {"offered", "assigned", "accepted"},
    "return": {"assigned", "accepted"},
    "cancel": {"offered", "assigned", "accepted"},
    "reassign": {"offered", "accepted", "returned"},
}
OPEN: Final = ("offered", "assigned", "accepted")
STATES: Final = ("offered", "assigned", "accepted", "done", "returned", "cancelled")
KINDS: Final = {
    "recheck": "复查",
    "inspect": "检查",
    "verify": "核实",
    "patrol": "巡查",
    "visit": "走访",
    "strike_off": "销号复查",
    "other": "其他",
}
BY_CHECKLIST: Final = ("inspect", "recheck")  # kinds that may ask for a checklist's inspection
RECHECK: Final = "strike_off"  # of a mended finding; what is found there ends it or not
VERIFY: Final = "verify"  # of a report that nobody has looked at yet
IN_WORDS: Final = ("refuted", "unverified")  # what a verification finds that must be explained
EARTH_M: Final = 6_371_000


def metres_between(lng: float, lat: float, other_lng: float, other_lat: float) -> float:
    """How far two points on the earth (WGS-84 degrees) lie apart, in a straight line."""
    north = sin(radians(other_lat - lat) / 2) ** 2
    east = sin(radians(other_lng - lng) / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(north + cos(radians(lat)) * cos(radians(other_lat)) * east))


def transition(state: str, command: str) -> str | None:
    """The state after the command; the same state when already there; None when it is illegal."""
    target = TARGETS[command]
    if state == target:
        return state
    return target if state in ALLOWED_FROM[command] else None
