"""The office before anybody goes out: houses from a sheet, labels for their doors."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
import pypdfium2
from playwright.sync_api import Page, expect

from tests.browser.house_file import HEADS, HOUSES, house
from tests.browser.story.cast import House, asked
from tools.stack import Stack

STREET = "老粮站巷"
PATIENCE = 90_000  # ms
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LABELS = 3
SECRETS = ("landlord_name", "landlord_phone")
Rows = list[dict[str, Any]]


OWN_GRID = """
SELECT g.code FROM grids g JOIN grid_duties d ON d.grid_id = g.id AND d.until IS NULL
JOIN users u ON u.id = d.user_id
WHERE u.username = %s AND EXISTS (SELECT FROM houses h WHERE h.grid_id = g.id)
ORDER BY g.code LIMIT 1
"""


def grid_of(stack: Stack, username: str) -> str:
    """The code of a worker's first grid that has houses."""
    with psycopg.connect(stack.database_url.replace("+psycopg", "")) as connection:
        found = connection.execute(OWN_GRID, [username]).fetchone()
    assert found is not None
    return str(found[0])


def rows(grid_code: str, beside: dict[str, Any]) -> Rows:
    """200 houses of one street, near one that stands."""
    every = [house(grid_code, beside, number) for number in range(1, HOUSES + 1)]
    return [row | {"address": f"{STREET}{at}号"} for at, row in enumerate(every, 1)]


def bring(hall: Page, houses: Rows) -> None:
    """The product's own template, filled in, is looked through and then carried out."""
    hall.goto("/centre/houses/import")
    with hall.expect_download() as empty:
        hall.get_by_role("link", name="下载模板").first.click()
    book = openpyxl.load_workbook(io.BytesIO(empty.value.path().read_bytes()))
    sheet = book.worksheets[0]
    names = {head: name for name, head in HEADS.items()}
    columns = [names[str(cell.value).rstrip("*")] for cell in sheet[1]]
    sheet.delete_rows(2, sheet.max_row)
    for one in houses:
        sheet.append([one.get(name) for name in columns])
    body = io.BytesIO()
    book.save(body)
    file = {"name": "老粮站巷出租房.xlsx", "mimeType": XLSX, "buffer": body.getvalue()}
    hall.locator("input[type=file]").first.set_input_files(file)  # type: ignore[arg-type]
    told = hall.get_by_role("status")
    expect(told.filter(has_text="待确认")).to_be_visible(timeout=PATIENCE)
    assert asked(hall, f"/api/houses?q={STREET}")["items"] == []
    hall.get_by_role("button", name=f"导入：新登记 {HOUSES} 户，修改 0 户").click()
    expect(told.filter(has_text="已导入")).to_be_visible(timeout=PATIENCE)


def print_labels(hall: Page, folder: Path) -> Path:
    """A sheet of labels for some of the houses."""
    hall.goto(f"/centre/houses?q={STREET}")
    hall.get_by_role("button", name="二维码门牌").click()
    boxes = hall.get_by_role("checkbox", name=re.compile(f"^选择 {STREET}"))
    for at in range(LABELS):
        boxes.nth(at).check()
    with hall.expect_download() as download:
        hall.get_by_role("button", name=f"打印所选 {LABELS} 户").click()
    download.value.save_as(folder / "labels.pdf")
    return folder / "labels.pdf"


def first_label(hall: Page, sheet: Path, grid_code: str, houses: Rows) -> House:
    """The house of the sheet's first label; what is printed says nothing of people or addresses."""
    words = pypdfium2.PdfDocument(sheet)[0].get_textpage().get_text_range()
    words = words.replace("\u200b", "")  # where a line may break
    codes = re.findall(rf"{grid_code}-\d+", words)
    assert len(codes) == LABELS
    secrets = {one[name] for one in houses for name in SECRETS}
    assert not [secret for secret in (*secrets, STREET) if secret in words]
    [row] = asked(hall, f"/api/houses?q={codes[0]}")["items"]
    return House(row["id"], row["code"], row["address"])
