"""Who may open which door: the table of roles and routes, and nobody beyond the own subtree."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.app import Gridfield
from backend.cases.item_sheet import COLUMNS
from backend.cases.models import Case
from backend.cases.part_models import CasePart
from backend.db import db, transaction
from backend.delivery.commands import send
from backend.delivery.models import Message
from backend.media import uploads
from backend.partners.tokens import SCOPES
from backend.sheets import template
from backend.sources.hotline import COLUMNS as ORDERS
from tests.cases.steps import call as call_departments
from tests.cases.test_items import ITEM
from tests.cases.test_register import find
from tests.conftest import SignIn
from tests.media import pictures
from tests.partners.conftest import new_token
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.sync.rescue import header, sealed
from tests.town import PEOPLE, Town

# W worker, H grid head, D dispatcher, S supervisor, O officer of 消防, A administrator,
# C dispatcher of the district, M commander, V village committee, R cleared officer of 消防.
# y: allowed; n: refused.
ROLES = {
    "W": "worker",
    "H": "head",
    "D": "dispatcher",
    "S": "supervisor",
    "O": "officer",
    "A": "admin",
    "C": "district",
    "M": "commander",
    "V": "village",
    "R": "cleared",
}
TABLE = {
    # route                              W    H    D    S    O    A    C    M    V    R
    "GET /api/activities": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/inspections/{inspection}": "n    y    y    y    n    n    y    y    y    n",
    "GET /api/cases": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/cases/alarms": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/cases/{case}": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/patrols/{patrol}": "n    y    y    y    n    n    y    y    y    n",
    "GET /api/houses": "n    y    y    y    n    n    y    y    y    n",
    "GET /api/houses/{house}": "n    y    y    y    n    n    y    y    y    n",
    "GET /api/tasks": "n    y    y    y    n    n    y    y    y    n",
    "GET /api/tasks/{task}": "n    y    y    y    n    n    y    y    y    n",
    "GET /api/workers": "n    y    y    y    n    n    y    y    y    n",
    "GET /api/phones": "n    y    y    y    n    n    y    y    y    n",
    "POST /api/workers/{worker}/reminders": "n    y    y    n    n    n    y    y    n    n",
    "GET /api/org/tree": "n    y    y    y    y    y    y    y    y    y",
    "GET /api/departments": "n    y    y    y    y    y    y    y    y    y",
    "GET /api/map": "n    y    y    y    y    y    y    y    y    y",
    "GET /api/map/houses": "n    y    y    y    n    n    y    y    y    n",
    "GET /api/map/cases": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/feedback": "n    n    n    n    n    y    n    n    n    n",
    "GET /api/refusals": "n    n    y    n    n    n    y    n    n    n",
    "GET /api/refusals/count": "n    n    y    n    n    n    y    n    n    n",
    "GET /api/refusals/{refusal}": "n    n    y    n    n    n    y    n    n    n",
    "GET /api/refusals/{refusal}/photos/{sha256}": "n    n    y    n    n    n    y    n    n    n",
    "POST /api/refusals/{refusal}/accept": "n    n    y    n    n    n    y    n    n    n",
    "POST /api/refusals/{refusal}/discard": "n    n    y    n    n    n    y    n    n    n",
    "GET /api/calendar": "n    y    y    y    y    y    y    y    y    y",
    "PUT /api/calendar": "n    n    y    n    n    y    y    n    n    n",
    "DELETE /api/calendar": "n    n    y    n    n    y    y    n    n    n",
    "POST /api/rescues": "n    n    y    n    n    n    y    n    n    n",
    "GET /api/tokens": "n    n    n    n    n    y    n    n    n    n",
    "POST /api/tokens": "n    n    n    n    n    y    n    n    n    n",
    "GET /api/webhooks": "n    n    n    n    n    y    n    n    n    n",
    "POST /api/webhooks": "n    n    n    n    n    y    n    n    n    n",
    "GET /api/webhooks/{endpoint}/messages": "n    n    n    n    n    y    n    n    n    n",
    "POST /api/webhooks/{endpoint}/replay": "n    n    n    n    n    y    n    n    n    n",
    "POST /api/webhooks/{endpoint}/test": "n    n    n    n    n    y    n    n    n    n",
    "POST /api/webhooks/{endpoint}/enable": "n    n    n    n    n    y    n    n    n    n",
    "DELETE /api/webhooks/{endpoint}": "n    n    n    n    n    y    n    n    n    n",
    "DELETE /api/tokens/{token}": "n    n    n    n    n    y    n    n    n    n",
    "GET /api/cases/queue": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/cases/queue/counts": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/cases/queue/duties": "n    y    y    y    y    n    y    y    y    y",
    "POST /api/photos": "n    y    y    y    y    n    y    y    y    y",
    "POST /api/cases/queue/filters": "n    y    y    y    y    n    y    y    y    y",
    "POST /api/cases/bulk": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/cases/{case}/suggestions": "n    y    y    y    y    n    y    y    y    y",
    "PUT /api/cases/{case}/presence": "n    y    y    y    y    n    y    y    y    y",
    "DELETE /api/cases/{case}/presence": "n    y    y    y    y    n    y    y    y    y",
    "POST /api/cases/{case}/undo": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/cases/{case}/file.pdf": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/exports/cases": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/exports/tasks": "n    y    y    y    n    n    y    y    y    n",
    "GET /api/exports/houses": "n    y    y    y    n    n    y    y    y    n",
    "GET /api/exports/activities": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/exports/refusals": "n    n    y    n    n    n    y    n    n    n",
    "GET /api/exports/workers": "n    y    y    y    n    n    y    y    y    n",
    "GET /api/late": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/late/groups": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/figures": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/figures/{figure}": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/messages": "n    n    y    n    n    y    y    n    n    n",
    "GET /api/messages/channels": "n    n    y    n    n    y    y    n    n    n",
    "GET /api/contacts/units": "n    n    n    n    n    y    n    n    n    n",
    "GET /api/calls": "n    n    y    n    n    n    y    y    n    n",
    "POST /api/calls/{delivery}/number": "n    n    y    n    n    n    y    y    n    n",
    "POST /api/calls/{delivery}": "n    n    y    n    n    n    y    y    n    n",
    # Whoever sees a case may act on it as its table says; urging is the centre's and supervisors'.
    "POST /api/cases/{case}/actions/{action}": "n    n    y    y    n    n    y    y    n    n",
    # What a part allows depends on it; calling it off is the centre's and the commander's.
    "POST /api/cases/{case}/parts/{part}/{step}": "n    n    y    n    n    n    y    y    n    n",
    "POST /api/tasks/{task}/cancel": "n    y    y    n    n    n    y    y    n    n",
    "POST /api/tasks": "n    y    y    n    n    n    y    y    n    n",
    "GET /api/tasks/nearest": "n    y    y    n    n    n    y    y    n    n",
    "POST /api/tasks/{task}/reassign": "n    y    y    n    n    n    y    y    n    n",
    "POST /api/tasks/{task}/time": "n    y    y    n    n    n    y    y    n    n",
    "GET /api/campaigns": "n    y    y    y    n    n    y    y    y    n",
    "POST /api/campaigns": "n    y    y    n    n    n    y    y    n    n",
    "GET /api/campaigns/{campaign}": "n    y    y    y    n    n    y    y    y    n",
    "GET /api/campaigns/{campaign}/visits": "n    y    y    y    n    n    y    y    y    n",
    "POST /api/campaigns/{campaign}/close": "n    y    y    n    n    n    y    y    n    n",
    "GET /api/visits/{visit}": "n    y    y    y    n    n    y    y    y    n",
    "GET /api/task-forms": "n    y    y    y    n    n    y    y    y    n",
    "POST /api/task-forms": "n    n    y    n    n    n    y    y    n    n",
    "GET /api/plans": "n    y    y    y    n    n    y    y    y    n",
    "POST /api/plans": "n    y    y    n    n    n    y    y    n    n",
    "POST /api/plans/{plan}/pause": "n    y    y    n    n    n    y    y    n    n",
    "POST /api/plans/{plan}/resume": "n    y    y    n    n    n    y    y    n    n",
    "POST /api/plans/{plan}/end": "n    y    y    n    n    n    y    y    n    n",
    "GET /api/items": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/items/code/{code}/versions": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/items/sheet": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/items/template": "n    y    y    y    y    n    y    y    y    y",
    "PUT /api/items": "n    n    y    n    n    n    y    n    n    n",
    "DELETE /api/items/code/{code}": "n    n    y    n    n    n    y    n    n    n",
    "POST /api/items/proposals": "n    n    y    n    y    n    y    n    n    y",
    "POST /api/items/proposals/{proposal}": "n    n    y    n    n    n    y    n    n    n",
    "POST /api/items/import": "n    n    y    n    n    n    y    n    n    n",
    "POST /api/registrations": "n    n    y    y    n    n    y    n    n    n",
    "GET /api/cases/{case}/origin": "n    y    y    y    y    n    y    y    y    y",
    "POST /api/cases/{case}/contact": "n    n    y    n    n    n    y    n    n    n",
    "GET /api/cases/{case}/duplicates": "n    y    y    y    y    n    y    y    y    y",
    "GET /api/sources/places": "n    n    y    n    n    n    y    n    n    n",
    "POST /api/sources/places": "n    n    y    n    n    n    y    n    n    n",
    "DELETE /api/sources/places/{place}": "n    n    y    n    n    n    y    n    n    n",
    "GET /api/sources/places/{place}/qr.svg": "n    n    y    n    n    n    y    n    n    n",
    "GET /api/sources/alerts": "n    n    y    n    n    n    y    n    n    n",
    "POST /api/sources/alerts": "n    n    y    n    n    n    y    n    n    n",
    "PUT /api/sources/alerts/{source}": "n    n    y    n    n    n    y    n    n    n",
    "POST /api/sources/alerts/{source}/secret": "n    n    y    n    n    n    y    n    n    n",
    "DELETE /api/sources/alerts/{source}": "n    n    y    n    n    n    y    n    n    n",
    "GET /api/sources/alerts/{source}/calls": "n    n    y    n    n    n    y    n    n    n",
    "GET /api/sources/hotline/template": "n    n    y    n    n    n    y    n    n    n",
    "POST /api/sources/hotline": "n    n    y    n    n    n    y    n    n    n",
    "GET /api/sources/hotline/results": "n    n    y    n    n    n    y    n    n    n",
    "POST /api/sources/hotline/results": "n    n    y    n    n    n    y    n    n    n",
}
TO_EVERYBODY_OUTSIDE = {  # behind a QR code or a signature: tests/sources
    "GET /api/report/places/{code}",
    "POST /api/report/places/{code}",
    "POST /api/report/codes",
    "POST /api/report/receipts",
    "POST /api/report/look",
    "POST /api/report/ratings",
    "POST /api/alerts/{source}",
}
FOR_EVERYBODY = {  # each answers about the person who asks alone, or about nobody
    "GET /api/session",
    "POST /api/session",
    "DELETE /api/session",
    "GET /api/health",
    "GET /api/checklists/{checklist}",
    "GET /api/photos/{photo}/{variant}",  # by the photo's owner: tests/media
    "POST /api/push/subscriptions",
    "DELETE /api/push/subscriptions",
    "POST /api/messages/{message}/receipts",
    "POST /api/messages/tests",
    "GET /api/contacts",  # one's own; another's and units': tests/delivery/test_contacts.py
    "POST /api/contacts",
    "DELETE /api/contacts/{contact}",
    "GET /api/cases/queue/filters",  # one's own, and one's township's: tests/cases
    "DELETE /api/cases/queue/filters/{filter}",
}
# What a token of 金新街道 with all scopes is let in to; without its scope it is refused everywhere.
TOKENS = {
    "GET /api/v1/cases": "cases:read",
    "GET /api/v1/cases/{case}": "cases:read",
    "POST /api/v1/hotline-orders": "cases:write-hotline",
    "GET /api/v1/hotline-results": "cases:read",
}


@dataclass
class Day:
    """What happened in village 1 of 金新街道, by name of a route's parameter."""

    ids: dict[str, str]
    town: Town

    def body(self, route: str) -> dict[str, Any]:
        """What a command's route is sent."""
        bodies: dict[str, dict[str, Any]] = {
            "POST /api/tokens": new_token(self.town),
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
            "PUT /api/calendar": {"day": "2027-01-01", "kind": "holiday", "name": "元旦"},
            "POST /api/cases/queue/filters": {
                "name": "逾期",
                "query": {"due": "overdue"},
                "shared": True,
            },
            "POST /api/cases/bulk": {
                "action": "note",
                "dry_run": True,
                "given": {"text": "x"},
                "cases": [{"id": self.ids.get("case"), "seen": 1}],
            },
            "PUT /api/cases/{case}/presence": {"mode": "viewing"},
        }
        whole = {"text": "已整改", "reason": "已另行安排", "note": "已核实"}
        return (bodies | self.of_sources()).get(route, whole)

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


