"""What the room of tasks tells those above, in the same transaction."""

from __future__ import annotations

from blinker import signal

task_changed = signal("task-changed")
"""Sender: the Task. `action` (assign, read, accept, finish, return, cancel or evidence),
`actor_id` and `text` come with it."""
