"""An office brings 200 houses from Excel; the worker of the grid has them."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import dispatcher, worker
from tests.browser.field.ways import ROWS
from tests.browser.house_file import HOUSES, WRONG, house_file
from tools.stack import Stack

PATIENCE = 90_000  # ms
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CREATED = HOUSES - len(WRONG)


def test_an_office_imports_houses_and_the_worker_has_them(
    stack: Stack,
    phone: BrowserContext,
    desk: BrowserContext,
    quiet_console: Callable[[Page], None],
) -> None:
    screen, hall = phone.new_page(), desk.new_page()
    quiet_console(hall)
    # Of another grid than the other tests: these houses have no rooms, and a visit asks for them.
    worker.sign_in(screen, stack.account("grid_worker", -1))
    grid = asked(screen, "/api/session")["grids"][0]
    dispatcher.sign_in(hall, stack.account("dispatcher"))
    beside = asked(hall, f"/api/houses?grid_id={grid['id']}&limit=1")["items"][0]

    look_through(hall, house_file(grid["code"], beside))
    carry_out(hall)
    again = refused_lines(hall)
    mend(hall, again)
    the_worker_has_them(screen)
    rooms_and_people(hall, beside["code"])
    screen.reload()
    screen.wait_for_function(HAS_THE_PERSON, arg=beside["id"], timeout=PATIENCE)


def asked(page: Page, path: str) -> Any:
    return page.evaluate("path => fetch(path).then((it) => it.json())", path)


def look_through(page: Page, data: bytes) -> None:
    """Every row is shown before anything is written."""
    page.get_by_role("link", name="房屋", exact=True).click()
    page.get_by_role("link", name="导入", exact=True).click()
    bring(page, data)
    expect(page.get_by_role("status").filter(has_text="待确认")).to_be_visible(timeout=PATIENCE)
    tabs = page.get_by_role("group", name="结果")
    tabs.get_by_role("button", name="修改").click()
    expect(page.get_by_text("房东姓名：")).to_contain_text("→ 王换新")
    picture(page, "preview")
    tabs.get_by_role("button", name="退回").click()
    expect(page.get_by_text("第 51 行 P 列「房东电话」：电话号码格式不对")).to_be_visible()
    expect(page.get_by_text("第 121 行 I 列「房屋类型」")).to_be_visible()
    picture(page, "refused")


def bring(page: Page, data: bytes, name: str = "近海镇出租房.xlsx") -> None:
    file = {"name": name, "mimeType": XLSX, "buffer": data}
    page.locator("input[type=file]").first.set_input_files(file)  # type: ignore[arg-type]


def carry_out(page: Page) -> None:
    page.get_by_role("button", name=f"导入：新登记 {CREATED} 户，修改 1 户").click()
    done = page.get_by_role("status").filter(has_text="已导入")
    expect(done).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(f"已新登记 {CREATED} 户，修改 1 户").first).to_be_visible()
    picture(page, "done")


def refused_lines(page: Page) -> bytes:
    """The file that comes back has the refused rows alone."""
    with page.expect_download() as refused:
        page.get_by_role("link", name=f"下载退回的行（{len(WRONG)}）").click()
    return Path(refused.value.path()).read_bytes()


def mend(page: Page, data: bytes) -> None:
    """Mended in the file that came back, they are imported, too."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    heads = [str(cell.value).rstrip("*") for cell in sheet[1]]
    assert (sheet.max_row, heads[-1]) == (1 + len(WRONG), "退回原因")
    for row in range(2, sheet.max_row + 1):
        for head, value in (("房东电话", "13800000000"), ("层数", "2"), ("房屋类型", "公寓")):
            sheet.cell(row, heads.index(head) + 1).value = value
    body = io.BytesIO()
    book.save(body)
    bring(page, body.getvalue())
    page.get_by_role("button", name=f"导入：新登记 {len(WRONG)} 户，修改 0 户").click()
    expect(page.get_by_role("status").filter(has_text="已导入")).to_be_visible(timeout=PATIENCE)


def the_worker_has_them(screen: Page) -> None:
    screen.reload()
    screen.wait_for_function(HAS_ALL, arg=HOUSES, timeout=PATIENCE)


def rooms_and_people(page: Page, code: str) -> None:
    """A room, and then who moves into it; of the number nobody sees more than its ends."""
    page.get_by_role("button", name="房间", exact=True).click()
    bring(page, f"房屋编号,房间,面积,用途\n{code},东一间,12.5,卧室\n".encode(), "rooms.csv")
    page.get_by_role("button", name="导入：新登记 1 间，修改 0 间").click()
    expect(page.get_by_role("status").filter(has_text="已导入")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="居住人员", exact=True).click()
    heads = "房屋编号,房间,姓名,证件号码,与承租人关系,来自,入住日期"
    told = f"{code},东一间,欧阳新客,320612199001011234,承租人,其他,2026-03-01"
    bring(page, f"{heads}\n{told}\n".encode(), "people.csv")
    expect(page.get_by_role("cell").filter(has_text="欧阳新客")).to_be_visible(timeout=PATIENCE)
    picture(page, "people")
    page.get_by_role("button", name="导入：新登记 1 人，修改 0 人").click()
    expect(page.get_by_role("status").filter(has_text="已导入")).to_be_visible(timeout=PATIENCE)


HAS_THE_PERSON = f"""async (house) => {{
  const people = (await ({ROWS})()).occupant ?? []
  const told = people.find((it) => it.house_id === house && it.name_masked.startsWith('欧'))
  return told?.id_masked === '320*************34' && told.room_id !== null
}}"""
HAS_ALL = f"""async (count) => {{
  const houses = (await ({ROWS})()).house ?? []
  return houses.filter(({{ address }}) => address.startsWith('导入路')).length === count
}}"""


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/import-{name}.png")
