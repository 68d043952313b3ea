"""What each mutation does: shape in, a room's command out. One file per noun."""

from backend.sync.handlers import (
    documents,
    feedback,
    findings,
    hazards,
    houses,
    inspections,
    patrols,
    refusals,
    signatures,
    tasks,
    visits,
)

__all__ = [
    "documents",
    "feedback",
    "findings",
    "hazards",
    "houses",
    "inspections",
    "patrols",
    "refusals",
    "signatures",
    "tasks",
    "visits",
]
