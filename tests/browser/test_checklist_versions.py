"""A new version of the checklist is put in force while a worker is offline, in mid-visit."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import dispatcher, worker
from tests.browser.conftest import pretend_push
from tests.browser.field.ways import ROWS
from tests.browser.push_receiver import Receiver
from tests.checklists.test_pictures import jpeg
from tools.stack import Stack

PATIENCE = 60_000  # ms
NEW = "床位之间留有通道"


def test_a_visit_begun_offline_ends_under_its_own_version(
    stack: Stack,
    phone: BrowserContext,
    desk: BrowserContext,
    receiver: Receiver,
    quiet_console: Callable[[Page], None],
) -> None:
    pretend_push(phone, receiver)
    screen, hall = phone.new_page(), desk.new_page()
    quiet_console(screen)
    quiet_console(hall)
    dispatcher.sign_in(hall, stack.account("dispatcher"))
    worker.sign_in(screen, stack.account("grid_worker"))

    old = 1

    phone.set_offline(True)
    screen.reload()
    address = worker.first_house(screen)
    worker.all_pass(screen)
    try:
        old, new = next_version(hall, ask_more)
        phone.set_offline(False)
        hear_of(screen, new)
        finish_without_the_new_item(screen)
        told_at_the_desk(hall, address, old)
        the_next_visit_asks_it_where_it_applies(screen)
    finally:
        next_version(hall, lambda page: None, based_on=old)  # as it was, for whoever comes after


def next_version(
    page: Page, change: Callable[[Page], None], based_on: int | None = None
) -> tuple[int, int]:
    """Draft, change and publish the next version; answers the number before, and the new one."""
    page.goto("/centre/checklists")
    versions = page.get_by_role("region", name="体检清单").get_by_role("link")
    versions.filter(has_text=f"第 {based_on} 版" if based_on else "使用中").click()
    said = page.locator(".split-detail .version > p").first
    base = number_in(said.inner_text())
    page.get_by_role("button", name="改出新版").click()
    expect(said).to_contain_text("草稿", timeout=PATIENCE)
    number = number_in(said.inner_text())
    change(page)
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="发布", exact=True).click()
    expect(said).to_contain_text("使用中", timeout=PATIENCE)
    return base, number


def number_in(told: str) -> int:
    return int(re.findall(r"第 (\d+) 版", told)[0])


def ask_more(page: Page) -> None:
    """A condition that is none is refused at its field; one that is, is taken."""
    page.get_by_role("button", name="加一项").click()
    form = page.get_by_role("dialog")
    fields = {"编号": "B07", "分段": "居住标准", "检查内容": NEW, "牵头部门": "住建"}
    for name, value in fields.items():
        form.get_by_label(name, exact=True).fill(value)
    form.get_by_label("显示条件").fill("B06 >> 90")
    form.get_by_role("button", name="存入草稿").click()
    expect(form.get_by_text("看不懂这个条件")).to_be_visible()
    form.get_by_label("显示条件").fill("B06 >= 90")
    form.get_by_label("上传图示").set_input_files(
        {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": jpeg(1200, 900, "teal")}
    )
    expect(form.get_by_role("img", name="B07 的图示")).to_be_visible()
    form.get_by_role("button", name="存入草稿").click()
    expect(page.get_by_text(NEW)).to_be_visible()


def hear_of(screen: Page, version: int) -> None:
    """Wait until the phone has this version."""
    screen.wait_for_function(HAS_VERSION, arg=version, timeout=PATIENCE)


HAS_VERSION = f"""async (version) =>
  ((await ({ROWS})()).checklist ?? []).some((one) => one.version === version)
"""


def finish_without_the_new_item(screen: Page) -> None:
    screen.get_by_role("link", name="去提交").click()
    screen.get_by_role("button", name="确认提交").click()
    expect(screen.get_by_role("heading", name="检查记录")).to_be_visible()
    screen.goto("/")
    worker.all_sent(screen)


def told_at_the_desk(hall: Page, address: str, version: int) -> None:
    """The visit is there, read under the version it was made under."""
    hall.get_by_role("link", name="动态").click()
    dispatcher.row(hall, "inspection", address).click()
    expect(hall.get_by_role("heading", name=f"· v{version}")).to_be_visible(timeout=PATIENCE)


def the_next_visit_asks_it_where_it_applies(screen: Page) -> None:
    worker.first_house(screen)
    worker.all_pass(screen)
    expect(worker.card(screen, "B07")).to_have_count(0)
    rooms = worker.card(screen, "B06").get_by_role("textbox", name="B06")
    rooms.fill("90")
    rooms.blur()
    expect(worker.card(screen, "B07")).to_contain_text(NEW)
    screen.context.set_offline(True)
    worker.card(screen, "B07").get_by_role("button", name="看图示").click()
    drawn = worker.card(screen, "B07").get_by_role("img", name="B07 的图示")
    expect(drawn).to_have_js_property("naturalWidth", 800)
    screen.context.set_offline(False)
    screen.get_by_role("link", name="去提交").click()
    expect(screen.get_by_text("还差 1 项")).to_be_visible()
