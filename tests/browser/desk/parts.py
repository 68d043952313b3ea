"""The desk where several departments work on a case."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import DESK, PHONE
from tests.browser.desk.makings import OFFICE, act, made, restricted_case, take
from tests.browser.desk.ways import DETAIL, enter
from tests.browser.tour import Screen, Tour


def supported(tour: Tour) -> None:
    """Parts in every state that they can be in."""
    enter(tour, "dispatcher")
    tour.see("nav .room-link")
    _open(tour, "support")
    tour.see(".case-parts li").scroll_into_view_if_needed()


def supporting(tour: Tour) -> None:
    _press_aside(tour, "call_support")
    tour.see(".el-dialog .departments")


def supporting_refused(tour: Tour) -> None:
    tour.page.locator(".el-dialog button[type=submit]").click()
    tour.see(".el-dialog .form-error")


def part_withdrawing(tour: Tour) -> None:
    _open(tour, "support")
    tour.page.locator(".case-parts .app-button").first.click()
    tour.see(".el-dialog textarea")


def whistled(tour: Tour) -> None:
    """Who has come to the spot, and how near."""
    _open(tour, "whistle")
    tour.see(".case-parts li").scroll_into_view_if_needed()


def whistling(tour: Tour) -> None:
    _press_aside(tour, "whistle")
    tour.see(".el-dialog .departments")


def restricted(tour: Tour) -> None:
    tour.open(f"/centre/cases/{restricted_case(tour)}", DETAIL)
    tour.see(".case-parts li").scroll_into_view_if_needed()


def restricted_asking(tour: Tour) -> None:
    _press_aside(tour, "ask_opinion")
    tour.see(".el-dialog .departments")


def officer_called(tour: Tour) -> None:
    """An officer who is expected on the spot, with a phone in the hand."""
    row = made(tour, "filed")
    act(tour, row["id"], "dispatcher", "whistle", departments=[OFFICE], text="群众聚集,请到场")
    take(tour, row["id"], "officer", "sign")
    tour.page.set_viewport_size(PHONE)
    enter(tour, "officer")
    tour.see(".room-link, .activity")
    tour.open(f"/centre/cases/{row['id']}", DETAIL)
    tour.see(".case-parts .app-button").scroll_into_view_if_needed()


def officer_arriving(tour: Tour) -> None:
    tour.page.locator(".case-parts .app-button").first.click()
    tour.see(".el-dialog .act-form")


def officer_nowhere(tour: Tour) -> None:
    """The phone does not say where it is."""
    tour.page.locator(".el-dialog button[type=submit]").click()
    tour.see(".el-dialog .error-note")


def village_case(tour: Tour) -> None:
    tour.page.set_viewport_size(DESK)
    enter(tour, "village")
    tour.see(".room-link, .activity")
    tour.open("/centre/cases", "main h1")


def commander_case(tour: Tour) -> None:
    enter(tour, "commander")
    tour.see(".room-link, .activity")
    _open(tour, "support")


def _press_aside(tour: Tour, action: str) -> None:
    tour.page.locator(".acts summary").click()
    tour.press(f"centre.words.case_action.{action}")


def _open(tour: Tour, kind: str) -> None:
    """The case with the most parts of that kind that are not done with."""
    rows: list[dict[str, Any]] = tour.ask("/api/cases/queue?view=open&limit=200")["items"]
    called = [tour.ask(f"/api/cases/{row['id']}") for row in rows if row["open_parts"]]
    row = max(called, key=lambda one: sum(part["kind"] == kind for part in one["parts"]))
    tour.open(f"/centre/cases/{row['id']}", DETAIL)


SCREENS: dict[str, Screen] = {
    "supported": supported,
    "supporting": supporting,
    "supporting-refused": supporting_refused,
    "part-withdrawing": part_withdrawing,
    "whistled": whistled,
    "whistling": whistling,
    "restricted": restricted,
    "restricted-asking": restricted_asking,
    "officer-called": officer_called,
    "officer-arriving": officer_arriving,
    "officer-nowhere": officer_nowhere,
    "village-cases": village_case,
    "commander-case": commander_case,
}
