"""The map, and what is chosen on it."""

from __future__ import annotations

from tests.browser.desk.makings import made
from tests.browser.desk.ways import first
from tests.browser.tour import Screen, Tour


def town(tour: Tour) -> None:
    tour.open("/centre/map", "canvas")


def town_house(tour: Tour) -> None:
    house = first(tour, "/api/houses?state=failed&limit=1")
    tour.open(f"/centre/map?select=house:{house['id']}", ".chosen .facts")
    tour.see("canvas")


def town_case(tour: Tour) -> None:
    case = made(tour, "reported")
    tour.open(f"/centre/map?select=case:{case['id']}", ".chosen h2")
    tour.see("canvas")


def town_worker(tour: Tour) -> None:
    workers = tour.ask("/api/workers")
    on_duty = [one for one in workers if one["on_duty"]] or workers
    tour.open(f"/centre/map?select=worker:{on_duty[0]['id']}", ".chosen .facts")
    tour.see("canvas")


def town_past(tour: Tour) -> None:
    tour.open("/centre/map?past=30", ".past-bar input")
    tour.see("canvas")
    tour.page.locator(".past-bar input").press("ArrowLeft")
    tour.page.wait_for_url("**day=20**")


SCREENS: dict[str, Screen] = {
    "map": town,
    "map-house": town_house,
    "map-hazard": town_case,
    "map-worker": town_worker,
    "map-past": town_past,
}
