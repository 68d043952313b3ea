"""Sheets as people make them: where the heads stand, what merged cells say, how much is read."""

from __future__ import annotations

import io

import openpyxl
import pytest

from backend.problems import SheetUnreadable
from backend.sheets import Bounds, Column, read_table, template

COLUMNS = (
    Column("村(社区)", "village", about="写全称", sample="示例社区"),
    Column("面积(㎡)", "area", required=True, choices=("1", "2"), sample="2"),
)


def book(rows: list[list[object]], *merged: str) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    body = io.BytesIO()
    made.save(body)
    return body.getvalue()


def test_heads_below_a_title_in_another_width_and_order() -> None:
    table = read_table(
        book([["台账"], ["备注", "面积（㎡）*", "村（社区）"], ["a", 5, "甲"]]), COLUMNS
    )

    assert [(line.number, line.values) for line in table.lines] == [
        (3, {"area": "5", "village": "甲"})
    ]
    assert (table.letters, table.unused) == ({"area": "B", "village": "C"}, ["备注"])


def test_cells_merged_downwards_say_the_same() -> None:
    rows: list[list[object]] = [["村(社区)", "面积(㎡)"], ["甲", 1], [None, 2], [None, 3]]

    table = read_table(book(rows, "A2:A3"), COLUMNS)

    assert [line.values["village"] for line in table.lines] == ["甲", "甲", ""]


def test_too_many_lines_and_missing_heads_are_refused() -> None:
    data = book([["面积(㎡)"], [1], [2]])

    assert len(read_table(data, COLUMNS, Bounds(lines=2)).lines) == 2
    for broken, bounds in ((data, Bounds(lines=1)), (data, Bounds(unpacked=100))):
        with pytest.raises(SheetUnreadable):
            read_table(broken, COLUMNS, bounds)
    with pytest.raises(SheetUnreadable, match="面积"):
        read_table(book([["村(社区)"], ["甲"]]), COLUMNS)


def test_a_template_reads_back_and_explains_its_columns() -> None:
    data = template(COLUMNS)

    assert [line.values for line in read_table(data, COLUMNS).lines] == [
        {"village": "示例社区", "area": "2"}
    ]
    explained = openpyxl.load_workbook(io.BytesIO(data))["填写说明"]
    assert [[cell.value or "" for cell in row] for row in explained.iter_rows(min_row=2)] == [
        ["村(社区)", "", "写全称", "", "示例社区"],
        ["面积(㎡)", "必填", "", "1、2", "2"],
    ]
