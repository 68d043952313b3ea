"""The list of matters."""

from __future__ import annotations

from tests.browser.desk.ways import choose
from tests.browser.tour import Screen, Tour


def items(tour: Tour) -> None:
    tour.open("/centre/items", ".groups .row-link")


def item(tour: Tour) -> None:
    tour.open("/centre/items/P02", ".item table td")


def item_changing_refused(tour: Tour) -> None:
    tour.press("centre.items.edit")
    tour.see(".el-dialog form input")
    tour.press("centre.items.save")
    tour.see(".el-dialog [aria-invalid=true]")


PROPOSE = """async () => {
  const { csrf_token } = await (await fetch('/api/session')).json()
  const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf_token }
  const { items } = await (await fetch('/api/items')).json()
  const { name, name_en, class_name, lead_department } = items.find(({ code }) => code === 'P02')
  const changed = { code: 'P02', name, name_en, class_name, lead_department, severity: 'critical' }
  const body = JSON.stringify({ ...changed, deadline: '1wd', reason: '消防通道须当日清理' })
  return (await (await fetch('/api/items/proposals', { method: 'POST', headers, body })).json()).id
}"""


def departments(tour: Tour) -> None:
    tour.open("/centre/items/departments", ".duties section h3")
    tour.page.locator(".duties summary").first.click()
    tour.page.locator(".duties .head button").nth(1).click()
    tour.see(".duties textarea")


def item_proposed(tour: Tour) -> None:
    proposal = tour.page.evaluate(PROPOSE)
    tour.open(f"/centre/items/{proposal}", ".proposal .facts ins")


def item_giving_back(tour: Tour) -> None:
    tour.press("centre.items.give_back")
    dialog = tour.see(".el-dialog:visible form")
    dialog.locator("button[type=submit]").click()
    tour.see(".el-dialog [aria-invalid=true]")


def items_import(tour: Tour) -> None:
    """A sheet with an item that is new, and one whose class and grade are none."""
    tour.open("/centre/items/import", ".item-import")
    head = "编号,类别,事项名称,牵头部门,等级\n"
    choose(tour, f"{head}P77,公共安全,广告牌松动,城管,一般\nX1,别的,没有的类别,城管,很大\n")
    tour.see(".item-import form")
    tour.see(".item-import table + table, .item-import .section + .section td")


SCREENS: dict[str, Screen] = {
    "items": items,
    "item": item,
    "item-changing-refused": item_changing_refused,
    "item-proposed": item_proposed,
    "item-giving-back": item_giving_back,
    "items-import": items_import,
    "items-departments": departments,
}
