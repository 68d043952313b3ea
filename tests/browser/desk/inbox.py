"""What comes in, newest first, and each kind of record."""

from __future__ import annotations

from tests.browser.desk.ways import DETAIL, first, pictures
from tests.browser.tour import Screen, Tour


def inbox(tour: Tour) -> None:
    tour.open("/centre/inbox", ".activity")
    pictures(tour)


def more_rooms(tour: Tour) -> None:
    tour.see(".more-rooms summary").click()
    tour.see(".more-rooms[open] a")


def inbox_filtered_empty(tour: Tour) -> None:
    tour.open("/centre/inbox?q=zzzz", ".row-list .empty-state")


def inbox_gone(tour: Tour) -> None:
    tour.open("/centre/inbox/inspection/00000000-0000-7000-8000-000000000000", ".split-detail")
    tour.see(".split-detail .error-note")


def inspection(tour: Tour) -> None:
    """One that found something, with its pictures."""
    failed = tour.ask("/api/activities?kind=inspection&state=fail&limit=200")["items"]
    row = max(failed, key=lambda one: one["photos"]["arrived"])
    tour.open(f"/centre/inbox/inspection/{row['record_id']}", DETAIL)
    pictures(tour)


def inspection_below(tour: Tour) -> None:
    tour.page.locator(".split-detail").evaluate("it => { it.scrollTop = it.scrollHeight }")


def lightbox(tour: Tour) -> None:
    cell = tour.see("button.photo-cell")
    cell.scroll_into_view_if_needed()
    cell.click()
    tour.see("dialog[open] img")
    pictures(tour)


def hazard(tour: Tour) -> None:
    row = first(tour, "/api/activities?kind=hazard&limit=1")
    tour.open(f"/centre/inbox/hazard/{row['record_id']}", DETAIL)
    pictures(tour)


def patrol(tour: Tour) -> None:
    row = first(tour, "/api/activities?kind=patrol&state=finished&limit=1")
    tour.open(f"/centre/inbox/patrol/{row['record_id']}", DETAIL)
    tour.see(".split-detail canvas, .split-detail .facts")


SCREENS: dict[str, Screen] = {
    "inbox": inbox,
    "more-rooms": more_rooms,
    "inbox-filtered-empty": inbox_filtered_empty,
    "inbox-gone": inbox_gone,
    "inspection": inspection,
    "inspection-below": inspection_below,
    "lightbox": lightbox,
    "hazard": hazard,
    "patrol": patrol,
}