@pytest.fixture
def day(town: Town, sign_in: SignIn) -> Day:
    phone = Phone(sign_in("worker"))
    visit = deeds.accepted(
        phone, "inspection.submit", deeds.inspection(town, "金新街道1村1", "D01")
    )
    case = deeds.accepted(phone, "hazard.report", deeds.hazard(town, "金新街道1村"))
    walk = deeds.accepted(phone, "patrol.start", deeds.patrol())
    day = Day({}, town)
    call_departments(town, UUID(case["case_id"]), "call_support", "住建")
    task = sign_in("dispatcher").post("/api/tasks", json=day.body("POST /api/tasks"))
    assert task.status_code == 201, task.get_data(as_text=True)
    desk = sign_in("dispatcher")
    campaign = desk.post("/api/campaigns", json=day.body("POST /api/campaigns")).json["id"]
    households = desk.get(f"/api/campaigns/{campaign}/visits").json["items"]
    photo = deeds.photo(body=pictures.jpeg())
    args = deeds.hazard(town, "金新街道1村", item_code="P99", photos=[photo])
    refused = phone.do("hazard.report", args)
    uploads.arrive(photo["sha256"], pictures.jpeg())
    admin = sign_in("admin")
    endpoint = admin.post("/api/webhooks", json=day.body("POST /api/webhooks")).json["id"]
    day.ids = {
        "endpoint": endpoint,
        "campaign": campaign,
        "visit": households[0]["id"],
        "plan": desk.post("/api/plans", json=day.body("POST /api/plans")).json["id"],
        "token": admin.post("/api/tokens", json=day.body("POST /api/tokens")).json["id"],
        "inspection": visit["inspection_id"],
        "case": case["case_id"],
        "action": "urge",
        "part": str(db.session.scalars(select(CasePart.id)).one()),
        "step": "withdraw",
        "figure": "closed",
        "patrol": walk["patrol_id"],
        "house": visit["house_id"],
        "task": task.json["id"],
        "refusal": refused["mutation_id"],
        "sha256": photo["sha256"],
        "worker": str(town.users["worker"].id),
        "delivery": _unanswered(town),
        **_sources(day, sign_in("dispatcher")),
    }
    return day


