"""Where supervisors and officers begin, at a desk and on a phone."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import DESK as DESK_SIZE
from tests.browser.conftest import PHONE
from tests.browser.desk.makings import made
from tests.browser.desk.ways import DETAIL, enter, first, pictures
from tests.browser.tour import Screen, Tour


def supervisor_mine(tour: Tour) -> None:
    made(tour, "awaiting_check")
    enter(tour, "supervisor")
    tour.see(".split-list .row-link")


def samples(tour: Tour) -> None:
    """The supervisor looks again at what was closed."""
    made(tour, "closed")
    tour.open("/centre/samples", ".lot")


def samples_drawn(tour: Tour) -> None:
    tour.press("centre.oversight.draw")
    tour.see(".samples .row-link")


def sample_marking(tour: Tour) -> None:
    tour.page.locator(".samples .row-link").first.click()
    tour.see(DETAIL)
    tour.press("centre.words.case_action.sample_wrong")
    tour.see(".el-dialog:visible textarea")


def officer_mine(tour: Tour) -> None:
    """Where an officer begins, with one of the cases in hand open."""
    row = made(tour, "in_progress")
    enter(tour, "officer")
    tour.see(".mine-views button[aria-pressed=true]")
    tour.open("/centre/mine?view=handling", ".split-list .row-link")
    _choose(tour, row)


def officer_feedback(tour: Tour) -> None:
    """The result, with a photo."""
    tour.press("centre.words.case_action.feedback")
    tour.page.locator(".photo-input input").set_input_files(tour.picture)
    tour.see(".photo-input img")


def officer_phone(tour: Tour) -> None:
    """The same in the browser of a phone: first the list."""
    tour.page.set_viewport_size(PHONE)
    tour.open("/centre/mine?view=handling", ".split-list .row-link")


def officer_phone_case(tour: Tour) -> None:
    _choose(tour, made(tour, "in_progress"))


def officer_phone_feedback(tour: Tour) -> None:
    officer_feedback(tour)


def officer_inbox(tour: Tour) -> None:
    tour.page.set_viewport_size(DESK_SIZE)
    tour.open("/centre/inbox", ".activity")


def officer_case(tour: Tour) -> None:
    row = first(tour, "/api/cases?state=in_progress&limit=1")
    tour.open(f"/centre/cases/{row['id']}", DETAIL)
    pictures(tour)


def _choose(tour: Tour, row: dict[str, Any]) -> None:
    tour.see(f".split-list .row-link[href*='{row['id']}']").click()
    tour.see(".mine-case h2")
    pictures(tour)


SCREENS: dict[str, Screen] = {
    "supervisor-mine": supervisor_mine,
    "samples": samples,
    "samples-drawn": samples_drawn,
    "sample-marking": sample_marking,
    "officer-mine": officer_mine,
    "officer-feedback": officer_feedback,
    "officer-phone": officer_phone,
    "officer-phone-case": officer_phone_case,
    "officer-phone-feedback": officer_phone_feedback,
    "officer-inbox": officer_inbox,
    "officer-case": officer_case,
}
