"""What a head reads: the page, its numbers and their lists, on paper; and houses on past days."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.office import Office
from tools.stack import Stack

A4 = (595, 842)  # points


@pytest.fixture
def head(stack: Stack, desk: BrowserContext, quiet_console: Callable[[Page], None]) -> Page:
    """A dispatcher of the sample township, who sees all of it."""
    page = desk.new_page()
    quiet_console(page)
    Office(page).sign_in(stack.account("dispatcher"))
    return page


def test_a_number_of_the_page_is_its_list_and_its_ledger(head: Page) -> None:
    head.goto("/centre/brief")
    about = head.get_by_text(re.compile(r"^本月发现 \d+ 处")).inner_text()
    found, struck = map(int, re.findall(r"\d+", about))
    head.get_by_role("link", name=re.compile("^本月整改率")).click()

    expect(head.locator(".behind header b")).to_have_text(f"{found} 件")
    head.locator(".behind").get_by_text("导出整改台账").click()
    with head.expect_download() as download:
        head.locator(".behind").get_by_role("button", name="Excel 台账").click()

    sheet = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    assert sheet is not None
    lines = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[1]]
    restricted = found - len(lines)
    assert 0 <= restricted <= found // 4  # what is restricted is in no file
    states = [row[16] for row in lines]
    assert struck - restricted <= sum(state in {"已结案", "已归档"} for state in states) <= struck


def test_the_bar_says_where_one_is(head: Page) -> None:
    for address in ("brief", "late", "figures"):
        head.goto(f"/centre/{address}")
        expect(head.locator(".room-link[aria-current]")).to_have_text("督办")
    head.goto("/centre/houses/import")
    expect(head.locator(".room-link[aria-current]")).to_have_text("房屋")


def test_the_page_prints_on_one_sheet(head: Page) -> None:
    head.goto("/centre/brief")
    expect(head.locator(".weeks li")).to_have_count(12)

    paper = pypdfium2.PdfDocument(head.pdf(prefer_css_page_size=True, print_background=True))

    assert len(paper) == 1
    assert [round(side) for side in paper[0].get_size()] == [
        pytest.approx(side, abs=2) for side in A4
    ]
    words = paper[0].get_textpage().get_text_range()
    for told in ("一页通", "本月整改率", "超期在谁手里", "未销号最多的村", "近 12 周"):
        assert told in words, told
    assert "打印" not in words
    if folder := os.environ.get("SCREENSHOTS"):
        paper[0].render(scale=1.5).to_pil().save(Path(folder) / "brief-printed.png")


def test_the_map_looks_back_by_keyboard_and_plays(head: Page) -> None:
    head.goto("/centre/map")
    expect(head.locator(".legend b").first).not_to_have_text("0")
    now = head.locator(".legend b").all_inner_texts()[:5]
    head.get_by_role("button", name="回看往日").click()
    slider = head.get_by_role("slider", name="日期")
    expect(head.locator(".legend b")).to_have_count(5)
    today = slider.get_attribute("aria-valuetext")
    expect(head.locator(".legend b")).to_have_text(now)

    slider.press("Home")

    first = slider.get_attribute("aria-valuetext")
    assert first is not None
    assert today is not None
    assert first < today
    expect(head).to_have_url(re.compile(f"day={first}"))
    expect(head.locator(".legend b")).not_to_have_text(now)

    slider.press("End")
    for _ in range(3):
        slider.press("ArrowLeft")
    head.get_by_role("button", name="播放").click()
    expect(head.get_by_role("button", name="播放")).to_be_visible()  # it has come to the end
    expect(slider).to_have_attribute("aria-valuetext", today)
    expect(head.locator(".legend b")).to_have_text(now)
    head.get_by_role("button", name="回到现在").click()
    expect(slider).to_be_hidden()
