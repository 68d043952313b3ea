"""Ledgers as Excel, CSV and GeoJSON, written row by row into a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO, Any

import orjson
import xlsxwriter

from backend.papers.ledger import Heading, Ledger, Row, shown

HEADS = 3  # rows of a sheet above its first record
CRS84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Writer = Callable[[IO[bytes], Ledger, Heading, Iterable[Row]], None]


@dataclass(frozen=True)
class Format:
    """A kind of file, and how it is filled."""

    mimetype: str
    write: Writer


def xlsx(file: IO[bytes], ledger: Ledger, heading: Heading, rows: Iterable[Row]) -> None:
    """Write the customary sheet: title, unit and date, heads that stay and repeat, A4 across."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(ledger.title[:31])
        cell = {"border": 1, "text_wrap": True, "valign": "top", "font_size": 10}
        plain, red = book.add_format(cell), book.add_format({**cell, "font_color": "#C00000"})
        _set_up(sheet, ledger)
        _head(book, sheet, ledger, heading)
        at = HEADS
        for at, row in enumerate(rows, HEADS + 1):
            style = red if ledger.late(row) else plain
            for across, column in enumerate(ledger.columns):
                sheet.write(at - 1, across, shown(column.value(row)), style)
        _sign(book, sheet, at + 1, len(ledger.columns))


def _set_up(sheet: Any, ledger: Ledger) -> None:  # noqa: ANN401 - xlsxwriter's worksheet
    for at, column in enumerate(ledger.columns):
        sheet.set_column(at, at, column.width)
    sheet.freeze_panes(HEADS, 0)
    sheet.repeat_rows(0, HEADS - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C第 &P 页 共 &N 页")


def _head(book: Any, sheet: Any, ledger: Ledger, heading: Heading) -> None:  # noqa: ANN401
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    small = book.add_format({"font_size": 10})
    head = book.add_format(
        {"bold": True, "border": 1, "bg_color": "#E8F1EE", "text_wrap": True, "align": "center"}
    )
    last = len(ledger.columns) - 1
    sheet.set_row(0, 28)
    sheet.merge_range(0, 0, 0, last, ledger.title, title)
    sheet.merge_range(1, 0, 1, last, _told(heading), small)
    for at, column in enumerate(ledger.columns):
        sheet.write_string(HEADS - 1, at, column.head, head)


def _told(heading: Heading) -> str:
    parts = [f"填报单位:{heading.unit}", f"填报人:{heading.person}"]
    if heading.days:
        since, until = heading.days
        parts.append(f"统计期间:{since} 至 {until}")
    return "    ".join([*parts, f"日期:{shown(heading.at)}"])


def _sign(book: Any, sheet: Any, at: int, columns: int) -> None:  # noqa: ANN401
    words = "填表人:________________    审核人:________________    负责人:________________"
    sheet.merge_range(at, 0, at, columns - 1, words, book.add_format({"font_size": 10}))


def csv_file(file: IO[bytes], ledger: Ledger, heading: Heading, rows: Iterable[Row]) -> None:
    """Write plain rows under one head, as UTF-8 with the mark by which Excel knows it."""
    del heading
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    sheet = csv.writer(text)
    sheet.writerow([column.head for column in ledger.columns])
    for row in rows:
        sheet.writerow([disarmed(shown(column.value(row))) for column in ledger.columns])
    text.detach()


def disarmed(value: str | float) -> str | float:
    """The value, so that no spreadsheet takes it for a formula."""
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA) else value


def geojson(file: IO[bytes], ledger: Ledger, heading: Heading, rows: Iterable[Row]) -> None:
    """Write points, WGS-84 longitude and latitude (CRS84; CGCS2000 within centimetres)."""
    told = {"type": "FeatureCollection", "name": ledger.title, "crs": CRS84, "at": heading.at}
    file.write(orjson.dumps(told, option=orjson.OPT_UTC_Z)[:-1] + b',"features":[')
    for at, row in enumerate(rows):
        file.write((b"," if at else b"") + orjson.dumps(_feature(ledger, row)))
    file.write(b"]}")


def _feature(ledger: Ledger, row: Row) -> dict[str, Any]:
    place = None if row.get("lng") is None else [row["lng"], row["lat"]]
    return {
        "type": "Feature",
        "id": str(row["id"]),
        "geometry": place and {"type": "Point", "coordinates": place},
        "properties": {column.key: column.value(row) for column in ledger.columns},
    }


FORMATS = {
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx),
    "csv": Format("text/csv; charset=utf-8", csv_file),
    "geojson": Format("application/geo+json", geojson),
}
