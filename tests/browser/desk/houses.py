"""Houses, and the people who see to them."""

from __future__ import annotations

from tests.browser.desk.ways import DETAIL, first
from tests.browser.tour import Screen, Tour


def houses(tour: Tour) -> None:
    tour.open("/centre/houses", ".row-list li")


def house(tour: Tour) -> None:
    row = first(tour, "/api/houses?state=failed&limit=1")
    tour.open(f"/centre/houses/{row['id']}", DETAIL)


def workers(tour: Tour) -> None:
    tour.open("/centre/workers", "table td")


SCREENS: dict[str, Screen] = {
    "houses": houses,
    "house": house,
    "workers": workers,
}
