"""Cases: hazards and events, what was found and what became of it."""
