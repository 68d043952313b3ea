"""What the room of photos tells those above, in the same transaction."""

from __future__ import annotations

from blinker import signal

photo_arrived = signal("photo-arrived")
"""Sender: the row of the photo whose bytes, or whose small picture, are there now."""
