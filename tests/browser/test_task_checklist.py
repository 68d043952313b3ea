"""A task by a checklist: the desk chooses it, the phone inspects offline, the desk sees it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser import dispatcher, worker
from tools.stack import Stack

TITLE = "按清单体检一户"
LIST = "群租房屋安全体检清单"


def test_a_task_is_done_by_its_checklist(
    stack: Stack,
    phone: BrowserContext,
    desk: BrowserContext,
    quiet_console: Callable[[Page], None],
) -> None:
    screen, me = phone.new_page(), stack.account("grid_worker")
    quiet_console(screen)
    worker.sign_in(screen, me)
    worker.first_house(screen)
    hall = desk.new_page()
    dispatcher.sign_in(hall, stack.account("dispatcher"))
    give_out(hall, f"/centre/houses/{screen.url.split('/')[-1]}", me["name"])

    worker.tab(screen, "任务")
    screen.get_by_role("link", name=TITLE).click()
    screen.get_by_role("button", name="接受任务").click()
    phone.set_offline(True)
    expect(screen.get_by_text(f"请按「{LIST}」检查")).to_be_visible()
    expect(screen.get_by_role("link", name="完成任务")).to_be_hidden()
    look(screen, "phone-task")
    screen.get_by_role("link", name="去检查").click()
    worker.answer_all(screen)
    screen.get_by_role("link", name="去提交").click()
    screen.get_by_role("button", name="确认提交").click()
    expect(screen.get_by_text("任务已随这次检查办结")).to_be_visible()
    look(screen, "phone-done")

    expect(results(hall)).to_contain_text("还没有检查")
    phone.set_offline(False)
    screen.goto("/")
    worker.all_sent(screen)
    expect(results(hall)).to_contain_text("合格")
    expect(results(hall)).to_contain_text(re.compile(rf"{LIST} 第 \d+ 版"))
    expect(hall.get_by_role("main").get_by_text("已完成").first).to_be_visible()
    look(hall, "desk-done")
    results(hall).get_by_role("link").click()
    expect(hall).to_have_url(f"{stack.url}/centre/inbox/inspection/{inspected(hall)}")


def give_out(hall: Page, house: str, name: str) -> None:
    """The house's file, a task from it, its checklist, its worker; the task is open afterwards."""
    hall.goto(house)
    hall.get_by_role("main").get_by_role("button", name="派任务").click()
    dialog = hall.get_by_role("dialog")
    dialog.get_by_label("标题").fill(TITLE)
    dialog.get_by_label("检查清单").select_option(label=LIST)
    expect(dialog.get_by_text("检查保存后任务即办结")).to_be_visible()
    dialog.get_by_role("searchbox", name="按姓名或网格查找").fill(name)
    dialog.get_by_text(name, exact=True).first.click()
    look(hall, "desk-choice")
    dialog.get_by_role("button", name="派出").click()
    expect(dialog).to_be_hidden()
    hall.goto("/centre/tasks")
    hall.get_by_role("link", name=TITLE).first.click()


def results(hall: Page) -> Locator:
    """What stands beside the task of its inspections."""
    return hall.locator("section.section").filter(has=hall.get_by_role("heading", name="检查结果"))


def inspected(hall: Page) -> str:
    """The id of the inspection that is open."""
    hall.wait_for_url("**/inbox/inspection/*")
    return hall.url.split("/")[-1]


def look(screen: Page, name: str) -> None:
    """Keep a picture, where somebody wants to see it."""
    if folder := os.environ.get("SCREENSHOTS"):
        screen.screenshot(path=f"{folder}/checklist-{name}.png")
