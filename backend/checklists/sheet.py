"""The items of a checklist as a sheet: written, and read back with what is wrong, cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from backend.checklists import drafting
from backend.checklists.rules import Item
from backend.org.access import Actor, Permission, require
from backend.problems import FieldError
from backend.sheets import BrokenLine, Column, Line, read

ANSWERS = {
    "判定": "pass_fail_na",
    "数字": "number",
    "文字": "text",
    "数字+判定": "number+pass_fail_na",
    "文字+判定": "text+pass_fail_na",
}
SEVERITIES = {
    "一般": "general",
    "较大": "serious",
    "重大": "critical",
    "只记录": "computed",
    "现场定": "chosen_on_site",
}
PHOTOS = {"必须": "required", "选填": "optional"}
SEEN = {"否": "normal", "是": "restricted"}
PREFILLS = {
    "居住人数": "occupants",
    "每间人数": "persons_per_room",
    "人均面积": "area_per_person",
    "房间数": "rooms",
    "灭火器数": "extinguishers",
}
WORDS = {
    "answer": ANSWERS,
    "severity": SEVERITIES,
    "photo_on_fail": PHOTOS,
    "visibility": SEEN,
    "prefill": PREFILLS,
}
COLUMNS = (
    Column("编号", "code", required=True, about="一个字母加两位数字", sample="B08"),
    Column("分段", "section", required=True, sample="居住标准"),
    Column("分段英文", "section_en", sample="Living standards"),
    Column("检查内容", "text", required=True, sample="床位之间留有通道"),
    Column("英文内容", "text_en", sample="A way is left between the beds"),
    Column("填写方式", "answer", required=True, choices=tuple(ANSWERS), sample="判定"),
    Column("等级", "severity", required=True, choices=tuple(SEVERITIES), sample="一般"),
    Column("牵头部门", "lead_department", required=True, sample="住建"),
    Column("配合部门", "other_departments", about="用空格分开", sample="消防 公安"),
    Column("整改期限", "deadline", about="如 3wd(工作日)、15d(天)、immediate", sample="7wd"),
    Column("不合格拍照", "photo_on_fail", required=True, choices=tuple(PHOTOS), sample="必须"),
    Column("限制知悉", "visibility", required=True, choices=tuple(SEEN), sample="否"),
    Column("依据", "basis"),
    Column("下限", "min"),
    Column("上限", "max"),
    Column("单位", "unit"),
    Column("档案预填", "prefill", choices=tuple(PREFILLS)),
    Column("显示条件", "show_if", about="如 B06 >= 10 或 D01 = fail", sample="B06 >= 10"),
    Column("算式", "formula", about="如 area / A04 或 B06 max beds"),
)
OPTIONAL = ("min", "max", "unit", "prefill", "show_if", "formula")


@dataclass(frozen=True)
class Reading:
    """The items of a sheet where all its lines are sound; else the broken ones."""

    items: list[Item]
    broken: list[BrokenLine]


def read_items(actor: Actor, data: bytes) -> Reading:
    """Read a sheet of items; nothing is changed.

    Raises:
        Forbidden: not the actor's to edit.
        SheetUnreadable: as `sheets.read` says.
    """
    require(actor, Permission.CHECKLIST_EDIT)
    found = read(data, COLUMNS)
    pairs = [_item(line) for line in found]
    wrong = {number: errors for number, (_, errors) in enumerate(pairs) if errors}
    for error in drafting.faults([item for item, _ in pairs]):
        _, _, number, name = [*error.pointer.split("/"), "", ""][:4]
        if number.isdigit():
            told = FieldError(f"/{name}", error.code, error.detail)
            wrong.setdefault(int(number), []).append(told)
    broken = [BrokenLine(found[number], errors) for number, errors in sorted(wrong.items())]
    return Reading([] if broken else [item for item, _ in pairs], broken)


def _item(line: Line) -> tuple[Item, list[FieldError]]:
    """A line as an item; a cell that cannot be read is left at what an item has by itself."""
    told = {column.name: line.values.get(column.name, "") for column in COLUMNS}
    errors: list[FieldError] = []
    item: Item = dict(told) | {"other_departments": told["other_departments"].split()}
    for name in (*WORDS, "min", "max"):
        read_cell: Callable[[str], Any] = WORDS[name].__getitem__ if name in WORDS else float
        try:
            item[name] = read_cell(told[name]) if told[name] else None
        except (KeyError, ValueError):
            item[name] = None
            errors.append(FieldError(f"/{name}", "invalid", _wanted(name)))
    for name in ("answer", "severity", "photo_on_fail", "visibility"):
        if item[name] is None:
            item[name] = next(iter(WORDS[name].values()))
            if not told[name]:
                errors.append(FieldError(f"/{name}", "required", "必填"))
    return {
        name: value
        for name, value in item.items()
        if name not in OPTIONAL or value not in {None, ""}
    }, errors


def _wanted(name: str) -> str:
    return f"应为{'、'.join(WORDS[name])}" if name in WORDS else "应为数字"


def lines(items: Sequence[Item]) -> list[Line]:
    """Items as lines of a sheet that `read_items` reads back."""
    return [Line(row, _told(item)) for row, item in enumerate(items, start=2)]


def _told(item: Item) -> dict[str, str]:
    said = {column.name: item.get(column.name) for column in COLUMNS}
    for name, words in WORDS.items():
        said[name] = {code: word for word, code in words.items()}.get(str(said[name]), "")
    for name in ("min", "max"):
        said[name] = f"{said[name]:g}" if said[name] is not None else ""
    said["other_departments"] = " ".join(item.get("other_departments", []))
    return {name: str(value) if value is not None else "" for name, value in said.items()}
