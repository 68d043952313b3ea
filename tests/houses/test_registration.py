"""Registered, corrected, moved in and out at the door, through the phone's own door."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from backend.db import db
from backend.houses.models import House, Occupant, Room
from backend.houses.register_models import Address, HouseEvent, HouseReview
from tests.conftest import SignIn
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town

VILLAGE = "金新街道1村"


@pytest.fixture
def phone(town: Town, sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


def house_of(town: Town, house_id: UUID | None = None) -> House:
    db.session.expire_all()
    return db.session.get_one(House, house_id or town.houses[f"{VILLAGE}1"].id)


def events(house_id: UUID) -> list[str]:
    query = select(HouseEvent.kind).where(HouseEvent.house_id == house_id)
    return list(db.session.scalars(query.order_by(HouseEvent.id)))


def reviews() -> list[HouseReview]:
    db.session.expire_all()
    return list(db.session.scalars(select(HouseReview).order_by(HouseReview.field)))


def test_a_new_house_gets_a_code_and_a_door_code(town: Town, phone: Phone) -> None:
    args = deeds.accepted(phone, "house.register", deeds.registration(town, VILLAGE))

    house = house_of(town, UUID(args["house_id"]))
    assert house.code == f"{town.grids[VILLAGE].code}-0003"
    assert len(house.token) == 8
    assert (house.state, house.landlord_name, house.address_id) == ("unchecked", "王新房", None)
    assert [room.name for room in db.session.scalars(select(Room).where(Room.house_id == house.id))]
    assert events(house.id) == ["registered"]
    phone.pull()
    row = next(row for row in phone.of_kind("house") if row["id"] == args["house_id"])
    assert (row["landlord_name"], row["matched"], row["token"]) == ("王**", False, house.token)
    assert [row["kind"] for row in phone.of_kind("house_event")] == ["registered"]


def test_an_address_of_the_table_is_matched(town: Town, phone: Phone) -> None:
    village = town.units[VILLAGE]
    address = Address(org_unit_id=village.id, org_path=village.path, text="新房路 ９号")
    db.session.add(address)
    db.session.flush()

    args = deeds.accepted(phone, "house.register", deeds.registration(town, VILLAGE))

    assert house_of(town, UUID(args["house_id"])).address_id == address.id


def test_the_same_house_again_becomes_the_one_that_stands(town: Town, phone: Phone) -> None:
    first = deeds.accepted(phone, "house.register", deeds.registration(town, VILLAGE))
    again = deeds.registration(
        town, VILLAGE, lng=first["lng"] + 0.0001, landlord_phone="13911112222"
    )

    result = phone.do("house.register", again)

    assert result["verdict"] == "ok_merged"
    assert result["record"] == {"id": first["house_id"]}
    house = house_of(town, UUID(first["house_id"]))
    assert house.landlord_phone == "13911112222"
    assert [(one.kind, one.values["theirs"]) for one in reviews()] == [("contested", "13900009999")]
    # What the phone did at it meanwhile, under the id that it gave, belongs to the same house.
    deeds.accepted(phone, "occupant.move_in", deeds.tenant(again["house_id"]))
    inspected = deeds.inspection(town, f"{VILLAGE}1") | {"house_id": again["house_id"]}
    deeds.accepted(phone, "inspection.submit", inspected)
    assert house_of(town, house.id).occupant_count == 1
    assert house_of(town, house.id).last_inspected_at is not None


def test_a_house_said_to_be_another_is_kept_and_asked_about(town: Town, phone: Phone) -> None:
    first = deeds.accepted(phone, "house.register", deeds.registration(town, VILLAGE))
    other = deeds.registration(town, VILLAGE, not_same=[first["house_id"]])

    assert phone.do("house.register", other)["verdict"] == "ok"

    assert [(one.kind, str(one.other_id)) for one in reviews()] == [("twin", first["house_id"])]


def test_the_neighbour_with_another_number_is_another_house(town: Town, phone: Phone) -> None:
    deeds.accepted(phone, "house.register", deeds.registration(town, VILLAGE))

    result = phone.do("house.register", deeds.registration(town, VILLAGE, address="新房路11号"))

    assert result["verdict"] == "ok"
    assert reviews() == []


def test_nobody_registers_in_a_grid_of_others(town: Town, phone: Phone) -> None:
    result = phone.do("house.register", deeds.registration(town, "金新街道2村"))

    assert (result["verdict"], result["code"]) == ("rejected", "forbidden")


def test_a_correction_changes_what_is_description_and_proposes_the_rest(
    town: Town, phone: Phone
) -> None:
    house_id = town.houses[f"{VILLAGE}1"].id
    changes = {"extinguishers": 4, "landlord_name": "李新房东", "lease_until": "2027-06-30"}
    seen = {"extinguishers": 2, "landlord_name": "张**", "lease_until": None}

    args = {"house_id": str(house_id), "changes": changes, "seen": seen}
    deeds.accepted(phone, "house.correct", args)

    house = house_of(town)
    assert (house.extinguishers, house.landlord_name) == (4, "张测试")
    assert house.pending == ["landlord_name"]
    assert [(one.field, one.values["theirs"]) for one in reviews()] == [
        ("landlord_name", "李新房东")
    ]
    phone.pull()
    told = phone.of_kind("house_event")[0]["detail"]
    assert told["facts"]["extinguishers"] == [2, 4]
    assert told["waiting"] == ["landlord_name"]


def test_people_move_in_and_out(town: Town, phone: Phone) -> None:
    house_id = town.houses[f"{VILLAGE}1"].id
    moved = deeds.accepted(phone, "occupant.move_in", deeds.tenant(str(house_id)))
    assert house_of(town).occupant_count == 2
    assert phone.do("occupant.move_in", moved)["verdict"] == "ok_merged"

    left = {name: moved[name] for name in ("house_id", "occupant_id")} | {"until": "2026-03-01"}
    deeds.accepted(phone, "occupant.move_out", left)
    assert phone.do("occupant.move_out", left)["verdict"] == "ok_merged"
    early = phone.do("occupant.move_out", left | {"until": "2020-01-01"})

    assert early["code"] == "validation"
    assert house_of(town).occupant_count == 1
    assert events(house_id) == ["moved_in", "moved_out", "moved_out"]


def test_a_whole_identity_number_is_never_taken(town: Town, phone: Phone) -> None:
    house_id = str(town.houses[f"{VILLAGE}1"].id)
    whole = deeds.tenant(house_id, id_masked="320612199001011234")

    result = phone.do("occupant.move_in", whole)

    assert (result["verdict"], result["code"]) == ("rejected", "validation")


def test_a_house_let_anew_loses_those_who_were_known_there(town: Town, phone: Phone) -> None:
    house_id = town.houses[f"{VILLAGE}1"].id
    here = db.session.scalars(select(Occupant.id).where(Occupant.house_id == house_id)).all()
    relet = {"house_id": str(house_id), "kind": "relet", "on": "2026-10-01"}
    deeds.accepted(phone, "occupant.move_in", newcomer := deeds.tenant(str(house_id)))

    deeds.accepted(phone, "house.event", relet | {"left": [str(one) for one in here]})

    assert (house_of(town).occupant_count, str(house_of(town).lease_since)) == (1, "2026-10-01")
    left = select(Occupant.id).where(Occupant.house_id == house_id, Occupant.until.is_not(None))
    assert list(db.session.scalars(left)) == list(here)
    assert UUID(newcomer["occupant_id"]) not in here


def test_a_demolished_house_waits_for_the_centre(town: Town, phone: Phone) -> None:
    house_id = town.houses[f"{VILLAGE}1"].id
    gone = {"house_id": str(house_id), "kind": "demolished", "on": "2026-10-01"}

    deeds.accepted(phone, "house.event", gone)

    assert (house_of(town).ended_on, house_of(town).pending) == (None, ["ended"])
    assert [one.kind for one in reviews()] == ["ended"]


@pytest.mark.parametrize(
    "change", ["DELETE FROM house_events", "UPDATE house_events SET kind = 'split'"]
)
def test_what_happened_cannot_be_changed(town: Town, phone: Phone, change: str) -> None:
    deeds.accepted(phone, "house.register", deeds.registration(town, VILLAGE))

    with pytest.raises(IntegrityError, match="what happened"):
        db.session.execute(text(change))
