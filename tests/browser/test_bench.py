"""The dispatcher's workbench: a reload, keys and letters, and two desks at one case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tools.stack import Stack

ASK = "path => fetch(path).then(answer => answer.json())"


@pytest.fixture
def bench(stack: Stack, desk: BrowserContext, quiet_console: Callable[[Page], None]) -> Page:
    """A dispatcher at the workbench, with all open cases."""
    page = desk.new_page()
    quiet_console(page)
    enter(page, stack.account("dispatcher"))
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="全部")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".queue-option").first).to_be_visible()
    return page


def enter(page: Page, account: dict[str, str]) -> None:
    """Sign in by the keyboard; one's own duty is what one sees."""
    page.goto("/centre/")
    page.get_by_label("用户名").focus()
    page.keyboard.type(account["username"])
    page.keyboard.press("Tab")
    page.keyboard.type(account["password"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="我的待办")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("实时").first).to_be_visible()


def rows(page: Page, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(ASK, f"/api/cases/queue?{query}")["items"]
    return found


def test_a_reload_shows_the_same_and_keys_are_letters_to_a_writer(bench: Page) -> None:
    bench.keyboard.press("j")
    bench.keyboard.press("Enter")
    expect(bench.locator(".bench-case h2")).to_be_visible()
    title, address = bench.locator(".bench-case h2").inner_text(), bench.url

    bench.reload()

    expect(bench.locator(".bench-case h2")).to_have_text(title)
    assert bench.url == address
    bench.keyboard.press("/")
    bench.keyboard.type("jjdx?")
    expect(bench.locator(".bench-queue input[type=search]")).to_have_value("jjdx?")
    expect(bench.get_by_role("dialog")).to_be_hidden()


def test_two_desks_see_each_other_and_what_the_other_does(
    bench: Page, stack: Stack, phone: BrowserContext, quiet_console: Callable[[Page], None]
) -> None:
    row = rows(bench, "state=reported&limit=1")[0]
    bench.goto(f"/centre/bench/{row['id']}?view=open")
    expect(bench.locator(".bench-case h2")).to_be_visible()
    name = bench.evaluate(ASK, "/api/session")["user"]["name"]
    other = phone.new_page()
    quiet_console(other)
    other.set_viewport_size({"width": 1440, "height": 900})
    enter(other, stack.account("dispatcher", 1))
    other.goto(f"/centre/bench/{row['id']}?view=open")

    expect(other.locator(".presence")).to_contain_text(f"{name} 正在查看")
    expect(bench.locator(".presence")).to_be_visible(timeout=2_000)
    other.keyboard.press("a")
    expect(bench.locator(".presence.editing")).to_be_visible(timeout=2_000)
    other.get_by_role("dialog").locator("button[type=submit]").click()
    chosen = bench.locator(f".queue-option[data-id='{row['id']}']")
    expect(chosen).to_contain_text("待立案", timeout=5_000)
    other.goto("/centre/inbox")
    expect(bench.locator(".presence")).to_be_hidden()
