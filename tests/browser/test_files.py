"""What leaves the desk as a file: a list as filtered, a case as a PDF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
from playwright.sync_api import BrowserContext, Download, Page, expect

from tests.browser import dispatcher
from tools.stack import Stack

Watch = Callable[[Page], None]


def test_a_dispatcher_takes_a_ledger_and_a_case_away(
    stack: Stack, desk: BrowserContext, tmp_path: Path, quiet_console: Watch
) -> None:
    page = desk.new_page()
    quiet_console(page)
    dispatcher.sign_in(page, stack.account("dispatcher"))

    page.goto("/centre/houses?state=failed")
    page.locator(".export summary").click()
    with page.expect_download() as ledger:
        page.get_by_role("button", name="Excel 台账").click()
    sheet = openpyxl.load_workbook(kept(ledger.value, tmp_path)).worksheets[0]
    assert sheet["A1"].value == "出租房台账"
    states = {sheet.cell(row, 7).value for row in range(4, sheet.max_row - 1)}
    assert states == {"不合格"}

    page.goto("/centre/cases")
    page.locator(".row-list li a").first.click()
    with page.expect_download() as paper:
        page.get_by_role("button", name="导出档案 (PDF)").click()
    assert kept(paper.value, tmp_path).read_bytes().startswith(b"%PDF-")
    expect(page.get_by_text("已导出，请在下载中查看").last).to_be_visible()


def kept(download: Download, folder: Path) -> Path:
    """The file as it was downloaded, under the name that it was given."""
    name = download.suggested_filename
    assert name.startswith(("出租房台账_20", "全过程电子档案_YH"))
    download.save_as(folder / name)
    return folder / name
