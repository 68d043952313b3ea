"""What happened on a day in one village, and how each route is called about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient

from backend.cases.item_sheet import COLUMNS
from backend.cases.models import Case
from backend.checklists.sheet import COLUMNS as CHECKLIST_COLUMNS
from backend.db import db
from backend.houses.address_book import COLUMNS as ADDRESSES
from backend.houses.intake.sheet import COLUMNS as HOUSES
from backend.sheets import template
from backend.sources.hotline import COLUMNS as ORDERS
from tests.cases.test_items import ITEM
from tests.cases.test_register import find
from tests.media import pictures
from tests.partners.conftest import new_token
from tests.sync.rescue import header, sealed
from tests.town import Town


@dataclass
class Day:
    """What happened in village 1 of 金新街道, by name of a route's parameter."""

    ids: dict[str, str]
    town: Town

    def body(self, route: str) -> dict[str, Any]:
        """What a command's route is sent."""
        bodies: dict[str, dict[str, Any]] = {
            "POST /api/tokens": new_token(self.town),
            "POST /api/houses/labels": {},
            "POST /api/webhooks": {
                "name": "x",
                "url": "https://partner.example/in",
                "org_unit_id": str(self.town.units["金新街道"].id),
                "events": ["case.opened"],
            },
            "POST /api/tasks": {
                "id": str(uuid4()),
                "kind": "other",
                "title": "看一看",
                "text": "",
                "assignee_id": str(self.town.users["worker"].id),
                "due_at": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
                "urgency": "normal",
            },
            "POST /api/tasks/{task}/reassign": {
                "worker_id": str(self.town.users["head"].id),
                "reason": "请假",
            },
            "POST /api/tasks/{task}/time": {"granted": True},
            "POST /api/campaigns": {
                "id": str(uuid4()),
                "name": "敲门行动",
                "starts_on": "2026-11-20",
                "ends_on": "2026-12-20",
                "grid_ids": [str(self.town.grids["金新街道1村"].id)],
            },
            "POST /api/plans": {
                "id": str(uuid4()),
                "grid_id": str(self.town.grids["金新街道1村"].id),
                "kind": "patrol",
                "title": "巡查",
                "every": "working_days",
                "starts_on": "2026-11-20",
            },
            "POST /api/task-forms": {
                "org_unit_id": str(self.town.units["金新街道"].id),
                "name": "走访",
                "fields": [{"code": "a", "label": "人数", "kind": "number"}],
            },
            "POST /api/samples": {"since": "2026-11-01", "until": "2026-11-30", "count": 1},
            "PUT /api/departments/{department}/duties": {"duties": "房屋结构安全"},
            "PUT /api/messages/quiet-hours/{township}": {"since": "21:00", "until": "07:30"},
            "PUT /api/calendar": {"day": "2027-01-01", "kind": "holiday", "name": "元旦"},
            "POST /api/cases/queue/filters": {
                "name": "逾期",
                "query": {"due": "overdue"},
                "shared": True,
            },
            "POST /api/phrases": {"text": "已核实", "shared": True},
            "PUT /api/phrases/{phrase}": {"text": "已核实无误"},
            "POST /api/cases/bulk": {
                "action": "note",
                "dry_run": True,
                "given": {"text": "x"},
                "cases": [{"id": self.ids.get("case"), "seen": 1}],
            },
            "POST /api/cases/bulk/undo": {"cases": [{"id": self.ids.get("case"), "seen": 1}]},
            "POST /api/houses/reviews/{review}": {"decision": "keep"},
            "POST /api/houses/{house}/address": {"address_id": self.ids.get("address")},
            "PUT /api/cases/{case}/presence": {"mode": "viewing"},
        }
        whole = {"text": "已整改", "reason": "已另行安排", "note": "已核实"}
        more = self.of_sources() | self.of_checklists() | self.of_papers()
        return (bodies | more).get(route, whole)

    def of_papers(self) -> dict[str, dict[str, Any]]:
        """What the routes of authorities, enforcers and words are sent."""
        housing = str(self.town.departments["金新街道住建"].id)
        told = {"department_id": housing, "may_order": True, "contact": "0513", "remedy": ""}
        certificate = {"certificate_no": "32060099", "since": "2026-01-01"}
        body = [
            {"kind": "text", "text": "{party}位于{place},于{deadline}前"},
            {"kind": "each", "text": "{text}{correction}"},
        ]
        words = {"kind": "advice", "title": "告知单", "word": "告字", "body": body, "laws": []}
        return {
            "POST /api/authorities": {**told, "name": "新机关", "word": "通新"},
            "PUT /api/authorities/{authority}": {
                **told,
                "name": "金新街道housing",
                "word": "通公(金新)",
            },
            "POST /api/authorities/{authority}/enforcers": {
                **certificate,
                "user_id": str(self.town.users["housing"].id),
            },
            "PUT /api/enforcers/{enforcer}": {**certificate, "certificate_no": "32060098"},
            "POST /api/document-templates": {**words, "based_on": 1},
        }

    def of_checklists(self) -> dict[str, dict[str, Any]]:
        """What the routes of checklists are sent; the one in force is nobody's to change."""
        seen = {"changed_at": "2026-11-20T00:00:00Z"}
        told = {"title": "清单", "items": [ASKED_ITEM]}
        return {
            "POST /api/checklists": {"based_on": str(self.town.checklist.id)},
            "PUT /api/checklists/{checklist}": told | seen,
            "POST /api/checklists/{checklist}/publish": seen,
        }

    def of_sources(self) -> dict[str, dict[str, Any]]:
        """What the routes of items and sources are sent."""
        return {
            "PUT /api/items": ITEM,
            "POST /api/items/proposals": ITEM,
            "POST /api/items/proposals/{proposal}": {"accepted": True},
            "POST /api/sources/places": {"org_unit_id": str(self.town.units["金新街道1村"].id)},
            "POST /api/sources/alerts": {
                "name": "瞭望",
                "grid_id": str(self.town.grids["金新街道1村"].id),
            },
            "PUT /api/sources/alerts/{source}": {"name": "瞭望台"},
            "POST /api/registrations": find(self.town),
            "POST /api/sources/hotline/results": {"format": "csv"},
            "POST /api/v1/hotline-orders": {"orders": [{"number": "TZ1"}]},
        }


