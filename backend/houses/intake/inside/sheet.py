"""The sheets of rooms and of occupants: their columns, and what is written in a line. Pure."""

from __future__ import annotations

import re
from dataclasses import asdict, replace

import orjson

from backend.houses import facts as rules
from backend.houses.intake.sheet import (
    BOUNDS,
    NEW,
    Given,
    Readers,
    day,
    given_of,
    one_of,
    read_facts,
    square_metres,
    texts_of,
    words,
)
from backend.sheets import Column, Line, Table, read_table

HOUSE = (
    Column("房屋编号", "code", about="系统编号;不填则按村(社区)和地址找房屋"),
    Column("村(社区)", "village", about="写全称;填了房屋编号可不填", sample="示例社区"),
    Column("地址", "address", about="与房屋登记的地址一致;填了编号可不填", sample="示例路8号"),
)
ROOMS = (
    *HOUSE,
    Column("房间", "room", required=True, about="如 东一间、201;最多 20 个字", sample="东一间"),
    Column("面积", "area_m2", about=f"{NEW};平方米,1 到 100000", sample="12.5"),
    Column("用途", "use", about=NEW, choices=rules.ROOM_USES, sample="卧室"),
)
OCCUPANTS = (
    *HOUSE,
    Column("房间", "room", about="已登记的房间;不清楚可不填", sample="东一间"),
    Column("姓名", "name", required=True, about="最多 40 个字", sample="李四"),
    Column("证件号码", "identity", about="6 到 18 位;上传后只保留前三位和后两位"),
    Column("与承租人关系", "relation", about=NEW, choices=rules.RELATIONS, sample="承租人"),
    Column("来自", "origin", about=NEW, choices=rules.ORIGINS, sample="安徽"),
    Column("入住日期", "since", about=f"{NEW};如 2026-01-31", sample="2026-01-01"),
    Column("搬离日期", "until", about="已搬离的填;不早于入住日期,不晚于今天"),
)
NUMBER = re.compile(r"[0-9A-Z]{6,18}")
MASKED = re.compile(r"[0-9A-Z]{1,4}\*+[0-9A-Z]{0,4}")
UNREADABLE = "?"  # stands for what was no number: it may have been most of one
LONGEST_ROOM = 20


def masked_identity(text: str) -> str:
    """An identity number with its middle hidden; what is masked already stays, else `?`."""
    number = re.sub(r"[\s-]", "", text).upper()
    if NUMBER.fullmatch(number):
        return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"
    return number if MASKED.fullmatch(number) or not number else UNREADABLE


def may_be_one(one: str, other: str) -> bool:
    """Whether two numbers, each masked in its way, may be the same."""
    pairs = zip(one, other, strict=False)
    return len(one) == len(other) and all(a == b or "*" in (a, b) for a, b in pairs)


def keep(data: bytes) -> bytes:
    """What is kept of a file of occupants: its cells, of identity numbers only the masked form.

    Raises:
        SheetUnreadable: as `read_table` does.
    """
    table = read_table(data, OCCUPANTS, BOUNDS)
    return orjson.dumps(asdict(replace(table, lines=[_masked(line) for line in table.lines])))


def kept(data: bytes) -> Table:
    """The table of which `keep` kept the cells."""
    told = orjson.loads(data)
    return Table([Line(**line) for line in told["lines"]], told["letters"], told["unused"])


def _masked(line: Line) -> Line:
    if "identity" not in line.values:
        return line
    return Line(line.number, line.values | {"identity": masked_identity(line.values["identity"])})


def read_room(line: Line) -> Given:
    """What a line says of a room; an empty cell says nothing."""
    return _read(line, ROOM, "room", LONGEST_ROOM)


def read_occupant(line: Line) -> Given:
    """What a line says of somebody who lives there, or lived; an empty cell says nothing."""
    given = _read(line, OCCUPANT, "name", rules.LONGEST_NAME)
    since, until = given.facts.get("since"), given.facts.get("until")
    if since and until and until < since:
        given.wrong("until", "早于入住日期")
    return given


def _read(line: Line, readers: Readers, about: str, longest: int) -> Given:
    texts = texts_of(line)
    given = given_of(line, texts)
    given.name = texts.get(about, "")
    if not 1 <= len(given.name) <= longest:
        given.wrong(about, f"必填,最多 {longest} 个字", "required")
    read_facts(given, texts, readers)
    if not given.code and not (given.village and given.address):
        given.wrong("address", "请填房屋编号,或者村(社区)和地址", "required")
    return given


def _identity(text: str) -> str:
    if not MASKED.fullmatch(text):
        raise ValueError("应为 6 到 18 位数字和字母")
    return text


ROOM: Readers = {"area_m2": square_metres, "use": one_of(rules.ROOM_USES)}
OCCUPANT: Readers = {
    "room": words(1, LONGEST_ROOM),
    "identity": _identity,
    "relation": one_of(rules.RELATIONS),
    "origin": one_of(rules.ORIGINS),
    "since": day,
    "until": day,
}
