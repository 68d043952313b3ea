"""A grid worker's day, from an offline morning to a recheck that the desk sees done."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import dispatcher, worker
from tests.browser.conftest import pretend_push
from tests.browser.pictures import photo
from tests.browser.push_client import deliver, service_worker
from tests.browser.push_receiver import Receiver
from tools.stack import Stack

PUSH_PATIENCE = 60  # seconds
TASK = "复查飞线充电是否拆除"


@dataclass
class Day:
    """The people, their screens, and what is told from one part of the story to the next."""

    stack: Stack
    phone: BrowserContext
    screen: Page
    hall: Page
    folder: Path
    watch: Callable[[Page], None]
    address: str = ""

    def open_app(self) -> None:
        """Open the app on the phone, after it was closed or killed."""
        self.screen = self.phone.new_page()
        self.watch(self.screen)
        self.screen.goto("/")


def test_a_day(
    stack: Stack,
    phone: BrowserContext,
    desk: BrowserContext,
    receiver: Receiver,
    tmp_path: Path,
    quiet_console: Callable[[Page], None],
) -> None:
    me, boss = stack.account("grid_worker"), stack.account("dispatcher")
    pretend_push(phone, receiver)
    day = Day(stack, phone, phone.new_page(), desk.new_page(), tmp_path, quiet_console)
    quiet_console(day.screen)
    quiet_console(day.hall)
    dispatcher.sign_in(day.hall, boss)
    worker.sign_in(day.screen, me)
    worker.turn_messages_on(day.screen)

    phone.set_offline(True)
    day.screen.reload()
    inspect_and_be_killed(day)
    go_on_at_the_same_item(day)
    worker.report_hazard(day.screen, photo(tmp_path, "ebike"), "飞线充电")
    worker.walk_at_night(phone, day.screen)

    day.screen.goto("/")
    phone.set_offline(False)
    everything_arrives_by_itself(day, me)

    day.screen.wait_for_function("() => navigator.serviceWorker.controller !== null")
    registration = service_worker(phone, day.screen)
    day.screen.close()
    dispatcher.assign(day.hall, me["name"], TASK)
    hear_of_the_task(day, receiver, registration, me)

    day.open_app()
    worker.all_sent(day.screen)
    phone.set_offline(True)
    finish_recheck(day.screen, photo(tmp_path, "mended"))
    phone.set_offline(False)
    worker.all_sent(day.screen)
    dispatcher_sees_it_done(day.hall)


def inspect_and_be_killed(day: Day) -> None:
    """Inspect a house offline; the app is killed in the middle of the checklist."""
    day.address = worker.first_house(day.screen)
    worker.all_pass(day.screen)
    worker.fail_item(day.screen, "疏散逃生", "D01", photo(day.folder, "stairs"))
    worker.fail_item(day.screen, "用电", "F01", photo(day.folder, "wires"))
    day.screen.close()


def go_on_at_the_same_item(day: Day) -> None:
    """The app opens anew: one tap leads back to the item; then the inspection is submitted."""
    day.open_app()
    day.screen.get_by_role("link", name="继续检查").first.click()
    last = worker.card(day.screen, "F01")
    expect(last.get_by_role("button", name="不符合")).to_have_attribute("aria-pressed", "true")
    expect(last.get_by_role("button", name="查看第 1 张照片")).to_be_visible()
    worker.fail_item(day.screen, "燃气", "G01", photo(day.folder, "bottle"))
    day.screen.get_by_role("link", name="去提交").click()
    expect(day.screen.get_by_text("不符合 3 项").first).to_be_visible()
    day.screen.get_by_role("button", name="确认提交").click()
    expect(day.screen.get_by_role("heading", name="检查记录")).to_be_visible()


def everything_arrives_by_itself(day: Day, me: dict[str, str]) -> None:
    """Nobody presses anything, neither on the phone nor at the desk; photos come too."""
    worker.all_sent(day.screen)
    inspection = dispatcher.row(day.hall, "inspection", day.address)
    expect(inspection).to_contain_text("3 项不符合")
    expect(dispatcher.row(day.hall, "patrol", me["name"])).to_be_visible()
    inspection.click()
    dispatcher.photos_arrived(day.hall, 3)
    dispatcher.row(day.hall, "hazard", "飞线充电").click()
    dispatcher.photos_arrived(day.hall, 1)


def hear_of_the_task(day: Day, receiver: Receiver, registration: str, me: dict[str, str]) -> None:
    """The closed app hears of the task by push; the text says nothing about persons."""
    message = receiver.next_text(PUSH_PATIENCE)
    assert set(json.loads(message)) == {"message_id", "title", "body", "url", "urgency"}
    assert me["name"] not in message
    assert day.address not in message
    deliver(day.phone, registration, day.stack.url, message)


def finish_recheck(screen: Page, picture: Path) -> None:
    """Accept the task and finish it, with words and a photo."""
    screen.get_by_role("link", name=TASK).first.click()
    screen.get_by_role("button", name="接受任务").click()
    screen.get_by_role("link", name="完成任务").click()
    screen.get_by_label("做了什么").fill("飞线已拆除,现场恢复")
    screen.locator("input[type=file]").first.set_input_files(picture)
    expect(screen.get_by_role("button", name="查看第 1 张照片")).to_be_visible()
    screen.get_by_role("button", name="完成", exact=True).click()
    expect(screen.get_by_text("已保存在手机里").first).to_be_visible()
    screen.goto("/")


def dispatcher_sees_it_done(hall: Page) -> None:
    """The task is done at the desk, with its receipts, words and photo."""
    hall.get_by_role("navigation", name="主要栏目").get_by_role("link", name="任务").click()
    hall.locator("main a[href*='/centre/tasks/']").filter(has_text=TASK).click()
    detail = hall.get_by_role("main")
    expect(detail.get_by_text("已完成").first).to_be_visible()
    expect(detail.get_by_text("飞线已拆除,现场恢复").first).to_be_visible()
    for receipt in ("送达", "已读", "签收", "完成"):
        expect(detail.get_by_text(receipt).first).to_be_visible()
    dispatcher.photos_arrived(hall, 1)
