"""Addresses beside the apps: whose they are, what they may be, how they are tried out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backend.db import db
from backend.delivery.models import Contact, Delivery
from tests.conftest import SignIn
from tests.delivery.services import PushService
from tests.town import Town
from tools.valkey import Valkey

ROBOT = "wecombot://BOTKEY-1234567890"


def rows() -> list[Contact]:
    db.session.expire_all()
    return db.session.query(Contact).order_by(Contact.created_at).all()


def test_ones_own_addresses_are_shown_masked(town: Town, sign_in: SignIn) -> None:
    me = sign_in("officer")
    for body in (
        {"channel": "text", "address": "13900005678"},
        {"channel": "chat", "address": ROBOT},
    ):
        assert me.post("/api/contacts", json=body).status_code == 204

    shown = me.get("/api/contacts").json or []
    assert [one["address_masked"] for one in shown] == ["139****5678", "wecombot://…7890"]
    assert sign_in("worker").get("/api/contacts").json == []


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("text", "12345"),
        ("text", "139-0000-5678"),
        ("chat", "http://10.0.0.8/hook"),
        ("chat", "wecombot://"),
        ("chat", f"{ROBOT}?retry=9&wait=60"),
        ("chat", "mailto://user:word@example.com"),
        ("chat", "jsons://hooks.example.com/a"),  # only who looks after contacts may
    ],
)
def test_an_address_must_be_one_of_its_kind(sign_in: SignIn, channel: str, address: str) -> None:
    answer = sign_in("worker").post("/api/contacts", json={"channel": channel, "address": address})

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/address")
    assert rows() == []


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("jsons://hooks.example.com/a", 204),
        ("jsons://10.0.0.8/a", 422),
        ("json://hooks.example.com/a", 422),  # in the clear
        ("jsons://intranet/a", 422),
    ],
)
def test_whoever_looks_after_contacts_may_enter_any_public_address(
    town: Town, sign_in: SignIn, address: str, status: int
) -> None:
    unit = town.units["金新街道"].id
    body = {"channel": "chat", "address": address, "org_unit_id": str(unit)}

    assert sign_in("admin").post("/api/contacts", json=body).status_code == status


@pytest.mark.parametrize("who", ["other_admin", "dispatcher", "worker"])
def test_anothers_and_a_units_addresses_are_the_administrators(
    town: Town, sign_in: SignIn, who: str
) -> None:
    owners = (
        {"org_unit_id": str(town.units["金新街道"].id)},
        {"user_id": str(town.users["officer"].id)},
    )
    admin, stranger = sign_in("admin"), sign_in(who)
    for owner in owners:
        body = {"channel": "chat", "address": ROBOT, **owner}
        assert stranger.post("/api/contacts", json=body).status_code in {403, 404}
        assert admin.post("/api/contacts", json=body).status_code == 204
    for row in rows():
        assert stranger.delete(f"/api/contacts/{row.id}").status_code in {403, 404}
        test = {"channel": "chat", "contact_id": str(row.id)}
        assert stranger.post("/api/messages/tests", json=test).status_code in {403, 404}
        assert admin.delete(f"/api/contacts/{row.id}").status_code == 204
    assert len(rows()) == 2
    assert all(row.retired_at for row in rows())


def test_a_test_goes_out_on_the_one_channel(
    town: Town,
    sign_in: SignIn,
    push_service: PushService,
    broker: Valkey,
    do_jobs: Callable[[], None],
) -> None:
    admin = sign_in("admin")
    address = f"json://127.0.0.1:{push_service.port}/robot"
    unit = str(town.units["金新街道"].id)
    body = {"channel": "chat", "address": address, "org_unit_id": unit}
    assert admin.post("/api/contacts", json=body).status_code == 204
    test = {"channel": "chat", "contact_id": str(rows()[0].id)}
    assert admin.post("/api/messages/tests", json=test).status_code == 204
    do_jobs()

    assert [path for path, _, _ in push_service.requests] == ["/robot"]
    assert [row.channel for row in db.session.query(Delivery)] == ["chat"]
    assert rows()[0].proved_at is not None
    [shown] = admin.get("/api/contacts/units").json or []
    assert (shown["owner"], shown["address_masked"]) == ("金新街道", "json://127.0.0.1/…")
    [way] = [
        way for way in admin.get("/api/messages/channels").json["ways"] if way["channel"] == "chat"
    ]
    assert (way["service"], way["owner"], way["state"]) == ("json", "金新街道", "well")
    strangers = sign_in("other_admin").get("/api/messages/channels").json["ways"]
    assert [way for way in strangers if way["channel"] == "chat"] == []


def test_a_channel_that_leads_nowhere_says_so(sign_in: SignIn) -> None:
    answer = sign_in("officer").post("/api/messages/tests", json={"channel": "push"})

    assert (answer.status_code, answer.json["detail"]) == (
        409,
        "这个通道还没有可用的地址,请先登记",
    )
