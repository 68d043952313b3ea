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


def text_size(tour: Tour) -> None:
    tour.open(f"/houses/{rich_house(tour)['id']}", ".house-actions")
    tour.press("shared.text_size")
    tour.see("dialog[open]")


SCREENS: dict[str, Screen] = {
    "today": today,
    "houses": houses,
    "houses-all": houses_all,
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
    "text-size": text_size,
}
