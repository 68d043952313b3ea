"""The worker's day, and the houses."""

from __future__ import annotations

from tests.browser.field.ways import FIRST_SYNC, ROWS, rich_house, scroll_down
from tests.browser.tour import Screen, Tour


def today(tour: Tour) -> None:
    """Let the phone load, then hold back what it would send from here on."""
    tour.context.unroute("**/sync/**")
    tour.open("/")
    done = tour.page.get_by_text(tour.named("field.sync.last")).first
    done.wait_for(timeout=FIRST_SYNC)
    tour.context.route("**/sync/**", lambda route: route.abort())
    tour.rows = tour.page.evaluate(ROWS)
    tour.data.add(tour.rows)
    tour.see(".app-list-item")


def houses(tour: Tour) -> None:
    tour.open("/houses", ".app-list-item, .empty-state")


def houses_all(tour: Tour) -> None:
    tour.open("/houses?view=all", ".app-list-item")


def houses_due(tour: Tour) -> None:
    """Of the due ones, those with open hazards."""
    tour.open("/houses?which=hazards", ".due-line")


def houses_none_such(tour: Tour) -> None:
    tour.open("/houses?when=week&which=cleared", ".empty-state")


def day_walk(tour: Tour) -> None:
    tour.open("/houses/walk", ".walk-number")


def day_walk_map(tour: Tour) -> None:
    tour.press("field.map.map")
    tour.see(".grid-map[aria-busy=false]")


def houses_not_found(tour: Tour) -> None:
    tour.open("/houses?q=zzzz", ".empty-state")


def house(tour: Tour) -> None:
    tour.open(f"/houses/{rich_house(tour)['id']}", ".house-actions")


def house_below(tour: Tour) -> None:
    scroll_down(tour)


def house_gone(tour: Tour) -> None:
    tour.open("/houses/0", ".empty-state")


def house_new(tour: Tour) -> None:
    tour.open("/houses/new", ".app-page-actions button")


def house_new_wrong(tour: Tour) -> None:
    tour.press("field.register.save")
    tour.see(".error-note")


def house_correct(tour: Tour) -> None:
    tour.open(f"/houses/{rich_house(tour)['id']}/correct", ".choice-buttons")


def house_move_in(tour: Tour) -> None:
    tour.open(f"/houses/{rich_house(tour)['id']}", ".house-actions")
    tour.press("field.register.move_in")
    tour.see("dialog[open]")


def house_move_out(tour: Tour) -> None:
    tour.open(f"/houses/{rich_house(tour)['id']}", ".house-actions")
    tour.page.locator(".house-move-out").first.click()
    tour.see("dialog[open]")


def house_happened(tour: Tour) -> None:
    tour.open(f"/houses/{rich_house(tour)['id']}", ".house-actions")
    tour.press("field.register.happened")
    tour.see("dialog[open]")


def scan(tour: Tour) -> None:
    """There is no camera: a photo is taken, or the code is typed."""
    tour.open("/scan", ".error-note")


def scan_wrong(tour: Tour) -> None:
    tour.press("field.scan.open")
    tour.see(".app-field-error")


def to_label(tour: Tour, label: str) -> None:
    """Inside the app: without its service worker, the server takes whoever comes for a stranger."""
    tour.open("/scan", ".error-note")
    tour.page.evaluate(
        "path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')) }",
        f"/h/{label}",
    )
    tour.see(".label-ways")


def label_away(tour: Tour) -> None:
    to_label(tour, "ZZZZZZZZ")


def label_foreign(tour: Tour) -> None:
    to_label(tour, "0")


def told_of_label(state: str) -> Screen:
    """What the centre says of a label that the phone does not know."""

    def go(tour: Tour) -> None:
        told = {"state": state, "place": "金新社区第三网格", "house_id": None}
        headers = {"X-Sync": "1"}
        tour.context.route(
            "**/sync/labels/*", lambda route: route.fulfill(json=told, headers=headers)
        )
        tour.data.add(told)
        to_label(tour, "ZZZZZZZZ")
        tour.page.get_by_text(tour.words(f"field.scan.{state}_title")).wait_for()
        tour.context.unroute("**/sync/labels/*")

    return go


def text_size(tour: Tour) -> None:
    tour.open(f"/houses/{rich_house(tour)['id']}", ".house-actions")
    tour.press("shared.text_size")
    tour.see("dialog[open]")


SCREENS: dict[str, Screen] = {
    "today": today,
    "houses": houses,
    "houses-all": houses_all,
    "houses-due": houses_due,
    "houses-none-such": houses_none_such,
    "day-walk": day_walk,
    "day-walk-map": day_walk_map,
    "houses-not-found": houses_not_found,
    "house": house,
    "house-below": house_below,
    "house-gone": house_gone,
    "house-new": house_new,
    "house-new-wrong": house_new_wrong,
    "house-correct": house_correct,
    "house-move-in": house_move_in,
    "house-move-out": house_move_out,
    "house-happened": house_happened,
    "scan": scan,
    "scan-wrong": scan_wrong,
    "label-away": label_away,
    "label-foreign": label_foreign,
    "label-elsewhere": told_of_label("elsewhere"),
    "label-ended": told_of_label("ended"),
    "text-size": text_size,
}
