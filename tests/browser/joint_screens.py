"""The desk where several departments work on a case, and while an emergency waits."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import DESK, PHONE
from tests.browser.desk_screens import DETAIL, enter
from tests.browser.tour import Screen, Tour

# An emergency by one sentence, as a worker's phone sends it.
URGENT = """
  async () => {
    const session = await (await fetch('/api/session')).json()
    const now = new Date().toISOString()
    const case_id = crypto.randomUUID()
    const args = { case_id, text: '三楼冒烟,有人被困', position: null, photos: [] }
    const mutation = {
      mid: 1, mutation_id: crypto.randomUUID(), name: 'hazard.urgent', v: 1, deps: [],
      captured_at: now, age_ms: 0, args,
    }
    const batch = {
      proto: 1, epoch: null, client_id: crypto.randomUUID(), app: 'test', client_now: now,
      mutations: [mutation],
    }
    const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf_token }
    const body = JSON.stringify(batch)
    const answer = await fetch('/sync/push', { method: 'POST', headers, body })
    return (await answer.json()).results.map((it) => it.verdict)
  }
"""


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
    _open(tour, "opinion")
    tour.see(".case-parts li").scroll_into_view_if_needed()


def restricted_asking(tour: Tour) -> None:
    _press_aside(tour, "ask_opinion")
    tour.see(".el-dialog .departments")


def officer_called(tour: Tour) -> None:
    """An officer on the spot, with a phone in the hand."""
    tour.page.set_viewport_size(PHONE)
    enter(tour, "officer")
    tour.see(".room-link, .activity")
    _open(tour, "whistle")
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


def alarm(tour: Tour) -> None:
    enter(tour, "grid_worker")
    tour.heading("centre.session.not_desk")
    assert tour.page.evaluate(URGENT) == ["ok"]
    enter(tour, "dispatcher")
    tour.see(".alarm-bar li")


def alarm_taken(tour: Tour) -> None:
    tour.press("centre.cases.alarm.take")
    tour.page.locator(".alarm-bar").wait_for(state="detached")


def _press_aside(tour: Tour, action: str) -> None:
    tour.page.locator(".acts summary").click()
    tour.press(f"centre.words.case_action.{action}")


def _open(tour: Tour, kind: str) -> None:
    """A case that has not ended, with a part of that kind."""
    rows: list[dict[str, Any]] = tour.ask("/api/cases?limit=200")["items"]
    for row in rows:
        if not row["owner"] or (not row["open_parts"] and kind != "opinion"):
            continue
        parts = tour.ask(f"/api/cases/{row['id']}")["parts"]
        if any(part["kind"] == kind for part in parts):
            return tour.open(f"/centre/cases/{row['id']}", DETAIL)
    raise LookupError(kind)


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
    "alarm": alarm,
    "alarm-taken": alarm_taken,
}
