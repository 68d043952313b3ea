"""Cases, what is done with one, and the task that is made from it."""

from __future__ import annotations

from tests.browser.desk.makings import act, made
from tests.browser.desk.ways import DETAIL, first, pictures
from tests.browser.tour import Screen, Tour


def cases(tour: Tour) -> None:
    tour.open("/centre/cases", ".row-list li")


def case(tour: Tour) -> None:
    row = first(tour, "/api/cases?state=in_progress&limit=1")
    tour.open(f"/centre/cases/{row['id']}", DETAIL)
    pictures(tour)


def case_to_dispatch(tour: Tour) -> None:
    row = made(tour, "reported")
    tour.open(f"/centre/cases/{row['id']}", DETAIL)
    tour.page.locator(".acts summary").click()
    tour.see(".acts details[open] button")


def case_dispatching(tour: Tour) -> None:
    tour.press("centre.words.case_action.dispatch")
    tour.see(".el-dialog select")


def case_closing(tour: Tour) -> None:
    row = made(tour, "awaiting_check")
    tour.open(f"/centre/cases/{row['id']}", DETAIL)
    tour.press("centre.words.case_action.close")
    tour.see(".el-dialog textarea")


def case_closing_overtaken(tour: Tour) -> None:
    """A colleague's note comes in between."""
    act(tour, tour.page.url.rsplit("/", 1)[1], "dispatcher", "note", text="请等现场照片")
    tour.page.locator(".el-dialog textarea").fill("已到现场看过")
    tour.page.locator(".el-dialog button[type=submit]").click()
    tour.see(".meanwhile")


def case_rechecked(tour: Tour) -> None:
    """A finding that was struck off: before beside after."""
    cases = tour.ask("/api/cases?state=closed&limit=100")["items"]
    found = next(row for row in cases if _has_pair(tour, row["id"]))
    tour.open(f"/centre/cases/{found['id']}", ".look-pair")
    tour.page.locator(".look-pair").first.scroll_into_view_if_needed()
    pictures(tour)


def _has_pair(tour: Tour, case_id: str) -> bool:
    looks = tour.ask(f"/api/cases/{case_id}/rechecks")
    return any(look["before"] and look["after"] for look in looks)


def assigning(tour: Tour) -> None:
    tour.open(tour.page.url, DETAIL)
    tour.press("centre.tasks.assign")
    tour.see(".el-dialog form")


def assigning_refused(tour: Tour) -> None:
    dialog = tour.page.get_by_role("dialog")
    dialog.get_by_label(tour.words("centre.tasks.title")).fill("")
    dialog.locator("button[type=submit]").click()
    tour.see(".el-dialog [aria-invalid=true]")


def assigning_to_several(tour: Tour) -> None:
    dialog = tour.page.get_by_role("dialog")
    dialog.locator("input[name=whom][value=several]").check()
    for number in range(2):
        dialog.locator("input[name=assignee]").nth(number).check()


def assigning_to_a_grid(tour: Tour) -> None:
    dialog = tour.page.get_by_role("dialog")
    dialog.locator("input[name=whom][value=grid]").check()
    tour.see(".el-dialog:visible .whom select")


SCREENS: dict[str, Screen] = {
    "cases": cases,
    "case": case,
    "case-to-dispatch": case_to_dispatch,
    "case-dispatching": case_dispatching,
    "case-closing": case_closing,
    "case-closing-overtaken": case_closing_overtaken,
    "assigning": assigning,
    "assigning-refused": assigning_refused,
    "assigning-to-several": assigning_to_several,
    "assigning-to-a-grid": assigning_to_a_grid,
    "case-rechecked": case_rechecked,
}
