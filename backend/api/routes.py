"""Every door of the centre."""

from __future__ import annotations

from backend.api.feedback import door as feedback
from backend.api.health import door as health
from backend.api.map import door as town_map
from backend.api.messages import door as messages
from backend.api.patrols import door as patrols
from backend.api.push import door as push
from backend.api.session import door as session
from backend.api.tasks import door as tasks
from backend.api.workers import door as workers

DOORS = [session, health, feedback, tasks, patrols, workers, town_map, push, messages]
