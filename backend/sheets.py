"""Sheets that people fill in: a template, reading what comes back, and what was wrong with it."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from types import MappingProxyType
from zipfile import BadZipFile

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from backend.problems import FieldError, SheetUnreadable, printable

MOST_LINES = 5000
MB = 1024 * 1024
HEADS_WITHIN = 10  # rows; a title may stand above the heads
LONGEST_CELL = 4000
REASON = "退回原因"
DICTIONARY = ("列名", "必填", "说明", "可填内容", "示例")
OPTIONS = {"in_memory": True, "strings_to_formulas": False}


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


@dataclass(frozen=True)
class Bounds:
    """How much a sheet may hold; a file of a few kilobytes can ask for gigabytes of memory."""

    lines: int = MOST_LINES
    unpacked: int = 64 * MB


@dataclass(frozen=True)
class Table:
    """What was read: the lines, each column's letter, and the heads that no column has."""

    lines: list[Line]
    letters: dict[str, str]
    unused: list[str]


def template(columns: Sequence[Column]) -> bytes:
    """An .xlsx to fill in: required heads with *, notes, drop-downs, and a line as an example.

    A second sheet is the dictionary of the columns.
    """
    body = io.BytesIO()
    with xlsxwriter.Workbook(body, OPTIONS) as book:
        _fill(book, columns, [Line(2, {column.name: column.sample for column in columns})], {})
        _explain(book, columns)
    return body.getvalue()


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
    with xlsxwriter.Workbook(body, OPTIONS) as book:
        _fill(book, columns, lines, wrong)
    return body.getvalue()


def _fill(
    book: xlsxwriter.Workbook,
    columns: Sequence[Column],
    lines: Sequence[Line],
    wrong: Mapping[int, Mapping[str, str]],
) -> None:
    sheet = book.add_worksheet("导入")
    text, red = book.add_format({"num_format": "@"}), book.add_format({"bg_color": "#ffc7ce"})
    _head(sheet, columns, book.add_format({"bold": True, "bottom": 1}))
    for number, line in enumerate(lines):
        _line(sheet, number + 1, columns, line, (wrong.get(number, {}), text, red))
    if wrong:
        sheet.write_string(0, len(columns), REASON)
        sheet.set_column(len(columns), len(columns), 60)


def _explain(book: xlsxwriter.Workbook, columns: Sequence[Column]) -> None:
    """The dictionary: what each column is, in which form, whether it is needed, an example."""
    sheet, bold = book.add_worksheet("填写说明"), book.add_format({"bold": True, "bottom": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for at, (head, width) in enumerate(zip(DICTIONARY, (22, 8, 60, 40, 28), strict=True)):
        sheet.write_string(0, at, head, bold)
        sheet.set_column(at, at, width)
    for row, column in enumerate(columns, 1):
        needed = "必填" if column.required else ""
        told = (column.head, needed, column.about, "、".join(column.choices), column.sample)
        for at, text in enumerate(told):
            sheet.write_string(row, at, text, wrap)
    sheet.freeze_panes(1, 0)


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
    return read_table(data, columns).lines


def read_table(data: bytes, columns: Sequence[Column], bounds: Bounds | None = None) -> Table:
    """The filled lines of a file, with where their columns stand in it.

    The heads may stand below a title. Of cells merged downwards each has the text of the first.

    Raises:
        SheetUnreadable: as `read` does.
    """
    bounds = bounds or Bounds()
    rows = _rows(data, bounds)
    names = {_head_of(column.head): column.name for column in columns}
    top, heads = _heads(rows, names)
    missing = [column.head for column in columns if column.required]
    missing = [head for head in missing if _head_of(head) not in heads]
    if missing:
        raise SheetUnreadable(f"缺少这些列:{'、'.join(missing)}。请使用模板")
    where = {names[head]: at for at, head in reversed([*enumerate(heads)]) if head in names}
    lines = [
        Line(number, {name: row[at] if at < len(row) else "" for name, at in where.items()})
        for number, row in enumerate(rows[top + 1 :], top + 2)
    ]
    filled = [line for line in lines if any(line.values.values())]
    if len(filled) > bounds.lines:
        raise SheetUnreadable(f"一次最多 {bounds.lines} 行,请分成几个文件")
    unused = [head for head in heads if head and head not in names and head != REASON]
    return Table(filled, {name: xl_col_to_name(at) for name, at in where.items()}, unused)


def _heads(rows: list[list[str]], known: Collection[str]) -> tuple[int, list[str]]:
    """The row of the heads: the first that has most of those that are known."""
    found = [[_head_of(cell) for cell in row] for row in rows[:HEADS_WITHIN]] or [[]]
    top = max(range(len(found)), key=lambda row: (len({*known} & {*found[row]}), -row))
    return top, found[top]


def _head_of(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip().rstrip("*").strip()


def _rows(data: bytes, bounds: Bounds) -> list[list[str]]:
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        return _rows_of_book(data, bounds)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    try:
        return [[_text(cell) for cell in row] for row in csv.reader(io.StringIO(text))]
    except csv.Error as error:
        raise SheetUnreadable from error


def _rows_of_book(data: bytes, bounds: Bounds) -> list[list[str]]:
    try:
        if data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                if sum(part.file_size for part in packed.infolist()) > bounds.unpacked:
                    raise SheetUnreadable("文件过大,请分成几个文件")
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
        merged = sheet.merged_cell_ranges or []
    except (CalamineError, BadZipFile, OSError, ValueError, IndexError) as error:
        raise SheetUnreadable from error
    texts = [[_text(cell) for cell in row] for row in rows]
    for (top, left), (bottom, right) in merged:
        if left == right and top < len(texts):
            for row in texts[top + 1 : bottom + 1]:
                row[left] = texts[top][left]
    return texts


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
