"""Nobody sees beyond the own subtree, nor what is restricted."""

from __future__ import annotations

import re

import pytest

from tests.api.day import Day, call
from tests.api.doors import ROLES, TABLE
from tests.conftest import SignIn
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town

# The list of matters and the checklists are one for all townships.
OF_ALL = re.compile(r" /api/(items|figures|checklists)")
STRANGERS = {"D": "other_dispatcher", "M": "other_commander", "A": "other_admin"}
BELOW = [route for route in TABLE if "{" in route and not OF_ALL.search(route)]


@pytest.mark.parametrize("route", BELOW)
def test_what_lies_outside_the_subtree_does_not_exist(
    route: str, day: Day, sign_in: SignIn
) -> None:
    wanted = dict(zip(ROLES, TABLE[route].split(), strict=True))
    stranger = next(name for role, name in STRANGERS.items() if wanted[role] == "y")

    assert call(sign_in(stranger), route, day) == 404


LISTS = [
    "/api/activities",
    "/api/cases",
    "/api/cases/queue",
    "/api/houses",
    "/api/tasks",
    "/api/campaigns",
    "/api/plans",
    "/api/refusals",
    "/api/workers",
    "/api/phones",
    "/api/calls",
    "/api/messages",
    "/api/map/houses",
    "/api/map/cases",
]


def ids_in(node: object) -> set[str]:
    """Every id in an answer."""
    if isinstance(node, dict):
        own = {str(node["id"])} if "id" in node else set()
        return own.union(*(ids_in(value) for value in node.values()))
    return set().union(*(ids_in(value) for value in node)) if isinstance(node, list) else set()


@pytest.mark.parametrize("path", LISTS)
def test_lists_end_where_the_subtree_ends(path: str, day: Day, sign_in: SignIn) -> None:
    mine = ids_in(sign_in("dispatcher").get(path).json)
    others = ids_in(sign_in("other_dispatcher").get(path).json)

    assert mine
    assert mine & others == set()


def test_a_restricted_case_is_seen_by_the_cleared_alone(
    town: Town, sign_in: SignIn, day: Day
) -> None:
    phone = Phone(sign_in("worker"))
    visit = deeds.inspection(town, "金新街道1村2", "H01")
    secret = deeds.accepted(phone, "inspection.submit", visit)["case_ids"]["H01"]

    seen = {
        name: sign_in(name).get(f"/api/cases/{secret}").status_code == 200
        for name in ("head", "dispatcher", "supervisor", "officer", "district")
    }

    assert seen == {
        "head": False,
        "dispatcher": True,
        "supervisor": False,
        "officer": False,
        "district": True,
    }
    for name in ("head", "supervisor", "officer"):
        browser = sign_in(name)
        for path in ("/api/cases", "/api/cases/queue", "/api/activities", "/api/map/cases"):
            assert secret not in browser.get(path).get_data(as_text=True)
    neighbour = Phone(sign_in("head"))
    neighbour.pull()
    assert secret not in {row["id"] for row in neighbour.of_kind("case")}
    phone.pull()
    assert secret in {row["id"] for row in phone.of_kind("case")}
