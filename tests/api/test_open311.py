"""Open311 GeoReport v2, held to what the standard says of its methods."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree as ET

import pytest

from backend.app import Gridfield
from backend.cases.models import Case
from backend.db import db
from backend.sources.models import CaseOrigin
from tests.cases.steps import bring_to_an_end
from tests.conftest import SignIn
from tests.inspections.work import hazard, inspect, position
from tests.partners.conftest import Ask, ask, new_token  # noqa: F401 - fixtures
from tests.town import Town

# Every member of a request, by the standard's table.
REQUEST = {
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
}  # fmt: skip
SERVICE = {
    "service_code", "service_name", "description", "metadata", "type", "keywords", "group",
}  # fmt: skip
V2 = "/open311/v2"


@pytest.fixture
def reported(town: Town) -> UUID:
    return hazard(town, note="电话 13800001111", position=position(121.005, 32.005))


def get(ask: Ask, path: str, **options: Any) -> Any:  # noqa: F811
    return ask(V2 + path, scopes=["open311:read"], **options)


def rows(answer: Any) -> list[dict[str, str | None]]:
    assert answer.content_type == "text/xml; charset=utf-8"
    assert answer.get_data().startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    return [{node.tag: node.text for node in row} for row in ET.fromstring(answer.get_data())]  # noqa: S314


def test_services_in_both_forms(ask: Ask) -> None:  # noqa: F811
    [service] = get(ask, "/services.json").json
    [same] = rows(get(ask, "/services.xml"))

    assert set(service) == set(same) == SERVICE
    assert (service["service_code"], service["metadata"], same["metadata"]) == (
        "P01", False, "false",
    )  # fmt: skip
    assert get(ask, "/services/P01.json").json == {"service_code": "P01", "attributes": []}
    assert get(ask, "/services/P99.xml").status_code == 404


def test_requests_in_both_forms_without_persons(ask: Ask, reported: UUID) -> None:  # noqa: F811
    since = {"start_date": "2026-11-01T00:00:00Z", "end_date": "2026-12-01T00:00:00+08:00"}
    [told] = get(ask, "/requests.json", query_string=since).json
    [same] = rows(get(ask, f"/requests/{reported}.xml"))

    assert set(told) == set(same) == REQUEST
    assert (told["status"], told["lat"], told["long"]) == ("open", 32.005, 121.005)
    assert told["requested_datetime"] == "2026-11-16T02:00:00Z"
    assert told["description"] == same["description"] == "电话 138******11"


def test_requests_by_status_service_and_id(town: Town, ask: Ask, reported: UUID) -> None:  # noqa: F811
    ended = hazard(town)
    bring_to_an_end(town, ended)

    def ids(**query: str) -> set[str]:
        dates = {"start_date": "2026-11-01T00:00:00Z", "end_date": "2026-12-01T00:00:00Z"}
        found = get(ask, "/requests.json", query_string={**dates, **query}).json
        return {row["service_request_id"] for row in found}

    assert ids(status="open") == {str(reported)}
    assert ids(status="closed") == {str(ended)}
    assert ids(status="open,closed") == {str(reported), str(ended)}
    assert ids(service_code="P02") == set()
    assert ids(service_request_id=f"{reported},{uuid4()}") == {str(reported)}


def test_restricted_and_others_requests_do_not_exist(town: Town, ask: Ask) -> None:  # noqa: F811
    inspect(town, failing="H01")
    other = hazard(town, by="other_worker")

    assert get(ask, "/requests.json").json == []
    assert get(ask, f"/requests/{other}.json").status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/requests.json?status=lost", 400),
        ("/requests.json?start_date=yesterday", 400),
        ("/requests.json?start_date=2026-11-01", 400),
        ("/requests/no-id.json", 404),
        ("/services.json?jurisdiction_id=nowhere.example", 404),
    ],
)
def test_errors_have_the_form_of_the_standard(ask: Ask, path: str, status: int) -> None:  # noqa: F811
    answer = get(ask, path)
    [same] = rows(get(ask, path.replace(".json", ".xml")))

    assert answer.status_code == status
    assert [error["code"] for error in answer.json] == [str(status)] == [same["code"]]
    assert answer.json[0]["description"] == same["description"]


def test_a_key_is_needed_and_may_stand_in_the_query(
    app: Gridfield,
    town: Town,
    sign_in: SignIn,
    ask: Ask,  # noqa: F811
) -> None:
    body = new_token(town, scopes=["open311:read"])
    word = sign_in("admin").post("/api/tokens", json=body).json["token"]
    stranger = app.test_client()

    assert stranger.get(f"{V2}/services.json").status_code == 403
    assert stranger.get(f"{V2}/services.json?api_key={word}").status_code == 200
    assert ask(f"{V2}/services.json", scopes=["cases:read"]).status_code == 403


ANSWER = {"service_request_id", "service_notice", "account_id"}
TOLD = {
    "service_code": "P01",
    "lat": "32.005",
    "long": "121.005",
    "address_string": "3 幢楼下",
    "description": "楼下飞线充电",
    "first_name": "三",
    "last_name": "张",
    "phone": "13812345678",
    "email": "zhang@example.org",
    "media_url": "http://127.0.0.1:1/a.jpg",
    "attribute[COLOUR]": "red",
}


def post(ask: Ask, told: dict[str, Any], form: str = "json", **options: Any) -> Any:  # noqa: F811
    options = {"scopes": ["reports:write"], **options}
    return ask(f"{V2}/requests.{form}", method="POST", data=told, **options)


def test_a_report_opens_a_citizens_case(ask: Ask, sign_in: SignIn) -> None:  # noqa: F811
    answer = post(ask, TOLD)
    [told] = answer.json
    [same] = rows(post(ask, {"service_code": "P01", "address_string": "东门", "x": "\0"}, "xml"))

    assert (answer.status_code, set(told), set(same)) == (201, ANSWER, ANSWER)
    desk = sign_in("dispatcher")
    path = f"/api/cases/{told['service_request_id']}"
    case = desk.get(path).json
    assert (case["source"], case["title"], case["note"], case["address"], case["lng"]) == (
        "citizen", "飞线充电", "楼下飞线充电", "3 幢楼下", 121.005,
    )  # fmt: skip
    assert case["number"] in told["service_notice"]
    assert "13812345678" not in desk.get(path).get_data(as_text=True)
    caller = desk.post(f"{path}/contact", json={"reason": "回访"}).json
    assert caller == {"contact_name": "张三", "contact_phone": "13812345678"}
    [read] = get(ask, f"/requests/{same['service_request_id']}.json").json
    assert (read["status"], read["address"], read["lat"]) == ("open", "东门", None)


@pytest.mark.parametrize(
    ("slip", "status"),
    [
        ({"service_code": ""}, 400),
        ({"service_code": "P99"}, 404),
        ({"service_code": "飞线充电"}, 404),
        ({"lat": "north"}, 400),
        ({"lat": "NaN"}, 400),
        ({"long": ""}, 400),
        ({"lat": "", "long": "", "address_string": ""}, 400),
        ({"lat": "30", "long": "120"}, 400),
        ({"description": "长" * 4001}, 400),
        ({"description": "a\0b"}, 400),
        ({"jurisdiction_id": "nowhere.example"}, 404),
    ],
)
def test_a_report_with_a_slip_is_refused_as_the_standard_says(
    ask: Ask,  # noqa: F811
    slip: dict[str, str],
    status: int,
) -> None:
    answer = post(ask, TOLD | slip)
    [same] = rows(post(ask, TOLD | slip, "xml"))

    assert (answer.status_code, [error["code"] for error in answer.json]) == (status, [str(status)])
    assert (same["code"], same["description"]) == (str(status), answer.json[0]["description"])
    assert db.session.query(Case).count() == 0


def test_a_report_needs_the_scope_and_stays_in_the_division(ask: Ask) -> None:  # noqa: F811
    assert post(ask, TOLD, scopes=["open311:read", "cases:read"]).status_code == 403
    assert post(ask, TOLD, unit="川姜镇").status_code == 400
    assert post(ask, TOLD).status_code == 201


def test_the_key_of_a_report_may_stand_in_its_form_and_is_not_kept(
    app: Gridfield, town: Town, sign_in: SignIn
) -> None:
    body = new_token(town, scopes=["reports:write"])
    word = sign_in("admin").post("/api/tokens", json=body).json["token"]
    stranger = app.test_client()

    assert stranger.post(f"{V2}/requests.json", data=TOLD).status_code == 403
    told = stranger.post(f"{V2}/requests.json", data={**TOLD, "api_key": word})

    assert told.status_code == 201
    raw = db.session.query(CaseOrigin).one().raw
    assert raw == TOLD
