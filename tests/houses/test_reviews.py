"""The desk decides what was seen otherwise at a house."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from backend.db import db
from backend.houses.models import House
from tests.conftest import SignIn
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town

VILLAGE = "金新街道1村"


@pytest.fixture
def phone(town: Town, sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


@pytest.fixture
def desk(town: Town, sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


def file_of(desk: FlaskClient, house_id: object) -> dict[str, Any]:
    return dict(desk.get(f"/api/houses/{house_id}").json or {})


def decide(desk: FlaskClient, review: dict[str, Any], decision: str) -> int:
    body = {"decision": decision}
    return desk.post(f"/api/houses/reviews/{review['id']}", json=body).status_code


def corrected(phone: Phone, house_id: object, **changes: Any) -> None:
    args = {"house_id": str(house_id), "changes": changes, "seen": {}}
    deeds.accepted(phone, "house.correct", args)


def test_a_proposal_is_taken_over_or_left(town: Town, phone: Phone, desk: FlaskClient) -> None:
    house_id = town.houses[f"{VILLAGE}1"].id
    corrected(phone, house_id, floors=5, landlord_name="李新东")

    first, second = file_of(desk, house_id)["reviews"]
    assert [row["id"] for row in desk.get("/api/houses?waiting=true").json["items"]] == [
        str(house_id)
    ]
    taken = {"floors": "accept", "landlord_name": "keep"}
    assert decide(desk, first, taken[first["field"]]) == 200
    assert decide(desk, second, taken[second["field"]]) == 200
    assert decide(desk, second, "accept") == 409

    db.session.expire_all()
    house = db.session.get_one(House, house_id)
    assert (house.floors, house.landlord_name, house.pending) == (5, "张测试", [])
    kinds = [event["kind"] for event in file_of(desk, house_id)["events"]]
    assert kinds == ["decided", "corrected"]


def test_what_was_written_over_can_be_put_back(town: Town, phone: Phone, desk: FlaskClient) -> None:
    house_id = town.houses[f"{VILLAGE}1"].id
    corrected(phone, house_id, lease_until="2027-01-31")
    corrected(phone, house_id, lease_until="2028-01-31")

    [review] = file_of(desk, house_id)["reviews"]
    assert (review["kind"], review["values"]["theirs"]) == ("contested", "2027-01-31")
    assert decide(desk, review, "accept") == 200

    assert file_of(desk, house_id)["lease_until"] == "2027-01-31"


def test_a_demolished_house_leaves_lists_and_phones(
    town: Town, phone: Phone, desk: FlaskClient
) -> None:
    house_id = town.houses[f"{VILLAGE}1"].id
    gone = {"house_id": str(house_id), "kind": "demolished", "on": "2026-10-01"}
    deeds.accepted(phone, "house.event", gone)

    [review] = file_of(desk, house_id)["reviews"]
    assert decide(desk, review, "accept") == 200

    assert str(house_id) not in [row["id"] for row in desk.get("/api/houses").json["items"]]
    phone.pull()
    assert str(house_id) not in [row["id"] for row in phone.of_kind("house")]
    assert file_of(desk, house_id)["ended_as"] == "demolished"


def test_twins_become_one_with_all_their_people(
    town: Town, phone: Phone, desk: FlaskClient
) -> None:
    first = deeds.accepted(phone, "house.register", deeds.registration(town, VILLAGE))
    other = deeds.registration(town, VILLAGE, not_same=[first["house_id"]])
    deeds.accepted(phone, "house.register", other)
    deeds.accepted(phone, "occupant.move_in", deeds.tenant(other["house_id"]))

    [review] = file_of(desk, other["house_id"])["reviews"]
    assert decide(desk, review, "accept") == 409
    assert decide(desk, review, "merge") == 200

    one = file_of(desk, first["house_id"])
    assert (one["occupant_count"], len(one["rooms"])) == (1, 2)
    deeds.accepted(phone, "occupant.move_in", deeds.tenant(other["house_id"]))
    db.session.expire_all()
    assert db.session.get_one(House, UUID(first["house_id"])).occupant_count == 2


def test_only_who_decides_sees_what_was_proposed(town: Town, phone: Phone, sign_in: SignIn) -> None:
    house_id = town.houses[f"{VILLAGE}1"].id
    corrected(phone, house_id, landlord_name="李新东")

    assert file_of(sign_in("supervisor"), house_id)["reviews"] == []
    assert "李新东" not in str(file_of(sign_in("supervisor"), house_id))
