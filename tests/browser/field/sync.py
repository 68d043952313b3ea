"""What is not sent yet, and what was refused."""

from __future__ import annotations

from typing import Any

from tests.browser.field.ways import REFUSE
from tests.browser.tour import Screen, Tour


def _refusal(name: str, code: str, message: str, *errors: tuple[str, str]) -> dict[str, Any]:
    wrong = [{"pointer": pointer, "code": code, "detail": detail} for pointer, detail in errors]
    said = {"verdict": "rejected", "code": code, "message": message, "errors": wrong}
    return {"name": name, **said}


# What the server says of them, as long as its sentences get.
REFUSALS = [
    _refusal(
        "inspection.submit",
        "validation",
        "内容有误,请修改后再提交",
        ("/args/photos", "D02:这一项不合格,必须拍照"),
        ("/args/answers/1/number", "请填写数字"),
        ("/args/note", "不能超过 2000 个字"),
    ),
    _refusal(
        "hazard.report",
        "unknown-item",
        "没有这个隐患类别,可能已停用;请重新选择类别后再报,或者联系镇街指挥中心确认",
        ("/args/item_code", "没有这个事项"),
    ),
    _refusal("patrol.start", "forbidden", "您没有负责的网格,请选择位置"),
    _refusal("patrol.finish", "dep-failed", "它所依据的记录未被接受"),
    {**_refusal("task.accept", "unknown-mutation", ""), "verdict": "held"},
]


def sync_unsent(tour: Tour) -> None:
    tour.open("/sync", ".app-list-item")


def sync_refused(tour: Tour) -> None:
    tour.data.add(REFUSALS)
    tour.refused = tour.page.evaluate(REFUSE, REFUSALS)
    tour.open("/sync", ".entry-reason")


def refused_inspection(tour: Tour) -> None:
    tour.open(f"/attention/{tour.refused['inspection.submit']}", ".wrong-list")


def refused_inspection_mended(tour: Tour) -> None:
    """The checklist again, at the item that the server found wrong."""
    tour.press("field.attention.edit")
    tour.see(".item-card .wrong-note")


def refused_hazard(tour: Tour) -> None:
    tour.open(f"/attention/{tour.refused['hazard.report']}", ".wrong-list")


def refused_hazard_mended(tour: Tour) -> None:
    tour.press("field.attention.edit")
    tour.see(".wrong-note")


def refused_discard(tour: Tour) -> None:
    tour.open(f"/attention/{tour.refused['patrol.start']}", ".fact-list")
    tour.press("field.attention.discard")
    tour.see("dialog[open]")


def refused_discard_missing(tour: Tour) -> None:
    tour.page.locator("dialog .app-button.danger").click()
    tour.see("dialog [aria-invalid=true]")


def held(tour: Tour) -> None:
    tour.open(f"/attention/{tour.refused['task.accept']}", ".fact-list")


def refused_settled(tour: Tour) -> None:
    tour.open("/attention/0", ".empty-state")


SCREENS: dict[str, Screen] = {
    "sync-unsent": sync_unsent,
    "sync-refused": sync_refused,
    "refused-inspection": refused_inspection,
    "refused-inspection-mended": refused_inspection_mended,
    "refused-hazard": refused_hazard,
    "refused-hazard-mended": refused_hazard_mended,
    "refused-discard": refused_discard,
    "refused-discard-missing": refused_discard_missing,
    "held": held,
    "refused-settled": refused_settled,
}
