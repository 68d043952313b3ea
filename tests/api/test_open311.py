"""Open311 GeoReport v2, held to what the standard says of its GET methods."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree as ET

import pytest

from backend.app import Gridfield
from tests.cases.steps import bring_to_an_end
from tests.conftest import SignIn
from tests.houses.work import hazard, inspect, position
from tests.partners.conftest import Ask, admin, ask, new_token  # noqa: F401 - fixtures
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
