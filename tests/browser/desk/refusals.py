"""What a phone's work was refused for, and what was rescued from one."""

from __future__ import annotations

from tests.browser.desk.ways import DETAIL, first
from tests.browser.tour import Screen, Tour


def refusals(tour: Tour) -> None:
    tour.open("/centre/refusals?state=open", ".row-list li")


def refusals_none(tour: Tour) -> None:
    """Others wait, but none of this kind: the screen must not say that there is nothing to do."""
    tour.open("/centre/refusals?state=open&code=server-error", ".row-list .empty-state")
    tour.page.get_by_text(tour.words("centre.shell.none_match"), exact=True).wait_for()


def refusal(tour: Tour) -> None:
    row = first(tour, "/api/refusals?state=open&code=photo-required&limit=1")
    tour.open(f"/centre/refusals/{row['id']}?state=open", DETAIL)


def refusal_accepting(tour: Tour) -> None:
    tour.press("centre.refusals.accept")
    tour.see(".el-dialog textarea")


def refusal_held(tour: Tour) -> None:
    row = first(tour, "/api/refusals?state=open&verdict=held&limit=1")
    tour.open(f"/centre/refusals/{row['id']}?state=open", DETAIL)
    tour.see(".raw summary").click()


def rescue(tour: Tour) -> None:
    tour.open("/centre/rescue", "main h1")


def rescue_refused(tour: Tour) -> None:
    file = {"name": "x.age", "mimeType": "application/octet-stream", "buffer": b"no rescue file"}
    tour.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    tour.see(".error-note")


SCREENS: dict[str, Screen] = {
    "refusals": refusals,
    "refusals-none": refusals_none,
    "refusal": refusal,
    "refusal-accepting": refusal_accepting,
    "refusal-held": refusal_held,
    "rescue": rescue,
    "rescue-refused": rescue_refused,
}
