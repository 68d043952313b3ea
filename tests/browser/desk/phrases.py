"""Words that return."""

from __future__ import annotations

from tests.browser.desk.ways import first
from tests.browser.tour import Screen, Tour


def phrases(tour: Tour) -> None:
    tour.page.locator("details.me summary").click()
    tour.press("centre.shell.phrases", "link")
    tour.see(".phrases-room h2")


def phrases_adding(tour: Tour) -> None:
    tour.press("centre.phrases.add")
    tour.see(".el-dialog textarea").fill("已电话告知,请两小时内到场")
    tour.page.locator(".el-dialog select").first.select_option("note")


def phrases_kept(tour: Tour) -> None:
    tour.press("centre.phrases.save")
    tour.see(".phrase-table td")


def phrases_chosen(tour: Tour) -> None:
    """The same words in the form of a note, by Alt and a number."""
    row = first(tour, "/api/cases/queue?limit=1")
    tour.open(f"/centre/bench/{row['id']}?view=open", ".bench-case .acts")
    tour.page.keyboard.press("m")
    tour.see(".el-dialog .phrases li")
    tour.page.keyboard.press("Alt+1")
    written = tour.page.locator(".el-dialog textarea").input_value()
    assert written == "已电话告知,请两小时内到场"


SCREENS: dict[str, Screen] = {
    "phrases": phrases,
    "phrases-adding": phrases_adding,
    "phrases-kept": phrases_kept,
    "phrases-chosen": phrases_chosen,
}
