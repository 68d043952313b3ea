"""A label is printed at the desk, hangs at the door, and opens a house without a network."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.browser import dispatcher, worker
from tests.browser.door import BLIND, looking_at, seen
from tools.stack import Stack

OWN = """
SELECT h.token, h.code, h.address FROM houses h
JOIN grid_duties d ON d.grid_id = h.grid_id AND d.until IS NULL
JOIN users u ON u.id = d.user_id
WHERE u.username = %s AND h.ended_on IS NULL ORDER BY h.code LIMIT 1
"""
STRANGE = """
SELECT h.token, h.code, h.address FROM houses h WHERE h.ended_on IS NULL AND h.grid_id NOT IN (
    SELECT d.grid_id FROM grid_duties d JOIN users u ON u.id = d.user_id WHERE u.username = %s)
ORDER BY h.code LIMIT 1
"""


def house_of(stack: Stack, query: str) -> tuple[str, str, str]:
    """A house's token, code and address."""
    with psycopg.connect(stack.database_url.replace("+psycopg", "")) as connection:
        found = connection.execute(query, [stack.account("grid_worker")["username"]]).fetchone()
    assert found is not None
    return found[0], found[1], found[2]


def printed(desk: BrowserContext, stack: Stack, code: str, folder: Path) -> Path:
    """The sheet that the desk prints for the one house it has ticked."""
    page = desk.new_page()
    dispatcher.sign_in(page, stack.account("dispatcher"))
    page.goto(f"/centre/houses?q={code}")
    page.get_by_role("button", name="二维码门牌").click()
    page.get_by_role("checkbox").check()
    look(page, "desk")
    with page.expect_download() as download:
        page.get_by_role("button", name="打印所选 1 户").click()
    download.value.save_as(folder / "labels.pdf")
    page.close()
    return folder / "labels.pdf"


@pytest.fixture
def sheet(desk: BrowserContext, stack: Stack, tmp_path: Path) -> Path:
    return printed(desk, stack, house_of(stack, OWN)[1], tmp_path)


@pytest.fixture
def before_the_door(
    playwright: Playwright, stack: Stack, sheet: Path, tmp_path: Path
) -> Iterator[BrowserContext]:
    """A phone whose camera sees the printed label."""
    with looking_at(playwright, stack.url, seen(sheet, tmp_path / "label.y4m")) as phone:
        yield phone


def test_a_printed_label_opens_the_house_without_a_network(
    stack: Stack, before_the_door: BrowserContext, quiet_console: Callable[[Page], None]
) -> None:
    token, _, address = house_of(stack, OWN)
    screen = before_the_door.new_page()
    quiet_console(screen)
    worker.sign_in(screen, stack.account("grid_worker"))
    screen.wait_for_function("() => navigator.serviceWorker.controller !== null")
    before_the_door.set_offline(True)

    screen.goto("/houses")
    screen.get_by_role("link", name="扫码核查").click()
    at_the_house(screen, address)
    look(screen, "house")

    # The phone's own camera app opens the same link.
    screen.goto(f"/h/{token}")
    at_the_house(screen, address)


def test_a_phone_without_camera_reads_photos_and_says_what_a_strange_label_is(
    stack: Stack,
    phone: BrowserContext,
    sheet: Path,
    tmp_path: Path,
    quiet_console: Callable[[Page], None],
) -> None:
    token, code, address = house_of(stack, OWN)
    strange = house_of(stack, STRANGE)[0]
    phone.add_init_script(BLIND)
    screen = phone.new_page()
    quiet_console(screen)
    worker.sign_in(screen, stack.account("grid_worker"))

    screen.goto("/scan")
    expect(screen.get_by_text("打不开相机")).to_be_visible()
    nothing, taken = tmp_path / "nothing.png", tmp_path / "taken.png"
    Image.new("RGB", (900, 1200), "grey").save(nothing)
    pypdfium2.PdfDocument(sheet)[0].render(scale=3).to_pil().save(taken)
    screen.locator("input[type=file]").set_input_files(nothing)
    expect(screen.get_by_text("照片里没有看清二维码")).to_be_visible()
    look(screen, "no-camera")
    screen.locator("input[type=file]").set_input_files(taken)
    at_the_house(screen, address)

    # A dirty label is typed in.
    screen.goto("/scan")
    screen.get_by_label("门牌编码").fill(code)
    screen.get_by_role("button", name="打开房屋").click()
    at_the_house(screen, address)
    screen.goto("/scan?code=" + token.lower())
    screen.get_by_role("button", name="打开房屋").click()
    at_the_house(screen, address)

    for label, said in (
        (strange, "这户在别的网格"),
        ("22222222", "没有这个门牌编码"),
        ("hello", "不是房屋的二维码门牌"),
    ):
        screen.goto(f"/h/{label}")
        expect(screen.get_by_text(said, exact=True)).to_be_visible()
        look(screen, f"strange-{label}" if label != strange else "strange")
    phone.set_offline(True)
    screen.goto(f"/h/{strange}")
    expect(screen.get_by_text("本机没有这户房屋")).to_be_visible()
    look(screen, "away")


def test_a_stranger_reads_what_the_label_is(stack: Stack, desk: BrowserContext) -> None:
    token, _code, address = house_of(stack, OWN)
    page = desk.new_page()

    page.goto(f"/h/{token}")

    expect(page.get_by_role("heading", name="这是出租房的二维码门牌")).to_be_visible()
    expect(page.get_by_text(address)).to_have_count(0)
    look(page, "stranger")
    page.get_by_role("link", name="我是网格员").click()
    expect(page.get_by_label("用户名")).to_be_visible()


def at_the_house(screen: Page, address: str) -> None:
    """The house's file is open, with the inspection at hand."""
    expect(screen).to_have_url(re.compile("/houses/[0-9a-f-]{36}$"))
    expect(screen.get_by_role("heading", level=1, name=address)).to_be_visible()
    expect(screen.get_by_role("link", name=re.compile("开始检查|继续检查"))).to_be_visible()


def look(screen: Page, name: str) -> None:
    """Keep a picture, where somebody wants to see it."""
    if folder := os.environ.get("SCREENSHOTS"):
        screen.screenshot(path=f"{folder}/labels-{name}.png")
