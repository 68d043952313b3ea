"""The worker's own page."""

from __future__ import annotations

from tests.browser.field.ways import scroll_down
from tests.browser.tour import Screen, Tour


def me(tour: Tour) -> None:
    tour.open("/me", ".text-size-choice")


def me_below(tour: Tour) -> None:
    scroll_down(tour)


def sign_out_refused(tour: Tour) -> None:
    tour.press("field.me.sign_out")
    tour.see("dialog[open]")


def notices(tour: Tour) -> None:
    tour.open("/messages", ".empty-state, .notice-title")


def feedback(tour: Tour) -> None:
    tour.open("/me/feedback", "textarea")


def feedback_missing(tour: Tour) -> None:
    tour.press("field.me.feedback_send")
    tour.see("[aria-invalid=true]")


SCREENS: dict[str, Screen] = {
    "me": me,
    "me-below": me_below,
    "sign-out-refused": sign_out_refused,
    "notices": notices,
    "feedback": feedback,
    "feedback-missing": feedback_missing,
}
