"""A desk that hears by Web Push, and what a tap on the notification opens."""

from __future__ import annotations

import json

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import pretend_push
from tests.browser.office import Office
from tests.browser.push_client import deliver, service_worker
from tests.browser.push_receiver import Receiver
from tools.stack import Stack

PUSH_PATIENCE = 60  # seconds
ANY_CASE = "() => fetch('/api/cases?limit=1').then(answer => answer.json())"
SHOWN = "() => self.registration.getNotifications().then(all => all.map(one => one.title))"
TAP = """
    () => self.registration.getNotifications().then(([notification]) => {
      self.dispatchEvent(new NotificationEvent('notificationclick', { notification }))
    })
"""


def test_a_desk_takes_pushes_and_a_tap_leads_to_the_case(
    stack: Stack, desk: BrowserContext, receiver: Receiver
) -> None:
    desk.grant_permissions(["notifications"])
    pretend_push(desk, receiver)
    office = Office(desk.new_page())
    office.sign_in(stack.account("dispatcher"))
    office.turn_messages_on()

    office.page.get_by_role("button", name="测试本人推送").click()
    message = json.loads(receiver.next_text(PUSH_PATIENCE))
    assert set(message) == {"message_id", "title", "body", "url", "urgency"}

    case = office.page.evaluate(ANY_CASE)["items"][0]
    message["url"] = f"/centre/cases/{case['id']}"
    registration = service_worker(desk, office.page, "/centre/")
    deliver(desk, registration, stack.url, json.dumps(message))
    [worker] = desk.service_workers
    office.page.goto("/centre/messages/log")
    test = office.page.locator(".message").filter(has_text="测试消息").first
    expect(test).to_contain_text("送达")

    assert worker.evaluate(SHOWN) == ["测试消息"]
    worker.evaluate(TAP)
    expect(office.page.get_by_role("main").get_by_text(case["number"]).first).to_be_visible()
    assert worker.evaluate(SHOWN) == []


def test_whoever_leaves_the_desk_is_not_told_there_any_more(
    stack: Stack, desk: BrowserContext, receiver: Receiver
) -> None:
    desk.grant_permissions(["notifications"])
    pretend_push(desk, receiver)
    office = Office(desk.new_page())
    office.sign_in(stack.account("village"))
    office.turn_messages_on()
    sign_out(office.page)
    office.sign_in(stack.account("supervisor"))
    office.page.goto("/centre/contacts")
    expect(office.page.get_by_text("未开启")).to_be_visible()

    office.turn_messages_on()
    office.page.get_by_role("button", name="关闭提醒").click()
    expect(office.page.get_by_text("未开启")).to_be_visible()
    office.page.reload()
    expect(office.page.get_by_text("未开启")).to_be_visible()


def test_a_browser_that_blocks_notifications_says_how_to_allow_them(
    stack: Stack, desk: BrowserContext
) -> None:
    desk.add_init_script("Object.defineProperty(Notification, 'permission', { value: 'denied' })")
    office = Office(desk.new_page())
    office.sign_in(stack.account("village"))
    office.page.goto("/centre/contacts")
    expect(office.page.get_by_text("把“通知”改为“允许”")).to_be_visible()


def sign_out(page: Page) -> None:
    """Leave the desk to the next person."""
    page.locator("details.me summary").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_label("用户名")).to_be_visible()
