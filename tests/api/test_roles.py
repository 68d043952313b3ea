"""Who may open which door: the table of roles and routes."""

from __future__ import annotations

import pytest

from backend.app import Gridfield
from backend.partners.tokens import SCOPES
from tests.api.day import Day, call
from tests.api.doors import FOR_EVERYBODY, ROLES, TABLE, TO_EVERYBODY_OUTSIDE, TOKENS
from tests.conftest import SignIn
from tests.partners.conftest import new_token
from tests.town import PEOPLE


@pytest.mark.parametrize("route", TABLE)
def test_each_role_is_let_in_as_the_table_says(route: str, day: Day, sign_in: SignIn) -> None:
    wanted = dict(zip(ROLES, TABLE[route].split(), strict=True))
    order = sorted(ROLES, key=lambda letter: wanted[letter])  # a close or cancel comes last

    got = {}
    for letter in order:
        status = call(sign_in(ROLES[letter]), route, day)
        assert status in {200, 201, 202, 204, 403, 404, 409}, (letter, status)
        got[letter] = "n" if status in {403, 404} else "y"

    assert got == wanted


@pytest.mark.parametrize("route", TOKENS)
def test_a_token_is_let_in_as_its_scopes_and_division_say(
    route: str, day: Day, sign_in: SignIn, app: Gridfield
) -> None:
    admins = {"金新街道": sign_in("admin"), "川姜镇": sign_in("other_admin")}

    def status(unit: str, scopes: list[str]) -> int:
        asked = new_token(day.town, unit, scopes=scopes)
        word = admins[unit].post("/api/tokens", json=asked).json["token"]
        method, path = route.split()
        headers = {"Authorization": f"Bearer {word}"}
        answer = app.test_client().open(
            path.format(**day.ids), method=method, headers=headers, json=day.body(route)
        )
        return answer.status_code

    other = sorted(set(SCOPES) - {TOKENS[route]})
    assert status("金新街道", [TOKENS[route]]) in {200, 201}
    assert status("金新街道", other) == 403
    if "{" in route:
        assert status("川姜镇", [TOKENS[route]]) == 404


ALL = (*TABLE, *TOKENS, *FOR_EVERYBODY, *TO_EVERYBODY_OUTSIDE)


def test_the_table_names_every_route(app: Gridfield) -> None:
    told = {route.replace("{", "").replace("}", "") for route in ALL}
    open_ = {"GET /api/openapi.json", "GET /api/docs"}
    found = set()
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/"):
            continue
        words = [
            part.split(":")[-1].strip("<>").removesuffix("_id") for part in rule.rule.split("/")
        ]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            found.add(f"{method} {'/'.join(words)}")

    assert found - open_ == told


def test_everybody_in_the_table_exists() -> None:
    assert set(ROLES.values()) <= {person[0] for person in PEOPLE}
