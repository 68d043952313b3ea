"""A checklist from its first section to its record."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.field.ways import NOTE, rich_house, take_photo
from tests.browser.tour import Screen, Tour

SECTIONS = 8


def checklist_section(number: int) -> Screen:
    def go(tour: Tour) -> None:
        if number == 1:
            tour.open(f"/houses/{rich_house(tour)['id']}/inspect", ".item-card")
        tab = tour.page.locator(".section-tab").nth(number - 1)
        tab.click()
        expect(tab).to_have_attribute("aria-current", "step")

    return go


def checklist_failed(tour: Tour) -> None:
    """An item that fails demands a photo; then it has one, and a note."""
    tour.page.locator(".section-tab").nth(3).click()
    card = tour.page.locator(".item-card").first
    card.get_by_role("button", name=tour.words("field.inspections.verdict.fail")).click()
    take_photo(tour, ".item-card input[type=file]")
    card.locator(".app-field textarea").last.fill(NOTE)
    tour.data.add(NOTE)
    card.scroll_into_view_if_needed()


def checklist_needs_photo(tour: Tour) -> None:
    card = tour.page.locator(".item-card").nth(1)
    card.get_by_role("button", name=tour.words("field.inspections.verdict.fail")).click()
    card.locator(".error-note").first.wait_for()
    card.scroll_into_view_if_needed()


def photo_viewer(tour: Tour) -> None:
    tour.press("field.photos.view")
    tour.see("dialog[open] img")


def other_outcome(tour: Tour) -> None:
    tour.page.keyboard.press("Escape")
    tour.press("field.inspections.other")
    tour.see("dialog[open]")


def today_unfinished(tour: Tour) -> None:
    tour.open("/", ".app-list-item")


def summary_missing(tour: Tour) -> None:
    tour.open(f"/houses/{rich_house(tour)['id']}/inspect/summary", ".app-page-actions a")


def summary(tour: Tour) -> None:
    """All answered: one item failed, with its photo."""
    tour.open(f"/houses/{rich_house(tour)['id']}/inspect", ".item-card")
    _two_in_a_room(tour)
    tour.page.locator(".section-tab").nth(3).click()
    passed = tour.words("field.inspections.verdict.pass")
    card = tour.page.locator(".item-card").nth(1)
    card.get_by_role("button", name=passed, exact=True).click()
    tour.press("field.inspections.pass_all")
    tour.press("field.inspections.to_submit", "link")
    tour.see(".app-page-actions button")


def result(tour: Tour) -> None:
    tour.press("field.inspections.submit")
    tour.page.wait_for_url("**/inspections/**")
    tour.heading("field.inspections.record")


def inspection(tour: Tour) -> None:
    rows = [row for row in tour.rows["inspection"] if row["fail_count"]]
    tour.open(f"/inspections/{rows[0]['id']}", ".app-page-body > *")


def inspection_gone(tour: Tour) -> None:
    tour.open("/inspections/0", ".empty-state")


def _two_in_a_room(tour: Tour) -> None:
    """As many as the standard allows, whatever the file of the house says."""
    tour.page.locator(".section-tab").nth(1).click()
    persons = tour.page.locator(".number-stepper input").first
    persons.fill("2")
    persons.blur()


SCREENS: dict[str, Screen] = {
    **{f"checklist-{number}": checklist_section(number) for number in range(1, SECTIONS + 1)},
    "checklist-failed": checklist_failed,
    "checklist-needs-photo": checklist_needs_photo,
    "photo-viewer": photo_viewer,
    "other-outcome": other_outcome,
    "today-unfinished": today_unfinished,
    "summary-missing": summary_missing,
    "summary": summary,
    "result": result,
    "inspection": inspection,
    "inspection-gone": inspection_gone,
}
