"""A label is printed at the desk, hangs at the door, and opens a house without a network."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pypdfium2
import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.browser import dispatcher, worker
from tests.browser.conftest import HERE, PATIENCE, PHONE
from tools.chromium import CHROMIUM, FLAGS
from tools.stack import Stack

FRAME = (640, 480)
# Phones without the maker's services have a detector in name alone.
DETECTOR = """
window.BarcodeDetector = class {
  static getSupportedFormats() { return Promise.resolve(['qr_code']) }
  detect() { return %s }
}
"""
FAILING, BLIND = DETECTOR % "Promise.reject(new Error('none'))", DETECTOR % "Promise.resolve([])"
MILLIMETRES = 72 / 25.4  # PDF points in one
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


def seen(sheet: Path, film: Path) -> Path:
    """A film of the sheet's first label as a hand holds a phone before it: askew, a bit blurred."""
    page = pypdfium2.PdfDocument(sheet)[0].render(scale=4).to_pil()
    width, height = (round(side * MILLIMETRES * 4) for side in (70, 37.125))
    label = page.convert("L").crop((0, 0, width, height))
    label.thumbnail((420, 320))
    picture = Image.new("L", FRAME, 90)
    picture.paste(label, (120, 110))
    picture = picture.rotate(7, fillcolor=90).filter(ImageFilter.GaussianBlur(0.8))
    grey = bytes([128]) * (FRAME[0] * FRAME[1] // 2)
    head = f"YUV4MPEG2 W{FRAME[0]} H{FRAME[1]} F10:1 Ip A1:1 C420jpeg\n".encode()
    film.write_bytes(head + 10 * (b"FRAME\n" + picture.tobytes() + grey))
    return film


@pytest.fixture
def sheet(desk: BrowserContext, stack: Stack, tmp_path: Path) -> Path:
    return printed(desk, stack, house_of(stack, OWN)[1], tmp_path)


@pytest.fixture
def before_the_door(
    playwright: Playwright, stack: Stack, sheet: Path, tmp_path: Path
) -> Iterator[BrowserContext]:
    """A phone whose camera sees the printed label."""
    film = seen(sheet, tmp_path / "label.y4m")
    flags = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS + flags)
    context = browser.new_context(
        base_url=stack.url,
        viewport=PHONE,
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        geolocation=HERE,
        permissions=["geolocation", "camera"],
    )
    context.set_default_timeout(PATIENCE)
    context.add_init_script(FAILING)
    yield context
    browser.close()


def test_a_printed_label_opens_the_house_without_a_network(
    stack: Stack, before_the_door: BrowserContext, quiet_console: Callable[[Page], None]
) -> None:
    token, code, address = house_of(stack, OWN)
    screen = before_the_door.new_page()
    quiet_console(screen)
    worker.sign_in(screen, stack.account("grid_worker"))
    screen.wait_for_function("() => navigator.serviceWorker.controller !== null")
    before_the_door.set_offline(True)

    screen.goto("/houses")
    screen.get_by_role("link", name="扫码核查").click()
    at_the_house(screen, address)
    look(screen, "house")

    # The phone's own camera app opens the same link, and a dirty label is typed in.
    screen.goto(f"/h/{token}")
    at_the_house(screen, address)
    screen.goto("/scan")
    screen.get_by_label("门牌编码").fill(code)
    screen.get_by_role("button", name="打开房屋").click()
    at_the_house(screen, address)
    screen.goto("/scan?code=" + token.lower())
    screen.get_by_role("button", name="打开房屋").click()
    at_the_house(screen, address)


def test_a_phone_without_camera_reads_photos_and_says_what_a_strange_label_is(
    stack: Stack,
    phone: BrowserContext,
    sheet: Path,
    tmp_path: Path,
    quiet_console: Callable[[Page], None],
) -> None:
    address = house_of(stack, OWN)[2]
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
