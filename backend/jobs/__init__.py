"""Work that nobody waits for: the worker and the schedule."""
