"""A phone that cannot send: the desk sees it, reminds its worker, and sees it well again."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser import dispatcher, worker
from tools.stack import Stack

PATIENCE = 60_000  # ms; the desk asks anew every half minute


def test_the_desk_sees_a_stuck_phone_and_reminds_its_worker(
    stack: Stack, phone: BrowserContext, desk: BrowserContext, quiet_console: Callable[[Page], None]
) -> None:
    me = stack.account("grid_worker")
    phone.add_init_script(worker.STUCK)
    screen, hall = phone.new_page(), desk.new_page()
    quiet_console(screen)
    quiet_console(hall)
    worker.sign_in(screen, me)
    dispatcher.sign_in(hall, stack.account("dispatcher"))

    screen.evaluate("localStorage.setItem('stuck', '1')")
    worker.write_feedback(screen)
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


def unsent(hall: Page) -> Locator:
    """The line of a phone that holds one record."""
    return hall.locator("article.phone").filter(has_text="1 条记录、0 张照片")
