"""The checklist: its versions, a draft and all that is done with it."""

from __future__ import annotations

from tests.browser.desk.ways import choose
from tests.browser.tour import Screen, Tour
from tests.checklists.test_pictures import jpeg


def checklists(tour: Tour) -> None:
    tour.open("/centre/checklists", ".versions .row-link")


def checklist_in_force(tour: Tour) -> None:
    tour.page.locator(".versions .row-link").first.click()
    tour.see(".version table td")


def checklist_draft(tour: Tour) -> None:
    tour.press("centre.checklists.draft")
    tour.see(".version .tools")


def checklist_item_refused(tour: Tour) -> None:
    """A condition that looks at an item which is not there."""
    tour.page.locator(".tools button").nth(8).click()
    form = tour.see(".el-dialog:visible form")
    form.get_by_label(tour.words("centre.checklists.show_if")).fill("Z09 = fail")
    form.locator("button[type=submit]").click()
    tour.see(".el-dialog [aria-invalid=true]")


def checklist_compare(tour: Tour) -> None:
    """After a change to the first item, which gets a help picture."""
    form = tour.see(".el-dialog:visible form")
    form.locator("input[type=file]").set_input_files(
        {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": jpeg(1200, 900, "teal")}
    )
    tour.see(".el-dialog .help-picture")
    form.get_by_label(tour.words("centre.checklists.show_if")).fill("A01 = fail")
    form.locator("button[type=submit]").click()
    tour.page.locator(".el-dialog:visible").wait_for(state="hidden")
    tour.press("centre.checklists.tabs.compare")
    tour.see(".compare table td")


def checklist_preview(tour: Tour) -> None:
    tour.press("centre.checklists.tabs.preview")
    tour.see(".preview .card")
    tour.press("centre.checklists.verdicts.fail")  # which asks the item that has the picture
    tour.page.locator(".preview summary").first.click()
    tour.see(".preview .help-picture")


def checklist_import(tour: Tour) -> None:
    tour.press("centre.checklists.import")
    tour.see(".checklist-import")
    head = "编号,分段,检查内容,填写方式,等级,牵头部门,不合格拍照,限制知悉,显示条件"
    wrong = ["A01,情况,通道,判定,很大,住建,必须,否,", "A02,情况,门,判定,一般,住建,必须,否,Z01 = na"]
    choose(tour, "\n".join([head, *wrong]))
    tour.see(".checklist-import table td")


def checklist_publishing(tour: Tour) -> None:
    tour.press("centre.checklists.publish")
    tour.see("dialog[open]")


def checklist_discarding(tour: Tour) -> None:
    tour.page.keyboard.press("Escape")
    tour.press("centre.checklists.discard")
    tour.see("dialog[open]")


def checklist_discarded(tour: Tour) -> None:
    tour.page.locator("dialog[open] .app-button.danger").click()
    tour.see(".version table td")


SCREENS: dict[str, Screen] = {
    "checklists": checklists,
    "checklist-in-force": checklist_in_force,
    "checklist-draft": checklist_draft,
    "checklist-item-refused": checklist_item_refused,
    "checklist-compare": checklist_compare,
    "checklist-preview": checklist_preview,
    "checklist-import": checklist_import,
    "checklist-publishing": checklist_publishing,
    "checklist-discarding": checklist_discarding,
    "checklist-discarded": checklist_discarded,
}
