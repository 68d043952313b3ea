"""Campaigns: households of grids, knocks at doors in any order, and what is covered."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.db import db, transaction
from backend.delivery.models import Message
from backend.tasks.campaign_models import Visit, VisitAttempt
from tests.conftest import SignIn
from tests.sync.phone import Phone, now
from tests.town import Town

HERE = {"lng": 121.0011, "lat": 32.001, "accuracy": 9, "at": now(), "source": "gps"}


def campaign(town: Town, *villages: str, **more: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "name": "冬季用气安全敲门行动",
        "text": "逐户宣传",
        "starts_on": "2026-11-20",
        "ends_on": "2026-12-20",
        "grid_ids": [str(town.grids[name].id) for name in villages or ("金新街道1村",)],
        **more,
    }


def knock(visit_id: str, result: str, **more: Any) -> dict[str, Any]:
    return {"attempt_id": str(uuid4()), "visit_id": visit_id, "result": result, **more}


@pytest.fixture
def desk(sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


@pytest.fixture
def phone(sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


def visits(phone: Phone) -> list[dict[str, Any]]:
    phone.pull()
    return phone.of_kind("visit")


def test_a_campaign_reaches_each_worker_once_and_counts_what_is_covered(
    town: Town, desk: FlaskClient, phone: Phone, sign_in: SignIn
) -> None:
    wanted = campaign(town, "金新街道1村", "金新街道2村")
    made, again = (desk.post("/api/campaigns", json=wanted) for _ in range(2))
    assert (made.status_code, again.json) == (201, made.json)
    houses = [name for name in town.houses if name.startswith("金新街道1村")]
    own = visits(phone)
    assert len(own) == len(houses)
    assert {row["grid_id"] for row in own} == {str(town.grids["金新街道1村"].id)}
    codes = db.session.execute(select(Message.user_id, Message.code, Message.title)).all()
    assert sorted(str(row.user_id) for row in codes) == sorted(
        str(town.users[name].id) for name in ("worker", "worker2", "head")
    )

    first = own[0]["id"]
    result = phone.do("visit.record", knock(first, "met", note="已签收告知书", position=HERE))
    assert result["verdict"] == "ok", result

    detail = desk.get(f"/api/campaigns/{wanted['id']}").json
    total = made.json["coverage"]["total"]
    assert detail["coverage"] == {
        "open": total - 1,
        "met": 1,
        "nobody": 0,
        "refused": 0,
        "total": total,
        "percent": round(100 / total, 1),
    }
    covered = {part["name"]: part["coverage"]["met"] for part in detail["villages"]}
    assert covered == {"金新街道1村": 1, "金新街道2村": 0}
    assert sum(part["coverage"]["total"] for part in detail["grids"]) == total
    address = f"/api/campaigns/{wanted['id']}/visits"
    assert [row["id"] for row in desk.get(f"{address}?state=met").json["items"]] == [first]
    page = desk.get(f"{address}?limit=1").json
    rest = desk.get(f"{address}?cursor={page['next']}").json
    assert len(page["items"] + rest["items"]) == total
    file = desk.get(f"/api/visits/{first}").json
    assert [(one["result"], one["worker"]["name"]) for one in file["attempts_made"]] == [
        ("met", "测试worker")
    ]
    assert sign_in("other_dispatcher").get(f"/api/campaigns/{wanted['id']}").status_code == 404
    assert sign_in("other_dispatcher").get(f"/api/visits/{first}").status_code == 404
    assert sign_in("head").get("/api/campaigns").json[0]["coverage"]["total"] == len(houses)


def test_the_households_leave_as_a_file_as_filtered(
    town: Town, desk: FlaskClient, phone: Phone, sign_in: SignIn
) -> None:
    wanted = campaign(town, "金新街道1村", "金新街道2村")
    desk.post("/api/campaigns", json=wanted)
    met = visits(phone)[0]
    phone.do("visit.record", knock(met["id"], "met", note="户主 13800001111"))

    def file(who: FlaskClient, **more: str) -> list[dict[str, str]]:
        query = {"format": "csv", "campaign_id": wanted["id"], **more}
        answer = who.get("/api/exports/visits", query_string=query)
        assert answer.status_code == 200, answer.json
        return list(csv.DictReader(answer.get_data().decode("utf-8-sig").splitlines()))

    [row] = file(desk, state="met")
    assert (row["地址"], row["结果"], row["敲门次数"]) == (met["address"], "见面", "1")
    assert (row["走访人"], row["情况"]) == ("测试worker", "户主 138******11")
    assert len(file(desk)) == len(file(desk, grid_id=met["grid_id"])) * 2
    assert {row["网格"] for row in file(sign_in("head"))} == {row["网格"]}
    query = {"format": "csv", "campaign_id": wanted["id"]}
    other = sign_in("other_dispatcher").get("/api/exports/visits", query_string=query)
    assert other.status_code == 404


def test_a_house_that_is_no_more_is_not_visited(town: Town, desk: FlaskClient) -> None:
    gone = town.houses["金新街道1村1"]
    with transaction():
        gone.ended_on, gone.ended_as = datetime.now(UTC).date(), "demolished"

    made = desk.post("/api/campaigns", json=campaign(town)).json

    rows = desk.get(f"/api/campaigns/{made['id']}/visits").json["items"]
    assert rows
    assert str(gone.id) not in {row["house_id"] for row in rows}


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_knocks_make_the_same_of_a_household_in_any_order(
    town: Town, desk: FlaskClient, phone: Phone, order: tuple[int, ...]
) -> None:
    desk.post("/api/campaigns", json=campaign(town))
    visit_id = visits(phone)[0]["id"]
    began = datetime.now(UTC) - timedelta(days=4)
    results = ["nobody", "refused", "met", "nobody"]
    deeds = [
        phone.mutation(
            "visit.record",
            knock(visit_id, result, note=str(day), next_on="2026-12-01"),
            captured_at=(began + timedelta(days=day)).isoformat(),
        )
        for day, result in enumerate(results)
    ]
    for mid, place in enumerate(order, start=deeds[0]["mid"]):
        deeds[place]["mid"] = mid
    answer = phone.push(*(deeds[place] for place in order)).json

    assert {one["verdict"] for one in answer["results"]} == {"ok"}
    [row] = [row for row in visits(phone) if row["id"] == visit_id]
    assert (row["state"], row["attempts"], row["note"], row["next_on"]) == ("met", 4, "2", None)
    assert len(row["attempt_ids"]) == 4


def test_the_same_knock_twice_is_one(town: Town, desk: FlaskClient, phone: Phone) -> None:
    desk.post("/api/campaigns", json=campaign(town))
    told = knock(visits(phone)[0]["id"], "nobody", next_on="2026-12-01")

    verdicts = [phone.do("visit.record", told)["verdict"] for _ in range(2)]
    other = phone.do("visit.record", {**told, "result": "refused"})

    assert verdicts == ["ok", "ok"]
    assert other["code"] == "hash-conflict"
    assert db.session.query(VisitAttempt).count() == 1
    visit = db.session.get_one(Visit, UUID(told["visit_id"]))
    assert (visit.state, visit.attempts, str(visit.next_on)) == ("nobody", 1, "2026-12-01")


def test_another_grids_household_does_not_exist(
    town: Town, desk: FlaskClient, phone: Phone, sign_in: SignIn
) -> None:
    desk.post("/api/campaigns", json=campaign(town))
    visit_id = visits(phone)[0]["id"]

    other = Phone(sign_in("worker2"))

    assert other.do("visit.record", knock(visit_id, "met"))["code"] == "not-found"
    assert visits(other) == []


def test_a_closed_campaign_still_keeps_what_comes(
    town: Town, desk: FlaskClient, phone: Phone, sign_in: SignIn
) -> None:
    wanted = campaign(town)
    desk.post("/api/campaigns", json=wanted)
    address = f"/api/campaigns/{wanted['id']}/close"
    assert sign_in("supervisor").post(address).status_code == 403
    assert sign_in("other_dispatcher").post(address).status_code == 404

    assert desk.post(address).json["closed_at"]

    row = visits(phone)[0]
    assert phone.of_kind("campaign")[0]["closed_at"]
    assert phone.do("visit.record", knock(row["id"], "met"))["verdict"] == "ok"


def test_a_campaigns_form_is_asked_of_those_met(
    town: Town, desk: FlaskClient, phone: Phone
) -> None:
    unit = str(town.units["金新街道"].id)
    field = {"code": "people", "label": "人数", "kind": "number", "required": True}
    form = desk.post(
        "/api/task-forms", json={"org_unit_id": unit, "name": "走访", "fields": [field]}
    )
    desk.post("/api/campaigns", json=campaign(town, form_id=form.json["id"]))
    visit_id = visits(phone)[0]["id"]

    assert phone.do("visit.record", knock(visit_id, "nobody"))["verdict"] == "ok"
    missing = phone.do("visit.record", knock(visit_id, "met"))
    assert missing["errors"][0]["pointer"] == "/args/answers/people"
    filled = phone.do("visit.record", knock(visit_id, "met", answers={"people": "3"}))
    assert filled["verdict"] == "ok"
    attempts = desk.get(f"/api/visits/{visit_id}").json["attempts_made"]
    assert [one["form_version"] for one in attempts] == [None, 1]


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"grid_ids": []}, "/grid_ids"),
        ({"ends_on": "2026-11-01"}, "/ends_on"),
        ({"name": ""}, "/name"),
        ({"form_id": str(uuid4())}, "/form_id"),
        ({"house_states": ["nonsense"]}, "/house_states/0"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_is_wrong_is_pointed_at(
    town: Town, desk: FlaskClient, more: dict[str, Any], pointer: str
) -> None:
    answer = desk.post("/api/campaigns", json=campaign(town, **more))

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


def test_a_campaign_stays_in_the_division_of_who_opens_it(
    town: Town, sign_in: SignIn, desk: FlaskClient
) -> None:
    foreign = desk.post("/api/campaigns", json=campaign(town, "川姜镇1村"))
    two = sign_in("district").post(
        "/api/campaigns", json=campaign(town, "川姜镇1村", "金新街道1村")
    )

    assert foreign.json["errors"][0]["detail"] == "所选范围内没有住户"
    assert two.json["errors"][0]["detail"] == "请只选择一个镇街的网格"
    assert sign_in("supervisor").post("/api/campaigns", json=campaign(town)).status_code == 403
    with transaction():
        town.houses["金新街道1村1"].state = "failed"
    some = desk.post("/api/campaigns", json=campaign(town, house_states=["failed"])).json
    assert some["coverage"]["total"] == 1
