"""What the room of cases tells those above, in the same transaction."""

from __future__ import annotations

from blinker import signal

case_changed = signal("case-changed")
"""Sender: the Case, which is new or has a new line; `line` (a Line) comes with it."""
