"""One of everything that a route can name, made in village 1 of 金新街道."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.cases.part_models import CasePart
from backend.db import db, transaction
from backend.delivery.commands import send
from backend.delivery.models import Message
from backend.houses.intake import work
from backend.houses.intake.sheet import COLUMNS as HOUSES
from backend.houses.register_models import Address, HouseReview
from backend.media import uploads
from backend.sheets import template
from tests.api.day import Day
from tests.cases.steps import call as call_departments
from tests.conftest import SignIn
from tests.documents.papers import give_power, lease, paper
from tests.media import pictures
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town


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
    correction = {"house_id": visit["house_id"], "changes": {"floors": 3}, "seen": {"floors": 2}}
    deeds.accepted(phone, "house.correct", correction)
    admin = sign_in("admin")
    endpoint = admin.post("/api/webhooks", json=day.body("POST /api/webhooks")).json["id"]
    day.ids = {
        "endpoint": endpoint,
        "campaign": campaign,
        "visit": households[0]["id"],
        "plan": desk.post("/api/plans", json=day.body("POST /api/plans")).json["id"],
        "token": admin.post("/api/tokens", json=day.body("POST /api/tokens")).json["id"],
        "picture": desk.post("/api/checklists/pictures", data=pictures.jpeg()).json["id"],
        "checklist": str(town.checklist.id),
        "inspection": visit["inspection_id"],
        "case": case["case_id"],
        "action": "urge",
        "part": str(db.session.scalars(select(CasePart.id)).one()),
        "step": "withdraw",
        "figure": "closed",
        "phrase": desk.post("/api/phrases", json=day.body("POST /api/phrases")).json["id"],
        "patrol": walk["patrol_id"],
        "house": visit["house_id"],
        "review": str(db.session.scalars(select(HouseReview.id)).one()),
        "task": task.json["id"],
        "refusal": refused["mutation_id"],
        "sha256": photo["sha256"],
        "department": str(town.departments["金新街道住建"].id),
        "township": str(town.units["金新街道"].id),
        "worker": str(town.users["worker"].id),
        "delivery": _unanswered(town),
        "import": _import(desk),
        "address": _address(town),
        **_sources(day, sign_in("dispatcher")),
        **_documents(town, sign_in),
    }
    return day


def _address(town: Town) -> str:
    """A standard address of the village."""
    village = town.units["金新街道1村"]
    with transaction():
        address = Address(org_unit_id=village.id, org_path=village.path, text="测试路1号")
        db.session.add(address)
    return str(address.id)


def _import(desk: FlaskClient) -> str:
    """A file of houses that has been read."""
    key: str = desk.post("/api/houses/imports", data=template(HOUSES)).json["id"]
    work.run(key)
    return key


def _documents(town: Town, sign_in: SignIn) -> dict[str, str]:
    """An order of the housing department's, and the numbers that its phone holds."""
    papers, device = give_power(town), str(uuid4())
    phone = Phone(sign_in("housing"))
    block = deeds.accepted(phone, "document.lease", lease(papers, "order", device))
    issued = deeds.accepted(phone, "document.issue", paper(papers, "order", device, 1))
    return {
        "block": block["block_id"],
        "document": issued["document_id"],
        "authority": str(papers.authorities["housing"].id),
        "enforcer": str(papers.enforcers["housing"].id),
    }


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
