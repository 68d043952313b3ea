"""What may become of a task.

The phone has the same table (pwa/src/domain/task.ts); tests/vectors/task-transitions.json holds
both to it.
"""

from __future__ import annotations

from typing import Final

TARGETS: Final = {
    "accept": "accepted",
    "finish": "done",
    "return": "returned",
    "cancel": "cancelled",
}
ALLOWED_FROM: Final = {
    "accept": {"assigned"},
    "finish": {"assigned", "accepted"},
    "return": {"assigned", "accepted"},
    "cancel": {"assigned", "accepted"},
}
OPEN: Final = ("assigned", "accepted")
STATES: Final = ("assigned", "accepted", "done", "returned", "cancelled")
KINDS: Final = {
    "recheck": "复查",
    "inspect": "检查",
    "verify": "核实",
    "patrol": "巡查",
    "visit": "走访",
    "other": "其他",
}


def transition(state: str, command: str) -> str | None:
    """The state after the command; the same state when already there; None when it is illegal."""
    target = TARGETS[command]
    if state == target:
        return state
    return target if state in ALLOWED_FROM[command] else None
