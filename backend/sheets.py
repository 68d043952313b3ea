"""Sheets that people fill in: a template, reading what comes back, and what was wrong with it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from types import MappingProxyType
from zipfile import BadZipFile

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from backend.problems import FieldError, SheetUnreadable, printable

MOST_LINES = 5000
MOST_BYTES = 64 * 1024 * 1024  # unpacked: a sheet of a few kilobytes can ask for gigabytes
LONGEST_CELL = 4000
REASON = "退回原因"


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its head, what a program calls it, and what may stand in it."""

    head: str
    name: str
    required: bool = False
    about: str = ""
    choices: tuple[str, ...] = ()
    sample: str = ""

    @property
    def title(self) -> str:
        """Its head as it is written: * where it must be filled in."""
        return f"{self.head}*" if self.required else self.head


@dataclass(frozen=True)
class Line:
    """A line of a sheet: its number as people see it, and its texts by column name."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True)
class BrokenLine:
    """A line that was not taken in, and why."""

    line: Line
    errors: Sequence[FieldError]


def template(columns: Sequence[Column]) -> bytes:
    """An .xlsx to fill in: required heads with *, notes, drop-downs, and a line as an example."""
    return written(columns, [Line(2, {column.name: column.sample for column in columns})])


def broken_sheet(columns: Sequence[Column], broken: Sequence[BrokenLine]) -> bytes:
    """The lines that were not taken in as an .xlsx, each wrong cell marked, the reasons beside."""
    wrong = {
        number: {error.pointer.strip("/"): error.detail for error in one.errors}
        for number, one in enumerate(broken)
    }
    return written(columns, [one.line for one in broken], wrong)


def written(
    columns: Sequence[Column],
    lines: Sequence[Line],
    wrong: Mapping[int, Mapping[str, str]] = MappingProxyType({}),
) -> bytes:
    """An .xlsx of these lines; `wrong` says by line and column what is wrong there."""
    body = io.BytesIO()
    with xlsxwriter.Workbook(body, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("导入")
        text, red = (
            book.add_format({"num_format": "@"}),
            book.add_format({"bg_color": "#ffc7ce"}),
        )
        _head(sheet, columns, book.add_format({"bold": True, "bottom": 1}))
        for number, line in enumerate(lines):
            _line(sheet, number + 1, columns, line, (wrong.get(number, {}), text, red))
        if wrong:
            sheet.write_string(0, len(columns), REASON)
            sheet.set_column(len(columns), len(columns), 60)
    return body.getvalue()


def _head(sheet: Worksheet, columns: Sequence[Column], bold: Format) -> None:
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, max(12, 2 * len(column.head) + 4))
        sheet.write_string(0, at, column.title, bold)
        if column.about:
            sheet.write_comment(0, at, column.about)
        if column.choices:
            sheet.data_validation(
                1, at, MOST_LINES, at, {"validate": "list", "source": list(column.choices)}
            )


def _line(
    sheet: Worksheet,
    row: int,
    columns: Sequence[Column],
    line: Line,
    marks: tuple[Mapping[str, str], Format, Format],
) -> None:
    wrong, text, red = marks
    heads = {column.name: column.head for column in columns}
    for at, column in enumerate(columns):
        mark = red if column.name in wrong else text
        sheet.write_string(row, at, line.values.get(column.name, ""), mark)
        if column.name in wrong:
            sheet.write_comment(row, at, wrong[column.name])
    told = [f"{heads.get(name, '')}:{reason}" for name, reason in wrong.items()]
    if told:
        sheet.write_string(row, len(columns), ";".join(told))


def read(data: bytes, columns: Sequence[Column]) -> list[Line]:
    """The filled lines of an .xlsx, .xls or .csv file (UTF-8 or GB 18030).

    Raises:
        SheetUnreadable: it is none of these, or has no such columns, or too many lines.
    """
    rows = _rows(data)
    heads = [head.strip().rstrip("*").strip() for head in (rows[0] if rows else [])]
    missing = [column.head for column in columns if column.required and column.head not in heads]
    if missing:
        raise SheetUnreadable(f"缺少这些列:{'、'.join(missing)}。请使用模板")
    where = {column.name: heads.index(column.head) for column in columns if column.head in heads}
    lines = [
        Line(number, {name: row[at] if at < len(row) else "" for name, at in where.items()})
        for number, row in enumerate(rows[1:], 2)
    ]
    filled = [line for line in lines if any(line.values.values())]
    if len(filled) > MOST_LINES:
        raise SheetUnreadable(f"一次最多 {MOST_LINES} 行,请分成几个文件")
    return filled


def _rows(data: bytes) -> list[list[str]]:
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        return _rows_of_book(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    try:
        return [[_text(cell) for cell in row] for row in csv.reader(io.StringIO(text))]
    except csv.Error as error:
        raise SheetUnreadable from error


def _rows_of_book(data: bytes) -> list[list[str]]:
    try:
        if data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                if sum(part.file_size for part in packed.infolist()) > MOST_BYTES:
                    raise SheetUnreadable("文件过大,请分成几个文件")
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, BadZipFile, OSError, ValueError, IndexError) as error:
        raise SheetUnreadable from error
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: object) -> str:
    """A cell as a person would have typed it."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        cell = cell.date()
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    return printable(str(cell)).strip()[:LONGEST_CELL]
