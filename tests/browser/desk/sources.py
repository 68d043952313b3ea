"""How cases come in from outside."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.desk.ways import choose, pictures
from tests.browser.tour import SETTLE, Screen, Tour


def register(tour: Tour) -> None:
    tour.open("/centre/sources", ".register")


def register_on_map(tour: Tour) -> None:
    """A point of the map names its grid; another is taken from the middle of the map."""
    ring = tour.ask("/api/map")["grids"]["features"][0]["geometry"]["coordinates"][0]
    lng, lat = (sum(corner[axis] for corner in ring) / len(ring) for axis in (0, 1))
    tour.open(f"/centre/sources/register?at={lng:.6f},{lat:.6f}", ".point-pick canvas")
    grid = tour.page.get_by_label(tour.words("centre.words.grid"), exact=True)
    expect(grid).not_to_have_value("")
    tour.press("centre.map.pick_none")
    tour.press("centre.map.pick_middle")
    tour.page.get_by_role("button", name=tour.named("centre.map.pick_none")).wait_for()


def register_refused(tour: Tour) -> None:
    tour.press("centre.sources.register")
    tour.see("[aria-invalid=true]")


def hotline(tour: Tour) -> None:
    """Two orders about one spot, and one that has nothing in it."""
    tour.open("/centre/sources/hotline", "input[type=file]")
    village = tour.ask("/api/org/tree")[-1]["name"]
    head = "工单号,诉求内容,诉求类型,村(社区)或网格,事项,诉求人,联系电话,经度,纬度\n"
    told = f"投诉,{village},U04,王女士,13800001234,121.07,32.06"
    order = f"{tour.locale}1,小区东门路灯不亮,{told}\n{tour.locale}2,路灯坏了三天,{told}\n"
    choose(tour, f"{head}{order}{tour.locale}3,,投诉,{village},,,,,\n")
    tour.see("main .section + .section table")


def case_from_outside(tour: Tour) -> None:
    """An order of the hotline beside another that may be the same."""
    tour.page.locator("main table a").first.click()
    tour.see(".twins li")
    tour.heading("centre.sources.origin")


def case_unmasking(tour: Tour) -> None:
    tour.press("centre.sources.unmask")
    dialog = tour.see(".el-dialog:visible form")
    dialog.locator("button[type=submit]").click()
    tour.see(".el-dialog [aria-invalid=true]")


def case_unmasked(tour: Tour) -> None:
    dialog = tour.see(".el-dialog:visible form")
    dialog.locator("textarea").fill("回访核实地点")
    dialog.locator("button[type=submit]").click()
    tour.page.get_by_text("13800001234").wait_for(timeout=SETTLE)


def case_merging(tour: Tour) -> None:
    """The number of the other is filled in already."""
    number = tour.see(".twins a").inner_text().split(" ")[0]
    tour.press("centre.sources.merge")
    assert tour.see(".el-dialog:visible form input").input_value() == number


def places(tour: Tour) -> None:
    tour.open("/centre/sources/places", ".make")
    tour.page.locator(".make select").first.select_option(index=0)
    tour.press("centre.sources.make")
    tour.see(".on-paper img")
    pictures(tour)


def alerts(tour: Tour) -> None:
    tour.open("/centre/sources/alerts", "main h2")
    tour.press("centre.sources.alert_add")
    dialog = tour.see(".el-dialog:visible form")
    dialog.locator("button[type=submit]").click()
    tour.see(".el-dialog [aria-invalid=true]")


def alert_secret(tour: Tour) -> None:
    dialog = tour.see(".el-dialog:visible form")
    dialog.locator("input").first.fill("雪亮工程")
    dialog.locator("select").first.select_option(index=0)
    dialog.locator("select").last.select_option(index=0)
    dialog.locator("textarea").fill("cam-1,121.07,32.06,东门")
    dialog.locator("button[type=submit]").click()
    tour.see("code.secret")


def alert_change(tour: Tour) -> None:
    tour.press("centre.sources.kept")
    tour.press("centre.sources.alert_change")
    devices = tour.see(".el-dialog:visible textarea").input_value()
    assert devices.startswith("cam-1,121.07,32.06,东门")  # another walk may have added to them


def alert_calls(tour: Tour) -> None:
    tour.see(".el-dialog:visible textarea").fill("cam-1,121.07,32.06,东门\ncam-2,121.08,32.06,西门")
    tour.page.locator(".el-dialog:visible button[type=submit]").click()
    tour.page.locator(".el-dialog:visible").wait_for(state="detached")
    tour.press("centre.sources.calls")
    tour.see(".alert-source [aria-expanded=true]")


SCREENS: dict[str, Screen] = {
    "register": register,
    "register-on-map": register_on_map,
    "register-refused": register_refused,
    "hotline": hotline,
    "case-from-outside": case_from_outside,
    "case-unmasking": case_unmasking,
    "case-unmasked": case_unmasked,
    "case-merging": case_merging,
    "places": places,
    "alerts": alerts,
    "alert-secret": alert_secret,
    "alert-change": alert_change,
    "alert-calls": alert_calls,
}
