"""The sheet of houses: its columns, and what is written in a line of it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import isfinite
from typing import Any

from backend.houses import facts as rules
from backend.houses.intake.datum import to_wgs84
from backend.problems import FieldError, SheetUnreadable
from backend.sheets import MB, Bounds, Column, Line, Table

Readers = dict[str, Callable[[str], Any]]

BOUNDS = Bounds(lines=50_000, unpacked=192 * MB)
NEW = "新登记必填"
WGS, GCJ = ("lng", "lat"), ("gcj_lng", "gcj_lat")
CHINA = ((73, 136), (3, 54))  # degrees east and north
COLUMNS = (
    Column("房屋编号", "code", about="已登记的房屋填系统编号;新登记不填,由系统编号"),
    Column("村(社区)", "village", about="写全称;填了网格编号可不填", sample="示例社区"),
    Column("网格编号", "grid", about="15 位;不填则按坐标归入网格"),
    Column("地址", "address", about=f"{NEW};到门牌或室号;填了编号可不填", sample="示例路8号"),
    Column("经度(WGS-84)", "lng", about=f"{NEW}(或填 GCJ-02);GPS、天地图的坐标", sample="121.0735"),
    Column("纬度(WGS-84)", "lat", about=f"{NEW}(或填 GCJ-02)", sample="32.0658"),
    Column("经度(GCJ-02)", "gcj_lng", about="高德、腾讯地图的坐标;与 WGS-84 只填一种"),
    Column("纬度(GCJ-02)", "gcj_lat", about="高德、腾讯地图的坐标"),
    Column("房屋类型", "building_kind", about=NEW, choices=rules.BUILDINGS, sample="自建房"),
    Column("层数", "floors", about=f"{NEW};1 到 200", sample="2"),
    Column("建筑面积", "area_m2", about=f"{NEW};平方米,1 到 100000", sample="120.5"),
    Column("房间数", "room_count", about=f"{NEW};0 到 1000", sample="4"),
    Column("床位数", "bed_count", about=f"{NEW};0 到 2000", sample="4"),
    Column("灭火器数", "extinguishers", about="0 到 1000;新登记不填为 0", sample="2"),
    Column("房东姓名", "landlord_name", about=f"{NEW};最多 40 个字", sample="张三"),
    Column("房东电话", "landlord_phone", about=NEW, sample="13800000000"),
    Column("管理人姓名", "agent_name", about="代管的人或公司"),
    Column("管理人电话", "agent_phone"),
    Column("租期开始", "lease_since", about="如 2026-01-31", sample="2026-01-01"),
    Column("租期结束", "lease_until", about="如 2026-12-31;不早于租期开始", sample="2026-12-31"),
)
NEEDED = (*rules.REVIEWED, "landlord_phone")  # of a house that is new
DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")
EPOCH, SERIALS = date(1899, 12, 30), range(20_000, 80_000)  # Excel's days from 1954 to 2119


def require_heads(table: Table) -> None:
    """Refuse a sheet that names no house.

    Raises:
        SheetUnreadable: it has neither codes nor addresses.
    """
    if not {"code", "address"} & table.letters.keys():
        raise SheetUnreadable("缺少这些列:地址(或房屋编号)。请使用模板")


@dataclass
class Given:
    """What a line says: which house, and the facts that it fills in; and what is wrong in it.

    `name` is of the room or the person that it is about, in the sheets of those.
    """

    line: Line
    code: str = ""
    village: str = ""
    grid: str = ""
    address: str = ""
    name: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)

    def wrong(self, name: str, detail: str, code: str = "invalid") -> None:
        """Say what is wrong with a cell."""
        self.errors.append(FieldError(f"/{name}", code, detail))

    @property
    def point(self) -> tuple[float, float] | None:
        """Where it says that the house is, WGS-84."""
        return (self.facts["lng"], self.facts["lat"]) if "lng" in self.facts else None


def read_line(line: Line) -> Given:
    """What a line says; an empty cell says nothing."""
    texts = texts_of(line)
    given = given_of(line, texts)
    read_facts(given, texts, READERS)
    _read_point(given, texts)
    since, until = given.facts.get("lease_since"), given.facts.get("lease_until")
    if since and until and until < since:
        given.wrong("lease_until", "早于租期开始")
    return given


def given_of(line: Line, texts: dict[str, str]) -> Given:
    """Which house a line names."""
    code, village, grid, address = (
        texts.get(name, "") for name in ("code", "village", "grid", "address")
    )
    return Given(line, code, village, grid, address)


def texts_of(line: Line) -> dict[str, str]:
    """The cells of a line that say something, in one kind of signs."""
    texts = {name: unicodedata.normalize("NFKC", text) for name, text in line.values.items()}
    return {name: text.strip() for name, text in texts.items() if text.strip()}


def read_facts(given: Given, texts: dict[str, str], readers: Readers) -> None:
    """Read each cell that has a reader; of one that can't be read say why."""
    for name, reader in readers.items():
        if name in texts:
            try:
                given.facts[name] = reader(texts[name])
            except ValueError as error:
                given.wrong(name, str(error))


