"""A joint visit: workers and departments go to a case together, by one request."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import SignIn
from tests.inspections.work import hazard
from tests.tasks.desk import new_task
from tests.town import Town


def visit(town: Town, case_id: str | None, *departments: str) -> dict[str, Any]:
    called = [str(town.departments[name].id) for name in departments]
    head = str(town.users["head"].id)
    more = {"case_id": case_id, "house_id": None, "departments": called, "partner_ids": [head]}
    return new_task(town, kind="visit", title="联合走访:消防通道", **more)


@pytest.fixture
def desk(sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


def test_one_request_sends_workers_and_calls_departments(town: Town, desk: FlaskClient) -> None:
    case_id = hazard(town)
    wanted = visit(town, str(case_id), "金新街道消防", "金新街道住建")

    first, again = (desk.post("/api/tasks", json=wanted) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json["id"] == first.json["id"]
    told = desk.get(f"/api/cases/{case_id}").json
    assert [part["department"]["name"] for part in told["parts"]] == ["消防", "住建"]
    assert {part["asked"] for part in told["parts"]} == {"联合走访:消防通道"}
    assert len(told["tasks"]) == 2
    assert [line["action"] for line in told["thread"]].count("whistle") == 1


def test_where_a_department_cannot_come_nobody_is_sent(town: Town, desk: FlaskClient) -> None:
    case_id = hazard(town)
    elsewhere = next(name for name in town.departments if name.startswith("川姜镇"))

    answer = desk.post("/api/tasks", json=visit(town, str(case_id), elsewhere))

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/departments/0"
    assert desk.get(f"/api/cases/{case_id}").json["tasks"] == []


def test_departments_are_called_to_a_case_only(town: Town, desk: FlaskClient) -> None:
    answer = desk.post("/api/tasks", json=visit(town, None, "金新街道消防"))

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/departments"