def _unanswered(town: Town) -> str:
    """An urgent message that the worker has not acknowledged in time."""
    with transaction():
        message = Message(
            user_id=town.users["worker"].id,
            code="test",
            title="测试消息",
            body="",
            url="/messages",
            urgency="urgent",
        )
        send(message)
        [call] = [row for row in message.deliveries if row.channel == "call"]
        call.next_attempt_at = message.created_at
    return str(call.id)


ASKED = {"/api/tasks/nearest": {"query_string": {"lng": 121, "lat": 32}}}


def _sources(day: Day, desk: FlaskClient) -> dict[str, str]:
    """A proposed item, a QR code, an alert source."""
    made = {
        name: desk.post(f"/api/{path}", json=day.body(f"POST /api/{path}")).json["id"]
        for name, path in (
            ("proposal", "items/proposals"),
            ("place", "sources/places"),
            ("source", "sources/alerts"),
        )
    }
    return {"code": "P01", **made}


def _other(route: str, day: Day) -> dict[str, Any]:
    """What is sent where it is not the ordinary."""
    files: dict[str, Callable[[], bytes]] = {
        "POST /api/items/import": lambda: template(COLUMNS),
        "POST /api/sources/hotline": lambda: template(ORDERS),
        "POST /api/photos": pictures.jpeg,
        "POST /api/rescues": lambda: sealed(header(day.town, "worker")),
    }
    if route in files:
        return {"data": files[route]()}
    if "/exports/" in route:
        return {"query_string": {"format": "csv"}}
    if "/figures" in route:
        return {"query_string": {"since": "2026-11-01", "until": "2026-11-30"}}
    if route == "POST /api/calls/{delivery}":
        return {"json": {"outcome": "unreached"}}
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


