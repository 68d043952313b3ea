"""Orders of the 12345 hotline: a batch from a file or a program, each order by itself."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.audit import commands as audit
from backend.cases import life
from backend.cases.commands import Place
from backend.cases.item_models import HazardItem
from backend.cases.items import item_in_force, matter_of
from backend.cases.models import Case
from backend.cases.thread import facts_of, locked_case, write
from backend.clock.calendar import ZONE
from backend.db import db, savepoint, utc_now
from backend.org.access import Actor, Permission, below, may_see, require
from backend.org.models import Grid, OrgUnit
from backend.problems import FieldError, Problem
from backend.sheets import BrokenLine, Column, read
from backend.sources.models import CaseOrigin, account_of
from backend.sources.opening import (
    Arrival,
    find_origin,
    first_grid,
    grid_below,
    open_from_outside,
    place_in,
)

TERMS = Path(__file__).parent / "data" / "hotline_terms.csv"
OTHER = "L02"  # the item of what fits none
FIRST, LAST = datetime(2000, 1, 1, tzinfo=ZONE), datetime(2100, 1, 1, tzinfo=ZONE)


@cache
def terms() -> dict[str, str]:
    """The time that each kind of request leaves where the order says none."""
    with TERMS.open(encoding="utf-8", newline="") as lines:
        return {line["kind"]: line["deadline"] for line in csv.DictReader(lines, strict=True)}


COLUMNS = (
    Column("工单号", "number", required=True, about="热线系统的编号", sample="TZ20261122001"),
    Column("诉求内容", "text", required=True, sample="小区东门路灯不亮"),
    Column("诉求类型", "kind", required=True, choices=tuple(terms()), sample="投诉"),
    Column("村(社区)或网格", "place", required=True, about="名称,写全称", sample="华山社区"),
    Column("地址", "address", sample="人民路 12 号"),
    Column("事项", "item", about="事项清单的编号或名称;不填为其他民生诉求", sample="U04"),
    Column("诉求人", "contact_name", sample="王女士"),
    Column("联系电话", "contact_phone", sample="13800000000"),
    Column("受理时间", "received_at", about="2026-11-22 09:30;不填为导入时间"),
    Column("办理时限(工作日)", "working_days", about="1 到 60;不填按诉求类型", sample="5"),
    Column("经度", "lng"),
    Column("纬度", "lat"),
)


@dataclass(frozen=True)
class Taken:
    """What became of one order: opened, updated (known before, with news), same, or refused."""

    number: str
    outcome: str
    case_id: UUID | None = None
    case_number: str | None = None
    errors: Sequence[FieldError] = ()


def take_sheet(actor: Actor, data: bytes) -> tuple[list[Taken], list[BrokenLine]]:
    """Take the orders of a file in; lines that cannot be taken come back with their reasons.

    Raises:
        Forbidden: not the actor's to take in.
        SheetUnreadable: as `sheets.read` says.
    """
    lines = read(data, COLUMNS)
    taken = take_orders(actor, [line.values for line in lines])
    pairs = zip(lines, taken, strict=True)
    return taken, [BrokenLine(line, one.errors) for line, one in pairs if one.errors]


def take_orders(actor: Actor, orders: Sequence[Mapping[str, str]]) -> list[Taken]:
    """Take orders in, each by itself: a broken one leaves the others alone.

    An order is its texts by the names of `COLUMNS`. The same number again makes no second case:
    what is new in it becomes a line of the thread.

    Raises:
        Forbidden: not the actor's to take in.
    """
    require(actor, Permission.SOURCE_EDIT)
    return [_taken(actor, order) for order in orders]


def _taken(actor: Actor, order: Mapping[str, str]) -> Taken:
    texts = {column.name: order.get(column.name, "").strip() for column in COLUMNS}
    try:
        with savepoint():
            return _take(actor, texts)
    except Problem as problem:
        errors = problem.errors or [FieldError("/number", problem.slug, problem.detail)]
        return Taken(texts["number"], "refused", errors=errors)


def _take(actor: Actor, texts: dict[str, str]) -> Taken:
    errors = [
        FieldError(f"/{column.name}", "required", "必填")
        for column in COLUMNS
        if column.required and not texts[column.name]
    ]
    known = find_origin("hotline", texts["number"]) if texts["number"] else None
    if known is not None and not errors:
        return _again(actor, known, texts)
    order = _read(actor, texts, errors)
    if errors:
        return Taken(texts["number"], "refused", errors=errors)
    return _open(actor, texts, order)


@dataclass(frozen=True)
class Order:
    """An order that was read."""

    item: HazardItem
    place: Place
    deadline: str
    captured_at: datetime


def _read(actor: Actor, texts: dict[str, str], errors: list[FieldError]) -> Order | None:
    def wrong(name: str, told: str) -> None:
        errors.append(FieldError(f"/{name}", "invalid", told))

    item = item_in_force(texts["item"] or OTHER)
    if item is None:
        wrong("item", "事项清单中没有这个事项")
    deadline = f"{texts['working_days']}wd" if texts["working_days"] else terms().get(texts["kind"])
    days = texts["working_days"] or "1"
    if not (days.isascii() and days.isdigit() and 1 <= int(days[:4]) <= 60):
        wrong("working_days", "应为 1 到 60 的整数")
    if texts["kind"] and texts["kind"] not in terms():
        wrong("kind", f"应为{'、'.join(terms())}")
    captured_at = _time(texts["received_at"])
    if captured_at is None:
        wrong("received_at", "应为 2026-11-22 09:30 这样的时间,且不晚于现在")
    place = _place(actor, texts, wrong)
    if errors or item is None or place is None or captured_at is None or deadline is None:
        return None
    return Order(item, place, deadline, captured_at)


def _time(text: str) -> datetime | None:
    now = utc_now()
    if not text:
        return now
    try:
        told = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None
    told = told if told.tzinfo else told.replace(tzinfo=ZONE)
    return told if FIRST <= told <= now else None


def _place(actor: Actor, texts: dict[str, str], wrong: Any) -> Place | None:  # noqa: ANN401
    """Where it is: the point's grid if it lies in the named place, else that place's first."""
    area = _named(actor, texts["place"]) if texts["place"] else None
    if area is None:
        if texts["place"]:
            wrong("place", "本辖区没有这个村(社区)或网格")
        return None
    point = _point(texts, wrong)
    if isinstance(area, Grid):
        grid: Grid | None = area
    else:
        grid = (grid_below(area.path, *point) if point else None) or first_grid(area.path)
    if grid is None:
        wrong("place", "这个村(社区)还没有网格")
        return None
    return place_in(grid, texts["address"] or None, point, "hotline")


def _named(actor: Actor, name: str) -> Grid | OrgUnit | None:
    mine = below(actor, Permission.SOURCE_EDIT, OrgUnit.path)
    unit = db.session.scalars(select(OrgUnit).where(OrgUnit.name == name, mine).limit(2)).all()
    if len(unit) == 1:
        return unit[0]
    mine = below(actor, Permission.SOURCE_EDIT, Grid.org_path)
    fits = select(Grid).where(Grid.name == name, mine, Grid.kind != "micro")
    grids = db.session.scalars(fits.where(Grid.retired_at.is_(None)).limit(2)).all()
    return grids[0] if len(grids) == 1 else None


def _point(texts: dict[str, str], wrong: Any) -> tuple[float, float] | None:  # noqa: ANN401
    if not texts["lng"] and not texts["lat"]:
        return None
    try:
        lng, lat = float(texts["lng"]), float(texts["lat"])
    except ValueError:
        lng, lat = 0.0, 0.0
    if not (73 <= lng <= 136 and 3 <= lat <= 54):
        wrong("lng" if not 73 <= lng <= 136 else "lat", "应为中国境内的 WGS-84 经纬度")
        return None
    return lng, lat


def _open(actor: Actor, texts: dict[str, str], order: Order | None) -> Taken:
    if order is None:
        raise ValueError(texts)
    arrival = Arrival(
        "hotline",
        texts["number"],
        dict(texts),
        order.captured_at,
        texts["contact_name"] or None,
        texts["contact_phone"] or None,
    )
    matter = replace(matter_of(order.item, texts["text"]), deadline=order.deadline)
    case, _origin = open_from_outside(arrival, matter, order.place)
    audit.record(actor.user_id, "hotline.take", "case", case.id, number=texts["number"])
    return Taken(texts["number"], "opened", case.id, case.number)


def _again(actor: Actor, origin: CaseOrigin, texts: dict[str, str]) -> Taken:
    """The order is known: what differs from the last time is told in the thread."""
    case = db.session.get_one(Case, origin.case_id)
    if not may_see(actor, Permission.SOURCE_EDIT, case):
        wrong = FieldError("/number", "known", "这个工单号已在其他辖区登记")
        return Taken(texts["number"], "refused", errors=[wrong])
    news = _news(origin.raw, texts)
    if not news:
        return Taken(texts["number"], "same", case.id, case.number)
    case = locked_case(case.id)
    facts, line = life.note(facts_of(case), "update", account_of("hotline"), utc_now(), news)
    write(case, facts, line)
    origin.raw = dict(texts)
    origin.contact_name = texts["contact_name"] or origin.contact_name
    origin.contact_phone = texts["contact_phone"] or origin.contact_phone
    audit.record(actor.user_id, "hotline.update", "case", case.id, number=texts["number"])
    return Taken(texts["number"], "updated", case.id, case.number)


PRIVATE = {"contact_name", "contact_phone"}


def _news(before: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    """What has changed, in words; of whom to ask back only that it has."""
    changed = [column for column in COLUMNS if texts[column.name] != before.get(column.name, "")]
    return ";".join(
        f"{column.head}已更新"
        if column.name in PRIVATE
        else f"{column.head}:{texts[column.name] or '已清空'}"
        for column in changed
    )
