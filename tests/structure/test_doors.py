"""No door stands open by mistake."""

from __future__ import annotations

import pytest

from backend.app import Gridfield
from backend.org.door import Door
from backend.problems import all_problems
from backend.sync.mutations import CATALOGUE
from tests.structure.test_code import ROOT

PUBLIC = {
    "session.sign_in",
    "health.health",
    "alerts.take_in",
    *(f"report.{view}" for view in ("entry", "label", "code", "report", "receipt", "look", "rate")),
    "photos.options",
    "pages.page",
    "pages.problem",
    "pages.certificate",
    "reference",
    "api-docs.openapi_json",
}


def test_every_route_asks_who_is_there(app: Gridfield) -> None:
    open_ = set()
    for rule in app.url_map.iter_rules():
        blueprint, _, view = rule.endpoint.rpartition(".")
        door = app.blueprints.get(blueprint)
        if not isinstance(door, Door) or view in door.public:
            open_.add(rule.endpoint)

    assert open_ == PUBLIC


@pytest.mark.parametrize("path", ["/api/activities", "/api/cases", "/api/tasks", "/sync/mutations"])
def test_a_stranger_is_refused(app: Gridfield, database: None, path: str) -> None:
    answer = app.test_client().get(path)

    assert (answer.status_code, answer.json["type"]) == (401, "/problems/unauthenticated")


def test_every_mutation_is_tried_by_a_test(app: Gridfield) -> None:
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    untried = [name for name, _ in CATALOGUE if f'"{name}"' not in tests]

    assert untried == []


def test_every_problem_has_a_slug_of_its_own() -> None:
    slugs = [kind.slug for kind in all_problems()]

    assert len(slugs) == len(set(slugs))
