"""How a person comes in at the desk, and what ends a visit."""

from __future__ import annotations

from tests.browser.desk.ways import enter, refuse_something
from tests.browser.tour import Screen, Tour


def sign_in(tour: Tour) -> None:
    tour.open("/centre/", "form")


def sign_in_refused(tour: Tour) -> None:
    tour.context.route("**/api/session", lambda route: route.abort())
    tour.page.locator("form input").first.fill("dispatcher")
    tour.page.locator("form input[type=password]").fill("not this")
    tour.page.locator("form button[type=submit]").click()
    tour.see("form .error-note")
    tour.context.unroute("**/api/session")


def not_allowed(tour: Tour) -> None:
    enter(tour, "grid_worker")
    tour.heading("centre.session.not_desk")
    refuse_something(tour.page)


def nowhere(tour: Tour) -> None:
    tour.open("/centre/nowhere", "main")


def expired(tour: Tour) -> None:
    tour.open("/centre/inbox", ".activity")
    tour.context.clear_cookies()
    # Whatever asks first, the room or its neighbours, brings the dialog.
    tour.page.locator(".room-link").nth(3).dispatch_event("click")
    tour.see("dialog[open] input")


SCREENS: dict[str, Screen] = {
    "sign-in": sign_in,
    "sign-in-refused": sign_in_refused,
    "not-allowed": not_allowed,
}
LAST: dict[str, Screen] = {
    "nowhere": nowhere,
    "expired": expired,
}
