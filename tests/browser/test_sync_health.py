"""A phone that cannot send: the desk sees it, reminds its worker, and sees it well again."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser import dispatcher, worker
from tools.stack import Stack

PATIENCE = 60_000  # ms; the desk asks anew every half minute
# While `stuck` is set the server cannot take what the phone pushes, but answers all else.
STUCK = """
  const ask = window.fetch
  window.fetch = async (...asked) => {
    const held = localStorage.getItem('stuck') && String(asked[0]).includes('/sync/push')
    const type = 'application/problem+json'
    const headers = { 'X-Sync': '1', 'Content-Type': type }
    const problem = JSON.stringify({ type: '/problems/unavailable', title: '', status: 503 })
    return held ? new Response(problem, { status: 503, headers }) : ask(...asked)
  }
"""


def test_the_desk_sees_a_stuck_phone_and_reminds_its_worker(
    stack: Stack, phone: BrowserContext, desk: BrowserContext, quiet_console: Callable[[Page], None]
) -> None:
    me = stack.account("grid_worker")
    phone.add_init_script(STUCK)
    screen, hall = phone.new_page(), desk.new_page()
    quiet_console(screen)
    quiet_console(hall)
    worker.sign_in(screen, me)
    dispatcher.sign_in(hall, stack.account("dispatcher"))

    screen.evaluate("localStorage.setItem('stuck', '1')")
    write_feedback(screen)
    hall.goto(f"/centre/phones?q={me['name']}")
    expect(unsent(hall)).to_be_visible(timeout=PATIENCE)
    phone.set_offline(True)  # what it told last still stands
    hall.reload()
    expect(unsent(hall)).to_be_visible()

    phone.set_offline(False)
    with screen.expect_response(lambda answer: "/live" in answer.url and answer.ok):
        screen.reload()
    unsent(hall).get_by_role("button", name="提醒同步").click()
    expect(unsent(hall)).to_contain_text("一小时内只提醒一次")
    expect(unsent(hall).get_by_role("button", name="提醒同步")).to_be_disabled()
    reminder = screen.locator(".toast").filter(has_text="请同步网格通")
    expect(reminder).to_be_visible(timeout=PATIENCE)

    screen.evaluate("localStorage.removeItem('stuck')")
    reminder.get_by_role("button", name="查看").click()
    screen.get_by_role("button", name="立即上传").click()
    expect(unsent(hall)).to_be_hidden(timeout=PATIENCE)


def write_feedback(screen: Page) -> None:
    """Save something that the phone will want to send."""
    screen.goto("/me/feedback")
    screen.get_by_label("您想说什么").fill("地图上字太小")
    screen.get_by_role("button", name="提交").click()
    expect(screen.get_by_role("heading", name="我的")).to_be_visible()


def unsent(hall: Page) -> Locator:
    """The line of a phone that holds one record."""
    return hall.locator("article.phone").filter(has_text="1 条记录、0 张照片")
