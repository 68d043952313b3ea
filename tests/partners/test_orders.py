"""Orders of the 12345 hotline by its own system: each by itself, each number once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from backend.cases.models import Case
from backend.db import db
from backend.sources.models import CaseOrigin
from tests.conftest import SignIn
from tests.partners.conftest import Ask
from tests.sources.test_hotline import ORDER
from tests.town import Town


def sent(ask: Ask, *orders: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
    answer = ask(
        "/api/v1/hotline-orders",
        method="POST",
        json={"orders": list(orders)},
        scopes=["cases:write-hotline"],
        **options,
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    taken: list[dict[str, Any]] = answer.json["taken"]
    return taken


def outcomes(taken: list[dict[str, Any]]) -> list[str]:
    return [one["outcome"] for one in taken]


def test_an_order_is_a_case_once(town: Town, ask: Ask, sign_in: SignIn) -> None:
    told = ORDER | {"lng": 121.005, "lat": 32.005, "working_days": 5}

    first = sent(ask, told)
    again = sent(ask, told, told | {"text": "东门和西门都有飞线"})

    assert (outcomes(first), outcomes(again)) == (["opened"], ["same", "updated"])
    assert {one["case_id"] for one in first + again} == {first[0]["case_id"]}
    case = db.session.scalars(select(Case)).one()
    assert (case.source, case.lng, case.number) == ("hotline", 121.005, first[0]["case_number"])
    assert db.session.scalars(select(CaseOrigin)).one().contact_phone == "13812345678"
    desk = sign_in("dispatcher").get(f"/api/cases/{case.id}").json
    assert [line["actor"]["name"] for line in desk["thread"]] == ["12345 热线"] * 2


@pytest.mark.parametrize(
    ("slip", "pointer"),
    [
        ({"place": "没有的村"}, "/place"),
        ({"text": None}, "/text"),
        ({"text": "长" * 4001}, "/text"),
        ({"lng": [121]}, "/lng"),
        ({"item": True}, "/item"),
        ({"phone": "13800000000"}, "/phone"),
        ({"wh\0": 1}, "/wh\\u0000"),
        ({"received_at": "2999-01-01"}, "/received_at"),
        ({"number": ""}, "/number"),
    ],
)
def test_a_broken_order_comes_back_and_the_rest_is_in(
    ask: Ask, town: Town, slip: dict[str, Any], pointer: str
) -> None:
    broken = ORDER | {"number": "TZ2"} | slip

    before, refused, after = sent(ask, ORDER, broken, ORDER | {"number": "TZ3"})

    assert outcomes([before, refused, after]) == ["opened", "refused", "opened"]
    assert [error["pointer"] for error in refused["errors"]] == [pointer]


def test_an_order_of_another_division_is_neither_taken_nor_touched(ask: Ask, town: Town) -> None:
    sent(ask, ORDER)

    [known, new] = sent(ask, ORDER | {"text": "改写"}, ORDER | {"number": "TZ2"}, unit="川姜镇")

    assert outcomes([known, new]) == ["refused", "refused"]
    assert [error["pointer"] for error in new["errors"]] == ["/place"]
    assert db.session.scalars(select(Case)).one().note == ORDER["text"]


@pytest.mark.parametrize("body", [{}, {"orders": []}, {"orders": [1]}, {"orders": [{}] * 501}])
def test_what_is_no_batch_is_refused(ask: Ask, body: dict[str, Any]) -> None:
    answer = ask("/api/v1/hotline-orders", method="POST", json=body, scopes=["cases:write-hotline"])

    assert (answer.status_code, answer.json["type"]) == (422, "/problems/validation")


def test_who_may_send_orders_may_not_read_cases(ask: Ask) -> None:
    assert ask("/api/v1/cases", scopes=["cases:write-hotline"]).status_code == 403
