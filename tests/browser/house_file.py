"""A file of houses as an office has it: 200 of one grid, some of them wrong."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from backend.houses.intake.sheet import COLUMNS

HOUSES = 200
WRONG: dict[int, dict[str, Any]] = {
    50: {"landlord_phone": "不详"},
    120: {"floors": None, "building_kind": "别墅"},
}
HEADS = {column.name: column.head for column in COLUMNS}


def house(grid_code: str, beside: dict[str, Any], number: int) -> dict[str, Any]:
    """A new house near one that stands."""
    return {
        "grid": grid_code,
        "address": f"导入路{number}号",
        "lng": round(beside["lng"] + number % 20 * 0.00005, 6),
        "lat": round(beside["lat"] + number // 20 * 0.00005, 6),
        "building_kind": "自建房",
        "floors": 2 + number % 3,
        "area_m2": 90 + number,
        "room_count": 4,
        "bed_count": 6,
        "extinguishers": 2,
        "landlord_name": "陈房东",
        "landlord_phone": f"138{number:08}",
        "lease_since": "2026-01-01",
        "lease_until": "2026-12-31",
    }


def house_file(grid_code: str, beside: dict[str, Any]) -> bytes:
    """New houses near one that stands, on lines 2 to 201; two of them broken, and it changed."""
    rows = [house(grid_code, beside, number) for number in range(1, HOUSES + 1)]
    for number, wrong in WRONG.items():
        rows[number - 1] |= wrong
    changed = {"code": beside["code"], "extinguishers": 9, "landlord_name": "王换新"}
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(list(HEADS.values()))
    for row in [*rows, changed]:
        sheet.append([row.get(name) for name in HEADS])
    body = io.BytesIO()
    made.save(body)
    return body.getvalue()
