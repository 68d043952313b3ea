"""Houses, and the people who see to them."""

from __future__ import annotations

from tests.browser.desk.ways import DETAIL, first
from tests.browser.tour import Screen, Tour


def houses(tour: Tour) -> None:
    tour.open("/centre/houses", ".row-list li")


def houses_labels(tour: Tour) -> None:
    """Two houses are ticked for door labels."""
    tour.press("centre.houses.labels")
    for box in tour.page.locator(".tick-box input").all()[:2]:
        box.check()
    tour.see(".label-bar-buttons .quiet")


def house(tour: Tour) -> None:
    row = first(tour, "/api/houses?state=failed&limit=1")
    tour.open(f"/centre/houses/{row['id']}", DETAIL)


def workers(tour: Tour) -> None:
    tour.open("/centre/workers", "table td")


SCREENS: dict[str, Screen] = {
    "houses": houses,
    "houses-labels": houses_labels,
    "house": house,
    "workers": workers,
}
