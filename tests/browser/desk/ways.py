"""What the rooms share."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.tour import SETTLE, Tour

DETAIL = ".split-detail h2"
# Keeps what the server says, so that its words are known from the screen's own.
HEAR = """
  window.heard = []
  const ask = window.fetch
  window.fetch = async (...asked) => {
    const answer = await ask(...asked)
    if (String(answer.headers.get('Content-Type')).includes('json')) {
      answer.clone().json().then((told) => window.heard.push(told), () => {})
    }
    return answer
  }
"""
# Sends a hazard without a photo, which is refused, and something not known yet, which is held.
REFUSE = """
  async () => {
    const session = await (await fetch('/api/session')).json()
    const now = new Date().toISOString()
    const mutation = (mid, name, args) => {
      const mutation_id = crypto.randomUUID()
      return { mid, mutation_id, name, v: 1, deps: [], captured_at: now, age_ms: 0, args }
    }
    const hazard = {
      case_id: crypto.randomUUID(), item_code: 'P02', grid_id: session.grids[0].id,
      note: '楼道里堆了纸箱', address: '东楼梯', photos: [],
    }
    const mutations = [
      mutation(1, 'house.appraise', { address: '新建路 8 号' }),
      mutation(2, 'hazard.report', hazard),
    ]
    const client_id = crypto.randomUUID()
    const batch = { proto: 1, epoch: null, client_id, app: 'test', client_now: now, mutations }
    const headers = {
      'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf_token,
    }
    const body = JSON.stringify(batch)
    const answer = await fetch('/sync/push', { method: 'POST', headers, body })
    return (await answer.json()).results.map((it) => it.verdict)
  }
"""


def refuse_something(page: Page) -> str:
    """Have something of the signed-in worker's refused; answers what it is about."""
    assert page.evaluate(REFUSE) == ["held", "rejected"]
    return "堵塞消防通道"


def enter(tour: Tour, who: str) -> None:
    """Sign in as somebody else."""
    tour.context.clear_cookies()
    tour.open("/centre/", "form")
    account = tour.accounts[who]
    page = tour.page
    page.get_by_label(tour.words("centre.session.username")).fill(account["username"])
    password = page.get_by_label(tour.words("centre.session.password"), exact=True)
    password.fill(account["password"])
    page.locator("form button[type=submit]").click()


def first(tour: Tour, path: str) -> dict[str, Any]:
    """One of those that fit: whichever, so it must be for looking at alone."""
    items: list[dict[str, Any]] = tour.ask(path)["items"]
    return items[0]


def pictures(tour: Tour) -> None:
    """Wait for the pictures that are on the screen."""
    tour.page.wait_for_function(
        "() => [...document.images].every(it => it.complete || it.loading === 'lazy')",
        timeout=SETTLE,
    )


def choose(tour: Tour, lines: str) -> None:
    file = {"name": "x.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    tour.page.locator("input[type=file]").first.set_input_files(file)  # type: ignore[arg-type]