@pytest.mark.parametrize("route", TABLE)
def test_each_role_is_let_in_as_the_table_says(route: str, day: Day, sign_in: SignIn) -> None:
    wanted = dict(zip(ROLES, TABLE[route].split(), strict=True))
    order = sorted(ROLES, key=lambda letter: wanted[letter])  # a close or cancel comes last

    got = {}
    for letter in order:
        status = call(sign_in(ROLES[letter]), route, day)
        assert status in {200, 201, 202, 204, 403, 404, 409}, (letter, status)
        got[letter] = "n" if status in {403, 404} else "y"

    assert got == wanted


# The list of matters is one for all townships.
OF_ALL = re.compile(r" /api/(items|figures)")
BELOW = [route for route in TABLE if "{" in route and not OF_ALL.search(route)]


@pytest.mark.parametrize("route", BELOW)
def test_what_lies_outside_the_subtree_does_not_exist(
    route: str, day: Day, sign_in: SignIn
) -> None:
    wanted = dict(zip(ROLES, TABLE[route].split(), strict=True))
    stranger = sign_in("other_dispatcher" if wanted["D"] == "y" else "other_admin")

    assert call(stranger, route, day) == 404


LISTS = [
    "/api/activities",
    "/api/cases",
    "/api/cases/queue",
    "/api/houses",
    "/api/tasks",
    "/api/campaigns",
    "/api/plans",
    "/api/refusals",
    "/api/workers",
    "/api/phones",
    "/api/calls",
    "/api/messages",
    "/api/map/houses",
    "/api/map/cases",
]


