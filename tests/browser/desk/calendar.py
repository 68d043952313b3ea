"""The working calendar."""

from __future__ import annotations

from tests.browser.tour import Screen, Tour


def calendar(tour: Tour) -> None:
    tour.page.locator("details.me summary").click()
    tour.press("centre.shell.calendar", "link")
    tour.see(".sheet table")


def calendar_day(tour: Tour) -> None:
    """A day is made a holiday, by the keyboard."""
    tour.page.locator(".sheet [tabindex='0']").focus()
    tour.page.keyboard.press("ArrowRight")
    tour.page.keyboard.press("Enter")
    tour.see(".el-dialog input[value=holiday]").check()


def calendar_day_refused(tour: Tour) -> None:
    tour.press("centre.calendar.save")
    tour.see(".el-dialog [aria-invalid=true]")


def calendar_unknown(tour: Tour) -> None:
    tour.open("/centre/calendar?year=2031", ".error-note")


SCREENS: dict[str, Screen] = {
    "calendar": calendar,
    "calendar-day": calendar_day,
    "calendar-day-refused": calendar_day_refused,
    "calendar-unknown": calendar_unknown,
}
