"""A patrol from its start to its summary, and the map."""

from __future__ import annotations

from tests.browser.field.ways import rich_house
from tests.browser.tour import Screen, Tour


def patrol_start(tour: Tour) -> None:
    tour.open("/patrol", ".app-page-actions button")
    tour.press("field.patrols.kind.day")


def patrol_start_recording(tour: Tour) -> None:
    tour.press("field.patrols.kind.night")


def patrol_running(tour: Tour) -> None:
    tour.press("field.patrols.start")
    tour.see(".patrol-clock")
    place = {"longitude": 121.0741, "latitude": 32.0662, "accuracy": 8}
    tour.context.set_geolocation(place)  # type: ignore[arg-type]


def today_on_patrol(tour: Tour) -> None:
    tour.open("/", ".patrol-sign")
    tour.see(".app-list-item")


def checklist_on_patrol(tour: Tour) -> None:
    other = next(row for row in tour.rows["house"] if row["id"] != rich_house(tour)["id"])
    tour.open(f"/houses/{other['id']}/inspect", ".item-card")
    tour.see(".patrol-sign")


def patrol_paused(tour: Tour) -> None:
    tour.open("/patrol", ".patrol-clock")
    tour.press("field.patrols.pause")
    tour.page.get_by_text(tour.words("field.patrols.paused")).first.wait_for()


def patrol_finishing(tour: Tour) -> None:
    tour.press("field.patrols.finish")
    tour.see("dialog[open]")


def patrol_summary(tour: Tour) -> None:
    tour.press("field.patrols.finish_confirm")
    tour.page.wait_for_url("**/patrols/**")
    tour.heading("field.patrols.summary")


def map_page(tour: Tour) -> None:
    tour.open("/map", "canvas")
    tour.page.locator(".grid-map[data-ready], canvas").first.wait_for()


def map_list(tour: Tour) -> None:
    tour.open("/map?view=list", ".app-list-item")


SCREENS: dict[str, Screen] = {
    "patrol-start": patrol_start,
    "patrol-start-recording": patrol_start_recording,
    "patrol-running": patrol_running,
    "today-on-patrol": today_on_patrol,
    "checklist-on-patrol": checklist_on_patrol,
    "patrol-paused": patrol_paused,
    "patrol-finishing": patrol_finishing,
    "patrol-summary": patrol_summary,
    "map": map_page,
    "map-list": map_list,
}
