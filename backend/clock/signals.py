"""What the room of the clock tells those above, in the same transaction."""

from __future__ import annotations

from blinker import signal

calendar_changed = signal("calendar-changed")
"""Sender: the Calendar as it is now; deadlines that counted by it may lie elsewhere."""
