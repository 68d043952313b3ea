"""Houses, and the people who see to them."""

from __future__ import annotations

from tests.browser.desk.ways import DETAIL, choose, first
from tests.browser.tour import Screen, Tour


def houses(tour: Tour) -> None:
    tour.open("/centre/houses", ".row-list li")


def houses_labels(tour: Tour) -> None:
    """Two houses are ticked for door labels."""
    tour.press("centre.houses.labels")
    for box in tour.page.locator(".tick-box input").all()[:2]:
        box.check()
    tour.see(".label-bar-buttons .quiet")


def house(tour: Tour) -> None:
    row = first(tour, "/api/houses?state=failed&limit=1")
    tour.open(f"/centre/houses/{row['id']}", DETAIL)


def houses_import(tour: Tour) -> None:
    """A sheet with a house that is new, one that changes, one that is wrong, and a strange head."""
    one = first(tour, "/api/houses?limit=1")
    grid = one["code"].rsplit("-", 1)[0]
    tour.open("/centre/houses/import", ".house-import .section")
    head = "房屋编号,网格编号,地址,经度(WGS-84),纬度(WGS-84),房屋类型,层数,建筑面积,房间数,床位数"
    place = f"{one['lng']},{one['lat']}"
    rest = "自建房,2,120,4,4"
    lines = [
        f"{head},房东姓名,房东电话,备注",
        f",{grid},新建路8号,{place},{rest},李新房,13800000000,x",
        f",{grid},新建路9号,{place},{rest},,电话不详,",
        f"{one['code']},,,,,,19,,,,陈换新,,",
    ]
    choose(tour, "\n".join(lines))
    tour.see(".house-import table td")


def houses_import_refused(tour: Tour) -> None:
    tour.page.locator(".house-import .app-tabs button", has_text=REFUSED[tour.locale]).click()
    tour.see(".house-import .state-pill.bad")


def houses_import_left(tour: Tour) -> None:
    tour.press("centre.imports.leave")
    tour.see(".house-import .section")
    tour.page.locator(".house-import table").wait_for(state="detached")


def houses_import_people(tour: Tour) -> None:
    """A sheet with somebody who moves in, one who is not known in full, and one without a house."""
    one = first(tour, "/api/houses?limit=1")
    tour.press("centre.imports.abouts.occupants")
    lines = [
        "房屋编号,姓名,证件号码,与承租人关系,来自,入住日期",
        f"{one['code']},阿依古丽·买买提,320612199001011234,承租人,其他,2026-03-01",
        f"{one['code']},周新客,不详,配偶,其他,2026-03-01",
        "32061220000000X-0001,吴新客,,配偶,其他,2026-03-01",
    ]
    choose(tour, "\n".join(lines))
    tour.see(".house-import table td")


REFUSED = {"zh-CN": "退回", "en": "Refused"}


def workers(tour: Tour) -> None:
    tour.open("/centre/workers", "table td")


SCREENS: dict[str, Screen] = {
    "houses": houses,
    "houses-labels": houses_labels,
    "house": house,
    "houses-import": houses_import,
    "houses-import-refused": houses_import_refused,
    "houses-import-left": houses_import_left,
    "houses-import-people": houses_import_people,
    "workers": workers,
}
