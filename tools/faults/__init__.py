"""The phone's real engine against the real server, under faults (docs/proof.md)."""
