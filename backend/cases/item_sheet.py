"""The list of matters as a sheet: a template, a preview, and taking the good lines in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from backend.cases import items
from backend.cases.catalogue import classes
from backend.cases.item_models import TOLD, HazardItem
from backend.org.access import Actor, Permission, require
from backend.problems import FieldError
from backend.sheets import BrokenLine, Column, Line, read

SEVERITY = {"一般": "general", "较大": "serious", "重大": "critical"}
TRUTH = {"是": True, "否": False}
SEVERITIES, TRUTHS = tuple(SEVERITY), tuple(TRUTH)
COLUMNS = (
    Column("编号", "code", required=True, about="类别字母加两到三位数字", sample="P20"),
    Column("类别", "class_name", required=True, choices=tuple(classes()), sample="公共安全"),
    Column("事项名称", "name", required=True, about="最多 40 个字", sample="广告牌松动"),
    Column("英文名称", "name_en", sample="Loose billboard"),
    Column("牵头部门", "lead_department", required=True, sample="城管"),
    Column("等级", "severity", required=True, choices=SEVERITIES, sample="一般"),
    Column("处置时限", "deadline", about="3wd 为工作日,15d 为天,immediate 为立即", sample="7wd"),
    Column("取证要求", "evidence", sample="全景和近景各一张"),
    Column("最少照片数", "photos_min", about="0 到 9", sample="2"),
    Column("可自办", "self_settle", choices=TRUTHS, sample="是"),
    Column("涉稳", "restricted", choices=TRUTHS, sample="否"),
    Column("别名", "synonyms", about="群众常用的说法,用空格分开", sample="广告牌 店招"),
    Column("立案条件", "file_if"),
    Column("结案条件", "close_if", sample="已拆除或加固"),
    Column("排序", "sort", about="数字小的在前", sample="40"),
)


@dataclass(frozen=True)
class Reading:
    """What a sheet would do: each good line with new, changed or same; and the broken ones."""

    good: list[tuple[Line, str, dict[str, Any]]]
    broken: list[BrokenLine]


def preview(actor: Actor, data: bytes) -> Reading:
    """Read a sheet of items; nothing is changed.

    Raises:
        Forbidden: not the actor's to change.
        SheetUnreadable: as `sheets.read` says.
    """
    require(actor, Permission.ITEM_EDIT)
    known = {item.code: item for item in items.list_items(actor)}
    good, broken, seen = [], [], set[str]()
    for line in read(data, COLUMNS):
        values, errors = _values(line, known)
        if values["code"] in seen:
            errors.append(FieldError("/code", "repeated", "编号在文件中出现两次"))
        seen.add(values["code"])
        if errors:
            broken.append(BrokenLine(line, errors))
        else:
            good.append((line, _change(values, known), values))
    return Reading(good, broken)


def _values(line: Line, known: dict[str, HazardItem]) -> tuple[dict[str, Any], list[FieldError]]:
    """The line as an item; what it leaves empty stays as it is on the list."""
    item = known.get(line.values.get("code", ""))
    before = {name: getattr(item, name) for name in TOLD} if item else {}
    given: dict[str, Any] = {name: text for name, text in line.values.items() if text}
    errors: list[FieldError] = []
    readers: dict[str, tuple[Callable[[str], Any], str]] = {
        "severity": (SEVERITY.__getitem__, f"应为{'、'.join(SEVERITY)}"),
        "self_settle": (TRUTH.__getitem__, "应为是或否"),
        "restricted": (TRUTH.__getitem__, "应为是或否"),
        "photos_min": (int, "应为数字"),
        "sort": (_small, "应为 0 到 9999 的数字"),
    }
    for name, (reader, told) in readers.items():
        text = given.pop(name, "")
        try:
            given |= {name: reader(text)} if text else {}
        except (ValueError, KeyError):
            errors.append(FieldError(f"/{name}", "invalid", told))
    if not line.values.get("severity"):
        errors.append(FieldError("/severity", "required", "必填"))
    values, wrong = items.checked(before | given)
    return values, errors + wrong


def lines(actor: Actor) -> list[Line]:
    """The list in force as lines of a sheet that `take` reads back.

    Raises:
        Forbidden: not the actor's to read.
    """
    return [Line(row, _told(item)) for row, item in enumerate(items.list_items(actor), start=2)]


def _told(item: HazardItem) -> dict[str, str]:
    severities, truths = ({told: text for text, told in of.items()} for of in (SEVERITY, TRUTH))
    said = {column.name: str(getattr(item, column.name)) for column in COLUMNS}
    coded = {name: truths[getattr(item, name)] for name in ("self_settle", "restricted")}
    return said | coded | {"severity": severities[item.severity]}


def _small(text: str) -> int:
    if not 0 <= int(text) <= 9999:
        raise ValueError(text)
    return int(text)


def _change(values: dict[str, Any], known: dict[str, HazardItem]) -> str:
    item = known.get(values["code"])
    if item is None:
        return "new"
    same = all(getattr(item, name) == values[name] for name in TOLD)
    return "same" if same else "changed"


def take(actor: Actor, data: bytes, reason: str) -> Reading:
    """Put the good lines of a sheet in force; what is so already gets no new version.

    Raises:
        Forbidden, SheetUnreadable: as `preview` does.
    """
    reading = preview(actor, data)
    for _line, change, values in reading.good:
        if change != "same":
            items.put(actor, values, reason)
    return reading
