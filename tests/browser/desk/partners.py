"""An administrator's rooms, and what a dispatcher tells the hotline."""

from __future__ import annotations

from tests.browser.desk.ways import enter
from tests.browser.tour import Screen, Tour


def feedback(tour: Tour) -> None:
    enter(tour, "admin")
    tour.see("nav .room-link")
    tour.open("/centre/feedback", "main h1")


def partners(tour: Tour) -> None:
    tour.page.locator("details.me summary").click()
    tour.press("centre.shell.partners", "link")
    tour.see(".partners .section")


def partners_giving(tour: Tour) -> None:
    tour.press("centre.partners.give")
    tour.see(".el-dialog form").locator("input").first.fill("")
    tour.press("centre.partners.save")
    tour.see(".el-dialog [aria-invalid=true]")


def partners_given(tour: Tour) -> None:
    """The secret, which is shown this once."""
    dialog = tour.page.locator(".el-dialog:visible")
    dialog.locator("input.input").first.fill("区城运中心")
    dialog.locator("input[type=checkbox]").first.check()
    tour.press("centre.partners.save")
    tour.see("code.secret")


def partners_hooks(tour: Tour) -> None:
    """An address in its log."""
    tour.press("centre.partners.done")
    tour.press("centre.partners.add")
    dialog = tour.page.locator(".el-dialog:visible")
    dialog.locator("input.input").first.fill("区城运中心")
    dialog.locator("input[type=url]").fill("https://partner.invalid/in")
    dialog.locator("input[type=checkbox]").first.check()
    tour.press("centre.partners.save")
    tour.press("centre.partners.done")
    tour.see(".webhook summary").first.click()
    tour.see(".webhook details[open]")


def hotline_results(tour: Tour) -> None:
    """What a dispatcher tells the hotline."""
    enter(tour, "dispatcher")
    tour.page.locator("details.me summary").click()
    tour.press("centre.shell.partners", "link")
    tour.see(".results .waiting")
    tour.page.locator(".results input[type=checkbox]").check()


SCREENS: dict[str, Screen] = {
    "feedback": feedback,
    "partners": partners,
    "partners-giving": partners_giving,
    "partners-given": partners_given,
    "partners-hooks": partners_hooks,
    "hotline-results": hotline_results,
}
