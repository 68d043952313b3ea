"""A township whose authorities may issue papers, and papers as a phone writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from backend.cases.rules import local_day
from backend.db import db, transaction
from backend.documents.models import Authority, DocumentTemplate, Enforcer
from backend.documents.templates import publish_templates
from backend.org.models import RoleGrant
from tests.sync.phone import Phone
from tests.town import Town


@dataclass
class Papers:
    """Who may issue what in the town."""

    town: Town
    authorities: dict[str, Authority] = field(default_factory=dict)
    enforcers: dict[str, Enforcer] = field(default_factory=dict)
    templates: dict[str, DocumentTemplate] = field(default_factory=dict)


def give_power(town: Town) -> Papers:
    """Housing (住建) may order: its officer and a colleague are certified; the centre advises."""
    papers = Papers(town)
    township = town.units["金新街道"].id
    with transaction():
        papers.templates = {one.kind: one for one in publish_templates()}
        for name, of, word in (("centre", None, "通金网格"), ("housing", "住建", "通公(金新)")):
            papers.authorities[name] = Authority(
                org_unit_id=township,
                department_id=town.departments[f"金新街道{of}"].id if of else None,
                name=f"金新街道{name}",
                word=word,
                may_order=of is not None,
                contact="0513-86000000",
                remedy="如不服,可以依法申请行政复议。" if of else "",
            )
            db.session.add(papers.authorities[name])
        db.session.flush()
        for name in ("housing", "cleared"):
            user = town.users[name]
            papers.enforcers[name] = Enforcer(
                user_id=user.id,
                authority_id=papers.authorities["housing"].id,
                org_unit_id=township,
                name=user.name,
                certificate_no=f"320600{len(papers.enforcers):04}",
                since=date(2024, 1, 1),
                until=None,
            )
            db.session.add(papers.enforcers[name])
            department = town.departments["金新街道住建"].id
            db.session.add(
                RoleGrant(
                    user_id=user.id,
                    role="enforcer",
                    org_unit_id=township,
                    department_id=department,
                )
            )
    db.session.expire_all()
    return papers


def today() -> date:
    return local_day(datetime.now(UTC))


def lease(papers: Papers, kind: str, device: str, **more: Any) -> dict[str, Any]:
    """The arguments of `document.lease@1`."""
    name = "housing" if kind == "order" else "centre"
    return {
        "block_id": str(uuid4()),
        "device_id": device,
        "authority_id": str(papers.authorities[name].id),
        "kind": kind,
        "year": today().year,
        **more,
    }


def paper(papers: Papers, kind: str, device: str, number: int, **more: Any) -> dict[str, Any]:
    """The arguments of `document.issue@1`."""
    order = kind == "order"
    named = [{"enforcer_id": str(one.id)} for one in papers.enforcers.values()] if order else []
    return {
        "document_id": str(uuid4()),
        "kind": kind,
        "authority_id": str(papers.authorities["housing" if order else "centre"].id),
        "template_id": str(papers.templates[kind].id),
        "device_id": device,
        "number": number,
        "house_id": str(papers.town.houses["金新街道1村1"].id),
        "inspection_id": None,
        "issued_on": today().isoformat(),
        "checked_on": today().isoformat(),
        "deadline_on": (today() + timedelta(days=7)).isoformat(),
        "place": "金新街道1村测试路1号",
        "party": {"name": "张测试", "id_masked": "3206**********1234"},
        "findings": [
            {
                "item_code": "D01",
                "text": "楼梯间堆放电动自行车",
                "basis": "江苏省消防条例",
                "correction": "立即清除,保持疏散通道畅通",
            }
        ],
        "officers": named,
        "signature": [[10, 10, 200, 150]],
        **more,
    }


def number_of(papers: Papers, kind: str, device: str, **more: Any) -> dict[str, Any]:
    """The arguments of `document.void@1`, but for the number."""
    asked = lease(papers, kind, device)
    del asked["block_id"]
    return {**asked, "reason": "写错了", **more}


def first_of(phone: Phone) -> int:
    """The first number of the phone's newest block."""
    phone.pull()
    firsts: list[int] = [block["first"] for block in phone.of_kind("number_block")]
    return max(firsts)
