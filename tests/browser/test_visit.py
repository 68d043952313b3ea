"""A visit without a network: a photo is drawn on, the landlord signs for it; the desk sees both."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser import dispatcher, worker
from tests.browser.pictures import photo
from tools.stack import Stack


def test_a_visit_is_drawn_on_and_signed(
    stack: Stack,
    phone: BrowserContext,
    desk: BrowserContext,
    tmp_path: Path,
    quiet_console: Callable[[Page], None],
) -> None:
    screen = phone.new_page()
    quiet_console(screen)
    worker.sign_in(screen, stack.account("grid_worker"))
    phone.set_offline(True)
    worker.first_house(screen)
    worker.all_pass(screen)
    worker.fail_item(screen, "疏散逃生", "D01", photo(tmp_path, "stairs"))
    draw_on_the_photo(screen)
    screen.get_by_role("link", name="去提交").click()
    expect(screen.get_by_role("heading", name="接下来")).to_be_visible()
    expect(screen.get_by_text("下次上门")).to_be_visible()
    look(screen, "next-steps")
    screen.get_by_role("button", name="确认提交").click()
    sign(screen)
    phone.set_offline(False)
    worker.all_sent(go(screen, "/"))

    hall = desk.new_page()
    dispatcher.sign_in(hall, stack.account("dispatcher"))
    record = hall.get_by_role("main")
    hall.goto(f"/centre/inbox/inspection/{visited(screen)}")
    expect(record.get_by_text("王建国")).to_be_visible()
    expect(record.get_by_text("D01 · 标注")).to_be_visible()
    look(hall, "signed-at-the-desk")


def draw_on_the_photo(screen: Page) -> None:
    """An arrow by a tap and a circle by a movement; the photo stays beside its drawing."""
    card = worker.card(screen, "D01")
    card.get_by_role("button", name="查看第 1 张照片").click()
    screen.get_by_role("button", name="在照片上标注").click()
    canvas = screen.get_by_role("img", name="照片，点一下或拖动来标注")
    press(screen, canvas, (0.5, 0.4), (0.5, 0.4))
    screen.get_by_role("button", name="圆圈").click()
    screen.get_by_role("button", name="黄色").click()
    press(screen, canvas, (0.2, 0.2), (0.6, 0.7))
    look(screen, "drawing")
    screen.get_by_role("button", name="保存", exact=True).click()
    expect(card.get_by_role("button", name="查看第 2 张照片")).to_be_visible()


def sign(screen: Page) -> None:
    """The landlord signs, once it is said who it is."""
    expect(screen.get_by_text("已保存在本机").first).to_be_visible()
    screen.get_by_role("link", name="请当事人签字").click()
    screen.get_by_role("button", name="保存签字").click()
    expect(screen.get_by_text("请填写签字人姓名。")).to_be_visible()
    screen.get_by_label("签字人姓名").fill("王建国")
    pad = screen.get_by_role("img", name="签字处")
    pad.scroll_into_view_if_needed()
    for stroke in (((0.2, 0.3), (0.8, 0.4)), ((0.5, 0.2), (0.5, 0.8)), ((0.2, 0.8), (0.8, 0.8))):
        press(screen, pad, *stroke)
    look(screen, "signature")
    screen.get_by_role("button", name="保存签字").click()
    expect(screen.get_by_role("heading", name="签字情况")).to_be_visible()
    look(screen, "signed")


def press(
    screen: Page, where: Locator, begin: tuple[float, float], end: tuple[float, float]
) -> None:
    """A finger's way over a picture, in shares of its size."""
    box = where.bounding_box()
    assert box is not None
    for action, (x, y) in ((screen.mouse.move, begin), (None, begin), (screen.mouse.move, end)):
        if action is None:
            screen.mouse.down()
        else:
            action(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=5)
    screen.mouse.up()


def visited(screen: Page) -> str:
    """The id of the inspection that was sent."""
    found: str = screen.evaluate("sessionStorage.getItem('visited')")
    return found


def go(screen: Page, path: str) -> Page:
    screen.evaluate("sessionStorage.setItem('visited', location.pathname.split('/').at(-1))")
    screen.goto(path)
    return screen


def look(screen: Page, name: str) -> None:
    """Keep a picture, where somebody wants to see it."""
    if folder := os.environ.get("SCREENSHOTS"):
        screen.screenshot(path=f"{folder}/visit-{name}.png")
