"""inspection.submit@1 and hazard.report@1 through the phone's door."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import select

from backend.cases.models import Case
from backend.db import db
from backend.inspections.models import Inspection
from tests.conftest import SignIn
from tests.inspections.work import inspection, position, report
from tests.sync.phone import Phone
from tests.town import Town


def sent(args: dict[str, Any]) -> dict[str, Any]:
    """The arguments as JSON has them."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(args, option=orjson.OPT_UTC_Z))
    return plain


@pytest.fixture
def phone(sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


def test_an_inspection_comes_back_to_the_phones_of_its_grid(
    town: Town, sign_in: SignIn, phone: Phone
) -> None:
    args = sent(inspection(town, failing="B01 H01", position=position(121.001, 32.001)))

    result = phone.do("inspection.submit", args)
    others = {}
    for username in ("worker", "head", "worker2"):
        other = Phone(sign_in(username))
        other.pull()
        others[username] = other

    assert result["verdict"] == "ok", result
    seen = {name: {c["item_code"] for c in p.of_kind("case")} for name, p in others.items()}
    assert seen == {"worker": {"B01", "H01"}, "head": {"B01"}, "worker2": set()}
    (row,) = others["head"].of_kind("inspection")
    assert (row["result"], row["fail_count"]) == ("fail", 1)
    assert "H01" not in {answer["code"] for answer in row["answers"]}
    house = {h["id"]: h for h in others["head"].of_kind("house")}[args["house_id"]]
    assert (house["state"], house["open_cases"]) == ("failed", 1)
    shots = {name: {s["item_code"] for s in p.of_kind("photo")} for name, p in others.items()}
    assert shots == {"worker": {"B01", "H01"}, "head": {"B01"}, "worker2": set()}


def test_the_same_inspection_under_a_new_mutation_is_merged(town: Town, phone: Phone) -> None:
    args = sent(inspection(town))
    phone.do("inspection.submit", args)

    again = phone.do("inspection.submit", args)
    other = phone.do("inspection.submit", {**args, "note": "改"})

    assert again["verdict"] == "ok_merged"
    assert (other["verdict"], other["code"]) == ("rejected", "hash-conflict")


def test_a_hazard_gets_its_number(town: Town, phone: Phone) -> None:
    result = phone.do("hazard.report", sent(report(position=position(121.005, 32.005))))
    phone.pull()

    assert result["verdict"] == "ok", result
    (case,) = phone.of_kind("case")
    assert case["number"].startswith("YH")
    assert (case["title"], case["department_name"]) == ("飞线充电", "消防")


BAD_INSPECTIONS: list[tuple[dict[str, Any], str]] = [
    ({"inspection_id": 1}, "/args/inspection_id"),
    ({"outcome": "slept"}, "/args/outcome"),
    ({"started_at": "0001-01-01T00:00:00+14:00"}, "/args/started_at"),
    ({"answers": "x"}, "/args/answers"),
    ({"answers": [{"code": "D01", "verdict": "maybe"}]}, "/args/answers/0/verdict"),
    ({"answers": [{"code": "B01", "number": float("nan")}]}, "/args/answers/0/number"),
    ({"answers": [{"code": "B01", "number": -1}]}, "/args/answers/0/number"),
    ({"answers": [{"code": "'; --"}]}, "/args/answers/0/code"),
    ({"answers": [{"code": "D01", "colour": 1}]}, "/args/answers/0/colour"),
    ({"case_ids": {"D01": "x"}}, "/args/case_ids/D01/value"),
    ({"position": sent(position(2.35, 48.85))}, "/args/position/lng"),
    ({"photos": [{"photo_id": "x"}]}, "/args/photos/0/sha256"),
    ({"surplus": 1}, "/args/surplus"),
]


@pytest.mark.parametrize(("changes", "pointer"), BAD_INSPECTIONS)
def test_a_bad_inspection_is_pointed_at_and_kept_out(
    town: Town, phone: Phone, changes: dict[str, Any], pointer: str
) -> None:
    result = phone.do("inspection.submit", {**sent(inspection(town)), **changes})

    assert (result["verdict"], result["code"]) == ("rejected", "validation")
    assert pointer in {error["pointer"] for error in result["errors"]}
    assert db.session.scalars(select(Inspection)).all() == []


BAD_REPORTS: list[tuple[dict[str, Any], str, str]] = [
    ({"item_code": "Z99"}, "unknown-item", "/args/item_code"),
    ({"photos": []}, "photo-required", "/args/photos"),
    ({"severity": "mild"}, "validation", "/args/severity"),
    ({"grid_id": "0190a0a0-0000-7000-8000-000000000000"}, "not-found", "/args/grid_id"),
]


@pytest.mark.parametrize(("changes", "code", "pointer"), BAD_REPORTS)
def test_a_bad_report_is_pointed_at_and_kept_out(
    town: Town, phone: Phone, changes: dict[str, Any], code: str, pointer: str
) -> None:
    result = phone.do("hazard.report", {**sent(report()), **changes})

    assert (result["verdict"], result["code"]) == ("rejected", code)
    assert pointer in {error["pointer"] for error in result["errors"]}
    assert db.session.scalars(select(Case)).all() == []


def test_a_foreign_house_is_forbidden(town: Town, phone: Phone) -> None:
    result = phone.do("inspection.submit", sent(inspection(town, "川姜镇1村1")))

    assert (result["verdict"], result["code"]) == ("rejected", "forbidden")
    assert result["errors"][0]["pointer"] == "/args/house_id"