ASKED_ITEM = {
    "code": "D01",
    "section": "消防",
    "text": "通道畅通",
    "answer": "pass_fail_na",
    "severity": "general",
    "lead_department": "消防",
    "photo_on_fail": "optional",
    "visibility": "normal",
}
ASKED = {"/api/tasks/nearest": {"query_string": {"lng": 121, "lat": 32}}}


def _other(route: str, day: Day) -> dict[str, Any]:
    """What is sent where it is not the ordinary."""
    files: dict[str, Callable[[], bytes]] = {
        "POST /api/addresses": lambda: template(ADDRESSES),
        "POST /api/houses/imports": lambda: template(HOUSES),
        "POST /api/checklists/pictures": pictures.jpeg,
        "POST /api/checklists/import": lambda: template(CHECKLIST_COLUMNS),
        "POST /api/items/import": lambda: template(COLUMNS),
        "POST /api/sources/hotline": lambda: template(ORDERS),
        "POST /api/photos": pictures.jpeg,
        "POST /api/rescues": lambda: sealed(header(day.town, "worker")),
    }
    if route in files:
        return {"data": files[route]()}
    days = {"since": "2026-11-01", "until": "2026-11-20"}
    if "/exports/" in route:
        own = {"campaign_id": day.ids["campaign"]} if route.endswith("/visits") else {}
        own |= days if route.endswith("/findings") else {}
        return {"query_string": {"format": "csv", **own}}
    if "/figures" in route or route.endswith("/history"):
        return {"query_string": days}
    if route == "POST /api/calls/{delivery}":
        return {"json": {"outcome": "unreached"}}
    if "/documents/" in route:
        return {"json": {"reason": "有误"}} if route.startswith("POST") else {}
    reasoned = {"DELETE /api/items/code/{code}", "POST /api/cases/{case}/contact"}
    return {"json": {"reason": "不再使用"}} if route in reasoned else {}


def call(browser: FlaskClient, route: str, day: Day) -> int:
    method, path = route.split()
    body = {
        "POST /api/tasks/{task}/cancel": "reason",
        "POST /api/refusals/{refusal}/accept": "note",
        "POST /api/refusals/{refusal}/discard": "reason",
    }
    whole = day.body(route)
    json = {body[route]: whole[body[route]]} if route in body else whole
    if route == "POST /api/cases/{case}/undo":
        json = {"seen": 1}
    if "/actions/" in route or "/parts/" in route:
        word = "reason" if "{step}" in route else "text"
        version = db.session.get_one(Case, UUID(day.ids["case"])).version
        json = {"seen": version, word: whole[word]}
    if route.startswith("POST /api/webhooks/"):
        since = datetime.now(UTC).isoformat()
        json = {"since": since} if route.endswith("/replay") else None  # type: ignore[assignment]
    options: dict[str, Any] = {"json": json} if method in {"POST", "PUT"} else ASKED.get(path, {})
    if path == "/api/calendar" and not options:
        options = {"query_string": {"year": 2027} if method == "GET" else {"day": "2027-01-01"}}
    options = _other(route, day) or options
    answer = browser.open(path.format(**day.ids), method=method, **options)
    assert isinstance(answer.status_code, int)
    return answer.status_code
