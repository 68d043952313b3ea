"""The table of standard addresses, and houses that wait to be matched with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.db import db
from backend.houses.models import House
from backend.houses.register_models import Address, HouseEvent
from tests.conftest import SignIn
from tests.sync.phone import Phone
from tests.town import Town

VILLAGE = "金新街道1村"
HEAD = "村(社区),标准地址\n"
TABLE = f"{HEAD}{VILLAGE},{VILLAGE}测试路１号\n{VILLAGE},测试路 2号\n"


@pytest.fixture
def desk(town: Town, sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


def sent(desk: FlaskClient, table: str, *, take: bool) -> dict[str, Any]:
    answer = desk.post(f"/api/addresses?take={str(take).lower()}", data=table.encode())
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return dict(answer.json or {})


def told(answer: dict[str, Any]) -> tuple[int, int, int]:
    return answer["new"], answer["same"], answer["matched"]


def unmatched(desk: FlaskClient, village: UUID) -> list[str]:
    query = {"unmatched": "true", "village_id": str(village)}
    answer = desk.get("/api/houses", query_string=query).json or {}
    return [row["address"] for row in answer["items"]]


def test_a_table_is_shown_then_taken_and_matches_houses(
    town: Town, desk: FlaskClient, sign_in: SignIn
) -> None:
    phone = Phone(sign_in("worker"))
    phone.pull()

    assert told(sent(desk, TABLE, take=False)) == (2, 0, 0)
    assert db.session.scalars(select(Address)).all() == []
    assert told(sent(desk, TABLE, take=True)) == (2, 0, 1)
    assert told(sent(desk, TABLE, take=True)) == (0, 2, 0)

    phone.pull()
    rows = {row["address"]: row["matched"] for row in phone.of_kind("house")}
    assert rows == {f"{VILLAGE}测试路1号": True, f"{VILLAGE}测试路2号": False}
    assert [row["kind"] for row in phone.of_kind("house_event")] == ["matched"]


def test_what_waits_is_found_and_matched_with_one_word(town: Town, desk: FlaskClient) -> None:
    sent(desk, f"{TABLE}{VILLAGE},测试路3号\n", take=True)
    village, house = town.units[VILLAGE].id, town.houses[f"{VILLAGE}2"]
    assert unmatched(desk, village) == [f"{VILLAGE}测试路2号"]

    offered = desk.get(f"/api/houses/{house.id}/addresses").json or []
    answer = desk.post(f"/api/houses/{house.id}/address", json={"address_id": offered[0]["id"]})

    assert [one["text"] for one in offered] == ["测试路 2号"]
    assert (answer.status_code, (answer.json or {})["matched"]) == (200, True)
    assert unmatched(desk, village) == []
    query = select(HouseEvent.kind, HouseEvent.detail).where(HouseEvent.house_id == house.id)
    assert db.session.execute(query).all() == [("matched", {"address": "测试路 2号"})]
    assert db.session.get_one(House, house.id).address == f"{VILLAGE}测试路2号"


def test_broken_lines_come_back_and_others_are_taken(town: Town, desk: FlaskClient) -> None:
    table = f"{TABLE}没有的村,测试路9号\n{VILLAGE},路\n川姜镇1村,测试路1号\n{VILLAGE},测试路2号\n"

    answer = sent(desk, table, take=True)

    assert told(answer) == (2, 1, 1)
    assert [line["number"] for line in answer["broken"]] == [4, 5, 6]
    assert answer["broken_sheet"]


def test_an_address_of_another_village_is_refused(town: Town, desk: FlaskClient) -> None:
    sent(desk, f"{HEAD}金新街道2村,测试路1号\n", take=True)
    address = db.session.scalars(select(Address.id)).one()
    house = town.houses[f"{VILLAGE}1"]

    answer = desk.post(f"/api/houses/{house.id}/address", json={"address_id": str(address)})

    assert answer.status_code == 409
