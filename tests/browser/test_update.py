"""A new build on the server, while people work with the old one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import builds, dispatcher, worker
from tools.stack import Stack

PATIENCE = 60_000  # ms
WHY = "不在我的网格,请转给隔壁"
# The names of the build's files that this document has come from.
LOADED = """
  () => performance.getEntriesByType('resource').map((it) => new URL(it.name).pathname)
    .filter((path) => path.startsWith('/assets/')).map((path) => path.slice('/assets/'.length))
"""


def test_a_new_version_waits_for_what_is_half_written(
    stack: Stack,
    served: Path,
    phone: BrowserContext,
    tmp_path: Path,
    quiet_console: Callable[[Page], None],
) -> None:
    phone.add_init_script(worker.STUCK)
    screen, other = phone.new_page(), phone.new_page()
    for page in (screen, other):
        quiet_console(page)
    worker.sign_in(screen, stack.account("grid_worker", 1))
    screen.wait_for_function("() => navigator.serviceWorker.controller")
    screen.evaluate("localStorage.setItem('stuck', '1')")
    worker.write_feedback(screen)
    old = builds.hashed(served)

    task = half_written(other)
    with builds.released(served, tmp_path) as new:
        screen.goto("/")
        screen.get_by_role("button", name="现在更新").click(timeout=PATIENCE)
        expect(screen.get_by_text("完成后就更新")).to_be_visible()
        works_on_alone(screen, old)

        other.get_by_role("dialog").get_by_role("button", name="退回任务").click()
        for page in (screen, other):
            takes_over(page, new)
        screen.goto("/sync")
        expect(screen.get_by_text("有待上传 3")).to_be_visible()
        screen.evaluate("localStorage.removeItem('stuck')")
        screen.get_by_role("button", name="立即上传").click()
        worker.all_sent(screen)
        worker.tab(screen, "任务")
        screen.get_by_role("button", name="已办").click()
        expect(screen.locator(f"main a[href='{task}']")).to_contain_text("已退回")
        assert set(screen.evaluate(LOADED)) <= new


def test_a_desk_left_open_goes_on_with_the_new_build(
    stack: Stack, served: Path, desk: BrowserContext, tmp_path: Path
) -> None:
    hall = desk.new_page()
    dispatcher.sign_in(hall, stack.account("dispatcher"))

    with builds.released(served, tmp_path) as new:
        rooms = hall.get_by_role("navigation", name="主要栏目")
        rooms.get_by_role("link", name="隐患").click()
        row = hall.locator("main a[href*='/centre/cases/']").first
        expect(row).to_be_visible(timeout=PATIENCE)
        assert set(hall.evaluate(LOADED)) <= new


def half_written(screen: Page) -> str:
    """Write why a task is given back, but do not send it yet; answers the task's address."""
    screen.goto("/tasks")
    task = screen.get_by_role("main").get_by_role("listitem").filter(has_text="待接受").first
    address = task.get_by_role("link").get_attribute("href") or ""
    task.get_by_role("link").click()
    screen.get_by_role("button", name="退回任务").click()
    screen.get_by_role("dialog").get_by_label("原因").fill(WHY)
    return address


def works_on_alone(screen: Page, old: set[str]) -> None:
    """Screens that were never open come from the phone: the server has the old files no more."""
    gone = next(name for name in old if name.startswith("me-page"))
    assert screen.request.get(f"/assets/{gone}").status == 404
    screen.get_by_role("navigation", name="主导航").get_by_role("link", name="我的").click()
    expect(screen.get_by_role("heading", name="我的")).to_be_visible()
    screen.get_by_role("link", name="网格地图").click()
    expect(screen.get_by_role("heading", name="网格地图")).to_be_visible()
    assert set(screen.evaluate(LOADED)) <= old


def takes_over(screen: Page, new: set[str]) -> None:
    """The page starts anew by itself, and all that it runs is of the new build."""
    entry = "script[type=module][src*='/assets/next-']"
    expect(screen.locator(entry)).to_be_attached(timeout=PATIENCE)
    expect(screen.get_by_role("main")).to_be_visible()
    assert set(screen.evaluate(LOADED)) <= new
