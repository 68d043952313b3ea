"""What the room of messages tells those above, in the same transaction."""

from __future__ import annotations

from blinker import signal

message_receipt = signal("message-receipt")
"""Sender: the Message. `event` (delivered or read) and `at` come with it."""