def ids_in(node: object) -> set[str]:
    """Every id in an answer."""
    if isinstance(node, dict):
        own = {str(node["id"])} if "id" in node else set()
        return own.union(*(ids_in(value) for value in node.values()))
    return set().union(*(ids_in(value) for value in node)) if isinstance(node, list) else set()


@pytest.mark.parametrize("path", LISTS)
def test_lists_end_where_the_subtree_ends(path: str, day: Day, sign_in: SignIn) -> None:
    mine = ids_in(sign_in("dispatcher").get(path).json)
    others = ids_in(sign_in("other_dispatcher").get(path).json)

    assert mine
    assert mine & others == set()


def test_a_restricted_case_is_seen_by_the_cleared_alone(
    town: Town, sign_in: SignIn, day: Day
) -> None:
    phone = Phone(sign_in("worker"))
    visit = deeds.inspection(town, "金新街道1村2", "H01")
    secret = deeds.accepted(phone, "inspection.submit", visit)["case_ids"]["H01"]

    seen = {
        name: sign_in(name).get(f"/api/cases/{secret}").status_code == 200
        for name in ("head", "dispatcher", "supervisor", "officer", "district")
    }

    assert seen == {
        "head": False,
        "dispatcher": True,
        "supervisor": False,
        "officer": False,
        "district": True,
    }
    for name in ("head", "supervisor", "officer"):
        browser = sign_in(name)
        for path in ("/api/cases", "/api/cases/queue", "/api/activities", "/api/map/cases"):
            assert secret not in browser.get(path).get_data(as_text=True)
    neighbour = Phone(sign_in("head"))
    neighbour.pull()
    assert secret not in {row["id"] for row in neighbour.of_kind("case")}
    phone.pull()
    assert secret in {row["id"] for row in phone.of_kind("case")}


@pytest.mark.parametrize("route", TOKENS)
def test_a_token_is_let_in_as_its_scopes_and_division_say(
    route: str, day: Day, sign_in: SignIn, app: Gridfield
) -> None:
    admins = {"金新街道": sign_in("admin"), "川姜镇": sign_in("other_admin")}

    def status(unit: str, scopes: list[str]) -> int:
        asked = new_token(day.town, unit, scopes=scopes)
        word = admins[unit].post("/api/tokens", json=asked).json["token"]
        method, path = route.split()
        headers = {"Authorization": f"Bearer {word}"}
        answer = app.test_client().open(
            path.format(**day.ids), method=method, headers=headers, json=day.body(route)
        )
        return answer.status_code

    other = sorted(set(SCOPES) - {TOKENS[route]})
    assert status("金新街道", [TOKENS[route]]) in {200, 201}
    assert status("金新街道", other) == 403
    if "{" in route:
        assert status("川姜镇", [TOKENS[route]]) == 404


ALL = (*TABLE, *TOKENS, *FOR_EVERYBODY, *TO_EVERYBODY_OUTSIDE)


def test_the_table_names_every_route(app: Gridfield) -> None:
    told = {route.replace("{", "").replace("}", "") for route in ALL}
    open_ = {"GET /api/openapi.json", "GET /api/docs"}
    found = set()
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/"):
            continue
        words = [
            part.split(":")[-1].strip("<>").removesuffix("_id") for part in rule.rule.split("/")
        ]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            found.add(f"{method} {'/'.join(words)}")

    assert found - open_ == told


def test_everybody_in_the_table_exists() -> None:
    assert set(ROLES.values()) <= {person[0] for person in PEOPLE}
