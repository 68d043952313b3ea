"""Looking over all rooms at once: what comes in, and who may see its pictures."""
