"""A form that the centre makes, changes, and asks for by a task."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.office import Office
from tools.stack import Stack

NAME = "消防通道走访"
OPTIONS = "选项（一行一个）"


def question(page: Page, number: int, label: str, kind: str, options: str = "") -> None:
    field = page.locator(".field-editor").nth(number)
    field.get_by_label("问什么").fill(label)
    field.get_by_label("怎么答").select_option(label=kind)
    if options:
        field.get_by_label(OPTIONS).fill(options)


def test_a_form_is_made_changed_and_asked_for(stack: Stack, desk: BrowserContext) -> None:
    page = desk.new_page()
    Office(page).sign_in(stack.account("dispatcher"))
    page.goto("/centre/forms")
    page.get_by_role("button", name="新建表单").click()
    page.get_by_label("名称", exact=True).fill(NAME)
    question(page, 0, "通道是否畅通", "选一项", "畅通")
    page.get_by_role("button", name="保存表单").click()
    expect(page.get_by_role("dialog").get_by_text("请给出两个以上互不相同的选项")).to_be_visible()

    question(page, 0, "通道是否畅通", "选一项", "畅通\n堵塞")
    page.get_by_role("button", name="保存表单").click()
    card = page.locator(".form-card").filter(has_text=NAME)
    expect(card).to_contain_text("第 1 版")

    card.get_by_role("button", name=f"修改：{NAME}").click()
    page.get_by_role("button", name="再加一题").click()
    question(page, 1, "现场照片", "拍照")
    page.get_by_role("button", name="上移第 2 题").click()
    page.get_by_role("button", name="保存表单").click()
    expect(card).to_contain_text("第 2 版")
    expect(card.locator("ol li")).to_contain_text(["现场照片", "通道是否畅通"])

    page.goto("/centre/tasks")
    page.get_by_role("button", name="派任务").first.click()
    choice = page.get_by_role("dialog").get_by_label("要填的表单")
    choice.select_option(label=NAME)
    expect(choice).not_to_have_value("")
