"""The desk while an emergency waits."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.desk.ways import enter
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


def alarm(tour: Tour) -> None:
    enter(tour, "grid_worker")
    tour.heading("centre.session.not_desk")
    assert tour.page.evaluate(URGENT) == ["ok"]
    enter(tour, "dispatcher")
    tour.see(".alarm-bar li")


def alarm_taken(tour: Tour) -> None:
    """All of them are, one after the other."""
    bar = tour.page.locator(".alarm-bar li")
    for left in range(bar.count(), 0, -1):
        expect(bar).to_have_count(left)
        tour.press("centre.cases.alarm.take")
    tour.page.locator(".alarm-bar").wait_for(state="detached")


SCREENS: dict[str, Screen] = {
    "alarm": alarm,
    "alarm-taken": alarm_taken,
}
