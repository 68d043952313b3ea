"""What the desk gets of houses, cases, inspections, checklists and divisions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend.cases.models import Case
from backend.checklists.models import Checklist
from backend.db import db, new_id, transaction, utc_now
from backend.inspections.models import Inspection
from tests.conftest import SignIn
from tests.inspections.work import hazard, inspect, position
from tests.town import Town


def test_a_house_has_its_people_masked_and_its_history(town: Town, sign_in: SignIn) -> None:
    inspect(town, failing="B01")
    house = town.houses["金新街道1村1"]

    body = sign_in("dispatcher").get(f"/api/houses/{house.id}").json

    assert (body["landlord_name"], body["landlord_phone"]) == ("张**", "139****5678")
    assert [person["name_masked"] for person in body["occupants"]] == ["李**"]
    assert "李测试" not in str(body)
    assert [room["name"] for room in body["rooms"]] == ["101"]
    assert [visit["result"] for visit in body["inspections"]] == ["rectify"]
    assert [case["item_code"] for case in body["cases"]] == ["B01"]
    assert (body["state"], body["open_cases"], body["next_due_on"]) == ("rectify", 1, "2026-11-19")
    assert body["grid"] == {"id": str(house.grid_id), "name": "金新街道1村第一网格"}


def test_houses_are_found_by_address_code_or_landlord(town: Town, sign_in: SignIn) -> None:
    browser = sign_in("dispatcher")

    def found(q: str) -> int:
        return len(browser.get("/api/houses", query_string={"q": q}).json["items"])

    assert (found("1村测试路2号"), found("张测试"), found("320612004000001-0001")) == (1, 4, 1)
    assert (found("_"), found("没有")) == (0, 0)


def test_the_register_comes_in_pages(town: Town, sign_in: SignIn) -> None:
    browser = sign_in("dispatcher")

    first = browser.get("/api/houses?limit=3").json
    second = browser.get(f"/api/houses?limit=3&cursor={first['next']}").json

    codes = [house["code"] for house in first["items"] + second["items"]]
    assert second["next"] is None
    assert codes == sorted(codes)
    assert len(codes) == 4


def test_an_inspection_is_told_whole(town: Town, sign_in: SignIn) -> None:
    done = inspect(town, failing="D01", position=position(121.001, 32.001), note="二楼")

    body = sign_in("dispatcher").get(f"/api/inspections/{done.id}").json

    assert (body["result"], body["outcome"], body["note"]) == ("fail", "inspected", "二楼")
    assert body["house"]["address"] == "金新街道1村测试路1号"
    assert [item["code"] for item in body["checklist"]["items"]][:2] == ["A04", "B01"]
    (finding,) = body["findings"]
    case = db.session.scalars(select(Case)).one()
    assert finding["case"] == {
        "id": str(case.id),
        "number": case.number,
        "title": "不符合：测试项 D01",
        "state": "reported",
    }
    assert body["position"] == {"lng": 121.001, "lat": 32.001, "accuracy": 8.0, "source": "gps"}
    assert [photo["thumb"] for photo in body["photos"]] == [None]
    assert body["worker"]["name"] == "测试worker"


def test_a_case_shows_house_department_and_deadline(town: Town, sign_in: SignIn) -> None:
    case_id = hazard(town, house_id=town.houses["金新街道1村1"].id)

    body = sign_in("officer").get(f"/api/cases/{case_id}").json

    assert body["house"]["id"] == str(town.houses["金新街道1村1"].id)
    assert body["department"]["name"] == "消防"
    assert body["tasks"] == []


@pytest.mark.parametrize(("hours", "overdue"), [(-1, True), (1, False)])
def test_a_case_is_overdue_after_its_time(
    town: Town,
    sign_in: SignIn,
    hours: int,
    overdue: bool,  # noqa: FBT001
) -> None:
    case_id = hazard(town)
    with transaction() as session:
        session.get_one(Case, case_id).due_at = utc_now() + timedelta(hours=hours)

    body = sign_in("dispatcher").get("/api/cases").json

    assert [case["overdue"] for case in body["items"]] == [overdue]


def test_cases_are_filtered(town: Town, sign_in: SignIn) -> None:
    first, second = hazard(town), hazard(town, "worker2")
    browser = sign_in("dispatcher")

    def found(**query: Any) -> set[str]:
        items = browser.get("/api/cases", query_string=query).json["items"]
        return {item["id"] for item in items}

    number = db.session.get_one(Case, second).number
    assert found(q=number) == {str(second)}
    assert found(village_id=town.units["金新街道1村"].id) == {str(first)}
    assert found(department_id=town.departments["金新街道住建"].id) == set()
    assert found(state="reported") == {str(first), str(second)}
    assert found(state="closed") == set()


def test_a_checklist_is_told_unless_it_is_a_draft(town: Town, sign_in: SignIn) -> None:
    draft = Checklist(
        id=new_id(), code="rental", version=2, title="x", title_en="x", items=[], state="draft"
    )
    with transaction() as session:
        session.add(draft)
    browser = sign_in("worker")

    told = browser.get(f"/api/checklists/{town.checklist.id}").json

    assert [item["code"] for item in told["items"]] == ["A04", "B01", "D01", "E04", "H01"]
    assert told["items"][1]["max"] == 2
    assert browser.get(f"/api/checklists/{draft.id}").status_code == 404


def test_the_tree_names_divisions_with_their_grids(town: Town, sign_in: SignIn) -> None:
    body = sign_in("head").get("/api/org/tree").json

    villages = list(body or [])
    assert len(villages) == 1
    village = villages[0]
    assert (village["name"], village["kind"]) == ("金新街道1村", "village")
    assert [grid["name"] for grid in village["grids"]] == ["金新街道1村第一网格"]


def test_an_open_answer_of_an_old_inspection_stays(town: Town, sign_in: SignIn) -> None:
    """A retired checklist still explains what was made under it."""
    done = inspect(town)
    with transaction():
        town.checklist.state, town.checklist.retired_at = "retired", utc_now()

    body = sign_in("dispatcher").get(f"/api/inspections/{done.id}").json

    assert body["checklist"]["state"] == "retired"
    assert len(body["answers"]) == 5
    assert db.session.get_one(Inspection, done.id).checklist_id == town.checklist.id
