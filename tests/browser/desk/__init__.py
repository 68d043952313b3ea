"""Every screen of the desk, room by room, as the people of the centre see it."""

from __future__ import annotations

from tests.browser.desk import (
    alarm,
    bench,
    calendar,
    campaigns,
    cases,
    checklists,
    door,
    houses,
    inbox,
    items,
    messages,
    mine,
    oversight,
    partners,
    parts,
    phones,
    phrases,
    refusals,
    sources,
    tasks,
    town,
)
from tests.browser.tour import joined

SCREENS = joined(
    door.SCREENS,
    partners.SCREENS,
    mine.SCREENS,
    bench.SCREENS,
    inbox.SCREENS,
    town.SCREENS,
    tasks.SCREENS,
    cases.SCREENS,
    campaigns.SCREENS,
    oversight.SCREENS,
    houses.SCREENS,
    phones.SCREENS,
    refusals.SCREENS,
    calendar.SCREENS,
    phrases.SCREENS,
    messages.SCREENS,
    items.SCREENS,
    checklists.SCREENS,
    sources.SCREENS,
    door.LAST,
    parts.SCREENS,
    alarm.SCREENS,
)
