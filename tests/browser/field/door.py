"""How a worker comes in, before anything is on the phone."""

from __future__ import annotations

import json

from playwright.sync_api import Route

from tests.browser.field.ways import FIRST_SYNC, fill_in
from tests.browser.tour import Screen, Tour


def sign_in(tour: Tour) -> None:
    tour.context.route("**/sync/**", lambda route: route.abort())
    tour.open("/", "form")
    tour.data.add("语言 Language")  # the one label that speaks to whoever cannot read the other


def sign_in_missing(tour: Tour) -> None:
    tour.press("field.session.sign_in")
    tour.see("[aria-invalid=true]")


def sign_in_offline(tour: Tour) -> None:
    tour.context.route("**/api/session", lambda route: route.abort())
    fill_in(tour)
    tour.press("field.session.sign_in")
    tour.see("form .error-note")
    tour.context.unroute("**/api/session")


def first_sync(tour: Tour) -> None:
    tour.press("field.session.sign_in")
    tour.see(".empty-state")
    tour.data.add(tour.ask("/api/session"))


def houses_empty(tour: Tour) -> None:
    tour.open("/houses", ".empty-state")


def tasks_empty(tour: Tour) -> None:
    tour.open("/tasks", ".empty-state")


def hazards_empty(tour: Tour) -> None:
    tour.open("/hazards", ".empty-state")


def map_empty(tour: Tour) -> None:
    tour.open("/map", ".empty-state")


def sync_empty(tour: Tour) -> None:
    tour.open("/sync", ".empty-state")


def checklist_missing(tour: Tour) -> None:
    tour.open("/houses/0/inspect", ".empty-state")


def first_sync_stopped(tour: Tour) -> None:
    """One small page of the first load has come, then the line is gone."""
    asked: list[Route] = []

    def one_page(route: Route) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.abort()
        else:
            small = {**(route.request.post_data_json or {}), "limit": 10}
            route.continue_(post_data=json.dumps(small))

    tour.context.route("**/sync/pull", one_page)
    tour.open("/", ".first-load")
    tour.page.get_by_text(tour.words("field.today.first_sync_on")).wait_for(timeout=FIRST_SYNC)
    tour.context.unroute("**/sync/pull")


SCREENS: dict[str, Screen] = {
    "sign-in": sign_in,
    "sign-in-missing": sign_in_missing,
    "sign-in-offline": sign_in_offline,
    "first-sync": first_sync,
    "houses-empty": houses_empty,
    "tasks-empty": tasks_empty,
    "hazards-empty": hazards_empty,
    "map-empty": map_empty,
    "sync-empty": sync_empty,
    "checklist-missing": checklist_missing,
    "first-sync-stopped": first_sync_stopped,
}
