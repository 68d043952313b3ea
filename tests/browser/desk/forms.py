"""The forms that tasks ask for."""

from __future__ import annotations

from tests.browser.tour import Screen, Tour


def forms(tour: Tour) -> None:
    tour.open("/centre/forms", ".form-card")


def forms_adding(tour: Tour) -> None:
    tour.press("centre.forms.add")
    tour.see(".el-dialog .field-editor")


def forms_refused(tour: Tour) -> None:
    """A choice with a single option, and no question."""
    dialog = tour.page.locator(".el-dialog")
    dialog.locator("input").first.fill("消防通道走访")
    dialog.locator("select").last.select_option("choice")
    dialog.locator("textarea").first.fill("畅通")
    tour.press("centre.forms.save")
    tour.see(".el-dialog .field-editor .form-error")


def forms_changed(tour: Tour) -> None:
    """The next version of a form that there is."""
    tour.page.keyboard.press("Escape")
    tour.page.locator(".el-dialog").wait_for(state="hidden")
    tour.page.locator(".form-card .app-button").first.click()
    tour.press("centre.forms.add_field")
    tour.see(".el-dialog .field-editor:nth-of-type(2)")


SCREENS: dict[str, Screen] = {
    "forms": forms,
    "forms-adding": forms_adding,
    "forms-refused": forms_refused,
    "forms-changed": forms_changed,
}
