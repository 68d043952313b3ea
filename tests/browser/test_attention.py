"""What the server refuses: its author sees why, puts it right or lets it go, and the desk knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser import dispatcher, worker
from tests.browser.pictures import photo
from tools.stack import Stack

SPOIL = (Path(__file__).parent / "phone_spoil.js").read_text("utf-8")
WRONG_KIND = {"name": "hazard.report", "wrong": {"item_code": "GONE"}}
KIND = "堵塞消防通道"
PATIENCE = 60_000  # ms
WHY = "重复上报,另一条已处理"


def test_what_was_refused_is_put_right_or_let_go(
    stack: Stack,
    phone: BrowserContext,
    desk: BrowserContext,
    tmp_path: Path,
    quiet_console: Callable[[Page], None],
) -> None:
    screen, hall = phone.new_page(), desk.new_page()
    for page in (screen, hall):
        quiet_console(page)
    dispatcher.sign_in(hall, stack.account("dispatcher"))
    worker.sign_in(screen, stack.account("grid_worker"))

    refused, case = report_wrongly(phone, screen, tmp_path)
    put_right(screen, refused)
    expect(settled(hall, refused, "已重新提交")).to_be_visible(timeout=PATIENCE)
    hall.goto("/centre/inbox")
    hall.locator(f"main a[href*='/centre/inbox/hazard/{case}']").filter(has_text=KIND).click()
    dispatcher.photos_arrived(hall, 1)

    refused, _ = report_wrongly(phone, screen, tmp_path)
    let_go(screen, refused)
    settled(hall, refused, "已放弃").click(timeout=PATIENCE)
    expect(hall.get_by_role("main").get_by_text(WHY)).to_be_visible()


def put_right(screen: Page, refused: str) -> None:
    """Open the letter, choose another kind, and send it again."""
    open_letter(screen, refused)
    screen.get_by_role("button", name="修改后重新提交").click()
    expect(screen.get_by_text("这条被退回过")).to_be_visible()
    screen.get_by_role("group", name="是什么问题？").get_by_role("button", name=KIND).click()
    screen.get_by_role("contentinfo").get_by_role("button", name="提交").click()
    expect(screen.get_by_text("已保存在本机").first).to_be_visible()
    screen.goto("/")
    worker.all_sent(screen)


def let_go(screen: Page, refused: str) -> None:
    """Open the letter and discard it: not without a reason."""
    open_letter(screen, refused)
    screen.get_by_role("button", name="放弃这条").click()
    sheet = screen.get_by_role("dialog")
    sheet.get_by_role("button", name="放弃", exact=True).click()
    expect(sheet.get_by_text("请写明原因")).to_be_visible()
    sheet.get_by_label("为什么放弃").fill(WHY)
    sheet.get_by_role("button", name="放弃", exact=True).click()
    worker.all_sent(screen)


def report_wrongly(phone: BrowserContext, screen: Page, folder: Path) -> tuple[str, str]:
    """Report a hazard of a kind that the server does not know; answers mutation and case."""
    phone.set_offline(True)
    worker.report_hazard(screen, photo(folder, "stairs"), KIND)
    saved = screen.evaluate(SPOIL, WRONG_KIND)
    phone.set_offline(False)
    return saved["mutation_id"], saved["args"]["case_id"]


def open_letter(screen: Page, refused: str) -> None:
    """Find it among what needs its author, and read why."""
    screen.goto("/sync")
    entry = screen.locator(f"a[href='/attention/{refused}']")
    expect(entry.get_by_text("没有这个事项")).to_be_visible(timeout=PATIENCE)
    entry.click()
    expect(screen.get_by_role("heading", name="要改的地方")).to_be_visible()


def settled(hall: Page, refused: str, how: str) -> Locator:
    """Its line in the desk's list of what has been dealt with."""
    hall.goto("/centre/refusals?state=settled")
    row = hall.locator(f"main a[href^='/centre/refusals/{refused}']")
    return row.filter(has_text=how)
