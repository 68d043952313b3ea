"""The OpenAPI document is valid, and every door keeps to it whatever is sent."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend.app import Gridfield, create_app
from backend.config import Settings
from backend.org.door import COOKIE
from backend.problems import all_problems
from tests.conftest import SignIn
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.tasks.desk import new_task
from tests.town import Town

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    allow_header_conformance,
]
SAME_FOR_ALL = ProjectsConfig(
    default=ProjectConfig(
        generation=GenerationConfig(deterministic=True, with_security_parameters=False)
    )
)
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
document = schemathesis.openapi.from_wsgi(
    "/api/openapi.json",
    create_app(Settings(database_url="postgresql+psycopg:///nowhere")),
    config=SchemathesisConfig(projects=SAME_FOR_ALL),
)


def test_the_document_is_openapi_3_1() -> None:
    document.validate()

    assert document.raw_schema["openapi"] == "3.1.0"


@pytest.fixture
def records(town: Town, sign_in: SignIn) -> dict[str, str]:
    """What there is to ask for, by the name of a path's parameter."""
    phone = Phone(sign_in("worker"))
    visit = deeds.inspection(town, "金新街道1村1", "D01")
    deeds.accepted(phone, "inspection.submit", visit)
    hazard = deeds.accepted(phone, "hazard.report", deeds.hazard(town, "金新街道1村"))
    walk = deeds.accepted(phone, "patrol.start", deeds.patrol())
    task = sign_in("dispatcher").post("/api/tasks", json=new_task(town)).json
    return {
        "house_id": visit["house_id"],
        "checklist_id": visit["checklist_id"],
        "inspection_id": visit["inspection_id"],
        "case_id": hazard["case_id"],
        "photo_id": hazard["photos"][0]["photo_id"],
        "patrol_id": walk["patrol_id"],
        "task_id": task["id"],
        "action": "urge",
    }


@document.parametrize()
@settings(
    max_examples=12, phases=[Phase.explicit, Phase.generate], suppress_health_check=[*HealthCheck]
)
def test_every_door_keeps_to_the_document(
    case: schemathesis.Case[Any], app: Gridfield, sign_in: SignIn, records: dict[str, str]
) -> None:
    for name, value in case.path_parameters.items():  # every other one exists
        if name in records and str(value)[-1:] in "02468ace":
            case.path_parameters[name] = records[name]
    browser: Any = sign_in("worker" if case.path.startswith("/sync") else "dispatcher")
    cookies = {COOKIE: browser.get_cookie(COOKIE).value}

    answer = case.call(app=app, headers={"X-CSRF-Token": browser.csrf_token}, cookies=cookies)

    case.validate_response(answer, checks=CHECKS)


def test_the_page_to_read_names_every_path_shape_and_problem(client: FlaskClient) -> None:
    raw = document.raw_schema

    page = client.get("/api/docs").get_data(as_text=True)

    assert all(f"<code>{path}</code>" in page for path in raw["paths"])
    assert all(f'id="{name}"' in page for name in raw["components"]["schemas"])
    assert all(f"/problems/{kind.slug}" in page for kind in all_problems())