def _read_point(given: Given, texts: dict[str, str]) -> None:
    told = [names for names in (WGS, GCJ) if any(name in texts for name in names)]
    if len(told) > 1:
        given.wrong("gcj_lng", "WGS-84 和 GCJ-02 坐标只填一种")
    if len(told) != 1:
        return
    east, north = (
        _degrees(given, name, texts.get(name, ""), ends)
        for name, ends in zip(told[0], CHINA, strict=True)
    )
    if east is None or north is None:
        return
    place = to_wgs84(east, north) if told[0] == GCJ else (east, north)
    given.facts["lng"], given.facts["lat"] = (round(degrees, 6) for degrees in place)


def _degrees(given: Given, name: str, text: str, ends: tuple[float, float]) -> float | None:
    if not text:
        given.wrong(name, "经度和纬度要一起填", "required")
        return None
    try:
        degrees = float(text)
    except ValueError:
        degrees = float("nan")
    if not ends[0] <= degrees <= ends[1]:
        given.wrong(name, f"应为 {ends[0]} 到 {ends[1]} 之间的度数,用小数写")
        return None
    return degrees


def words(least: int, most: int) -> Callable[[str], str]:
    """Reads words of so many signs."""

    def read(text: str) -> str:
        if not least <= len(text) <= most:
            raise ValueError(f"长度应在 {least} 到 {most} 个字之间")
        return text

    return read


def one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    """Reads one of these words."""

    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"应为{'、'.join(choices)}之一")
        return text

    return read


def _whole(name: str) -> Callable[[str], int]:
    least, most = rules.COUNTS[name]

    def read(text: str) -> int:
        if not (re.fullmatch(r"[0-9]{1,9}", text) and least <= int(text) <= most):
            raise ValueError(f"应为 {least} 到 {most} 的整数")
        return int(text)

    return read


def square_metres(text: str) -> float:
    """Reads an area."""
    least, most = rules.AREA
    try:
        area = float(text)
    except ValueError:
        area = float("nan")
    if not (isfinite(area) and least <= area <= most):
        raise ValueError(f"应为 {least} 到 {most} 的数字,单位平方米")
    return area


def _phone(text: str) -> str:
    if not re.fullmatch(rules.PHONE, text):
        raise ValueError("电话号码格式不对")
    return text


def day(text: str) -> date:
    """A day as people write it, or as Excel counts it where the cell has no form."""
    if text.isdigit() and int(text) in SERIALS:
        return EPOCH + timedelta(days=int(text))
    found = DAY.fullmatch(text.split(" ", maxsplit=1)[0])
    try:
        told = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        told = None
    if told is None or not 1950 <= told.year < 2100:
        raise ValueError("应为 2026-01-31 这样的日期")
    return told


READERS: Readers = {
    "address": words(2, rules.LONGEST_ADDRESS),
    "building_kind": one_of(rules.BUILDINGS),
    "area_m2": square_metres,
    **{name: _whole(name) for name in rules.COUNTS},
    **{name: words(1, rules.LONGEST_NAME) for name in ("landlord_name", "agent_name")},
    **dict.fromkeys(("landlord_phone", "agent_phone"), _phone),
    **dict.fromkeys(("lease_since", "lease_until"), day),
}
