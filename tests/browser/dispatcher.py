"""The desk of the township centre, by what is written on it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def sign_in(page: Page, account: dict[str, str]) -> None:
    """Sign in, and go to the list of what comes in, which is live."""
    page.goto("/centre/")
    page.get_by_label("用户名").fill(account["username"])
    page.get_by_label("密码", exact=True).fill(account["password"])
    page.get_by_role("button", name="登录").click()
    page.get_by_role("link", name="动态").click()
    expect(page.get_by_role("heading", name="动态")).to_be_visible()
    expect(page.get_by_text("实时").first).to_be_visible()


def row(page: Page, kind: str, text: str) -> Locator:
    """The row of the list that tells of something."""
    links = page.locator(f"main a[href*='/centre/inbox/{kind}/']")
    return links.filter(has_text=text).first


def photos_arrived(page: Page, count: int) -> None:
    """Wait until the opened record shows so many photos, all arrived."""
    expect(page.get_by_text(f"{count}/{count}").first).to_be_visible(timeout=60_000)
    pictures = page.locator(".photo-cell img")
    expect(pictures.first).to_be_visible()
    loaded = "images => images.every(one => one.complete && one.naturalWidth > 0)"
    page.wait_for_function(
        f"() => ({loaded})([...document.querySelectorAll('.photo-cell img')].slice(0, {count}))"
    )


def assign(page: Page, worker: str, title: str) -> None:
    """Give a task about what is open to a worker."""
    page.get_by_role("button", name="派任务").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("复查", exact=True).first.click()
    dialog.get_by_label("标题").fill(title)
    dialog.get_by_role("searchbox", name="按姓名或网格查找").fill(worker)
    dialog.get_by_text(worker, exact=True).first.click()
    dialog.get_by_role("button", name="派出").click()
    expect(dialog).to_be_hidden()
