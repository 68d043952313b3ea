"""Every door of the centre."""

from __future__ import annotations

from backend.api.health import door as health
from backend.api.session import door as session

DOORS = [session, health]
