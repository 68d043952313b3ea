"""Campaigns, and the tasks that come again."""

from __future__ import annotations

from tests.browser.tour import Screen, Tour


def campaigns(tour: Tour) -> None:
    """With the recurring tasks beside them."""
    tour.open("/centre/campaigns", ".plans")


def campaign_refused(tour: Tour) -> None:
    tour.press("centre.campaigns.new")
    tour.see(".el-dialog:visible .where summary").first.click()
    tour.page.locator(".el-dialog:visible button[type=submit]").click()
    tour.see(".el-dialog:visible [aria-invalid=true]")


def campaign(tour: Tour) -> None:
    """Begun over a whole village."""
    dialog = tour.page.locator(".el-dialog:visible")
    dialog.locator("input.input").first.fill("冬季取暖安全入户")
    dialog.locator(".where input[type=checkbox]").first.check()
    dialog.locator("button[type=submit]").click()
    tour.see(".household")


def plan_refused(tour: Tour) -> None:
    tour.open("/centre/campaigns", ".plans")
    tour.press("centre.campaigns.new_plan")
    tour.see(".el-dialog:visible form")
    tour.page.locator(".el-dialog:visible button[type=submit]").click()
    tour.see(".el-dialog:visible [aria-invalid=true]")


def plan(tour: Tour) -> None:
    dialog = tour.page.locator(".el-dialog:visible")
    dialog.locator("input.input").first.fill("巡查充电车棚")
    dialog.locator("select").nth(1).select_option(index=0)
    dialog.locator("input[type=time]").fill("07:30")
    dialog.get_by_label(tour.words("centre.words.house.failed")).check()
    dialog.locator("button[type=submit]").click()
    dialog.wait_for(state="hidden")
    tour.page.locator(".plan", has_text="07:30").first.wait_for()


SCREENS: dict[str, Screen] = {
    "campaigns": campaigns,
    "campaign-refused": campaign_refused,
    "campaign": campaign,
    "plan-refused": plan_refused,
    "plan": plan,
}
