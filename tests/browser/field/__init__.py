"""Every screen of the field app, in the order in which a worker could come by them.

Nothing is sent from the phone while the tour lasts: what it saves stays in the queue, so that
the screens show work that is still on the phone, and the stack stays as it was for other tests.
"""

from __future__ import annotations

from tests.browser.field import (
    door,
    hazards,
    inspections,
    me,
    patrols,
    sync,
    tasks,
    today,
    troubles,
    visits,
)
from tests.browser.tour import joined

SCREENS = joined(
    door.SCREENS,
    today.SCREENS,
    inspections.SCREENS,
    hazards.SCREENS,
    tasks.SCREENS,
    visits.SCREENS,
    patrols.SCREENS,
    sync.SCREENS,
    me.SCREENS,
    troubles.SCREENS,
)
