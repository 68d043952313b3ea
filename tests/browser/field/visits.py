"""A campaign's doors."""

from __future__ import annotations

from tests.browser.tour import Screen, Tour


def campaign(tour: Tour) -> None:
    tour.open(f"/visits/{tour.rows['campaign'][0]['id']}", ".app-list-item")


def visit_missing(tour: Tour) -> None:
    tour.page.locator(".app-list-item").first.click()
    tour.see("dialog[open]")
    tour.press("field.visits.save")
    tour.see("dialog .error-note")


def visit_again(tour: Tour) -> None:
    tour.page.locator(".visit-results button").nth(1).click()
    tour.see("#visit-again")


def visit_form(tour: Tour) -> None:
    """Somebody opened: the campaign's form is to be filled in."""
    tour.page.locator(".visit-results button").first.click()
    tour.see("dialog .form-choice")


def campaign_met(tour: Tour) -> None:
    tour.open(f"/visits/{tour.rows['campaign'][0]['id']}", ".app-list-item")
    tour.press("field.visits.groups.met")
    tour.see(".app-list-item, .empty-state")


def campaign_gone(tour: Tour) -> None:
    tour.open("/visits/0", ".empty-state")


SCREENS: dict[str, Screen] = {
    "campaign": campaign,
    "visit-missing": visit_missing,
    "visit-again": visit_again,
    "visit-form": visit_form,
    "campaign-met": campaign_met,
    "campaign-gone": campaign_gone,
}
