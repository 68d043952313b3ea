"""What a case probably is, whose it is and until when, each with the reason; nobody need follow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from backend.cases.item_models import HazardItem
from backend.cases.items import list_items
from backend.cases.kinds import likeliest
from backend.cases.models import Case, CaseEvent
from backend.cases.queries import find_case
from backend.clock.rules import SPAN
from backend.db import db, utc_now
from backend.org import queries as org
from backend.org.access import Actor
from backend.org.models import Department, OrgUnit

BACK = timedelta(days=90)
ENOUGH = 3  # cases of before, below which they say nothing
UNITS = {
    "m": "分钟",
    "h": "小时",
    "d": "天",
    "wm": "个工作分钟",
    "wh": "个工作小时",
    "wd": "个工作日",
}
Told = dict[str, Any]


def suggestions(actor: Actor, case_id: UUID) -> Told:
    """Kind, department and time for a case, from its item and from what was done here before.

    Raises:
        Forbidden, NotFound: the case is not the actor's to see.
    """
    case = find_case(actor, case_id)
    item = db.session.scalars(
        select(HazardItem).where(HazardItem.code == case.item_code)
    ).one_or_none()
    township = org.township_of(case.org_path)
    return {
        "kind": _kind(actor, case, item),
        "departments": _departments(case, item, township),
        "deadline": {"due_at": case.due_at, "reason": f"{_list(item)}:{said(case.span)}"},
    }


def said(span: str) -> str:
    """A span of the table in words: 3wd is 3个工作日."""
    match = SPAN.fullmatch("24h" if span == "immediate" else span)
    return match[1] + UNITS[match[2] + match[3]] if match else span


def _list(item: HazardItem | None) -> str:
    return "事项清单" if item else "检查清单"


def _kind(actor: Actor, case: Case, item: HazardItem | None) -> Told:
    """What its words speak of most, else what it is."""
    if item is None or case.inspection_id is not None:
        return {"code": case.item_code, "name": case.title, "reason": "检查清单"}
    other = likeliest(case.note or "", item.code, list_items(actor))
    if other is not None:
        found, words = other
        said = "".join(f"「{word}」" for word in words)
        return {"code": found.code, "name": found.name, "reason": f"文中有{said}"}
    return {"code": item.code, "name": item.name, "reason": f"事项清单:{item.class_name}"}


def _departments(case: Case, item: HazardItem | None, township: OrgUnit | None) -> list[Told]:
    """The best first: whom cases of this item went to before comes before what the list says."""
    if township is None:
        return []
    lead = item.lead_department if item else case.department_name
    listed = org.department_named(township, lead or "")
    reasons: dict[UUID, Told] = {}
    for department, reason in [
        *_before(case, township),
        *([(listed, f"{_list(item)}:{listed.name}")] if listed else []),
    ]:
        told = reasons.setdefault(
            department.id, {"id": department.id, "name": department.name, "reasons": []}
        )
        told["reasons"].append(reason)
    return list(reasons.values())


def _before(case: Case, township: OrgUnit) -> Iterable[tuple[Department, str]]:
    """Where cases of the same item here were sent in 90 days, the most frequent first."""
    sent = select(CaseEvent.id).where(
        CaseEvent.case_id == Case.id, CaseEvent.action.in_(("dispatch", "rule"))
    )
    found = db.session.execute(
        select(Department, func.count())
        .join(Case, Case.department_id == Department.id)
        .where(Case.item_code == case.item_code, Case.id != case.id)
        .where(Case.captured_at > utc_now() - BACK, Case.org_path.like(township.path + "%"))
        .where(Case.restricted == case.restricted, sent.exists())
        .group_by(Department.id)
        .order_by(func.count().desc(), Department.name)
    ).all()
    every = sum(count for _, count in found)
    if every < ENOUGH:
        return
    for department, count in found:
        yield department, f"近90天同类{every}件中{count}件派给{department.name}"
