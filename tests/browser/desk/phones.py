"""The phones in the field."""

from __future__ import annotations

from tests.browser.tour import Screen, Tour


def phones(tour: Tour) -> None:
    tour.open("/centre/phones", "article.phone")


def phones_filtered(tour: Tour) -> None:
    tour.open("/centre/phones?care=clock", "article.phone")


def phones_none(tour: Tour) -> None:
    tour.open("/centre/phones?q=zzzz", ".row-list .empty-state")


def phones_reminded(tour: Tour) -> None:
    """One is reminded, and cannot be again."""
    tour.open("/centre/phones?care=clock", "article.phone")
    button = tour.page.get_by_role("button", name=tour.named("centre.phones.remind"))
    if button.first.is_enabled():
        button.first.click()
        tour.see(".toast")
    tour.see("article.phone button:disabled")


SCREENS: dict[str, Screen] = {
    "phones": phones,
    "phones-filtered": phones_filtered,
    "phones-none": phones_none,
    "phones-reminded": phones_reminded,
}
