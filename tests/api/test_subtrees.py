"""Nobody sees beyond the own subtree, nor what is restricted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

import pytest

from backend.cases.models import Case
from backend.db import db, new_id, transaction, utc_now
from backend.delivery.models import Contact
from backend.org.feedback import submit
from backend.org.models import GridDuty, OrgUnit, RoleGrant, User
from tests.api.day import Day, call
from tests.api.doors import ROLES, TABLE
from tests.cases.steps import bring_to_an_end
from tests.conftest import SignIn
from tests.inspections.work import hazard
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import LONG_AGO, Town

# The list of matters and the checklists are one for all townships.
OF_ALL = re.compile(r" /api/(items|figures|checklists)")
BELOW = [route for route in TABLE if "{" in route and not OF_ALL.search(route)]
NEXT = {"金新街道": "川姜镇", "通州区": "海门区"}
LISTS = [route for route in TABLE if route.startswith("GET ") and "{" not in route]
# Lists that name no record: empty forms, one list for all, numbers alone, the way out of messages.
NAMELESS = re.compile(
    r"/(template|sheet|items|checklists|document-templates|calendar|figures|channels|duties|overview)$"
    r"|/(count|counts|groups)$"
)
# A file holds what its list holds: tests/papers. One's own divisions: test_visibility, test_map.
TOLD_ELSEWHERE = re.compile(r"/exports/|/api/(org/tree|departments|map)$")
PERIOD = {"since": "2026-11-01", "until": "2026-11-20"}
# Of orders that have ended: tests/sources/test_results.py. Who is on duty near: tests/tasks.
OF_ITS_OWN = {"GET /api/sources/hotline/results", "GET /api/tasks/nearest"}


def next_door(town: Town, names: Iterable[str]) -> dict[str, str]:
    """For each of these people another with the same roles next door, where nothing happens."""
    with transaction():
        county = OrgUnit(id=new_id(), name="海门区", kind="county", stat_code="320614000")
        county.path = f"/{county.id}/"
        db.session.add(county)
        units = {**town.units, "海门区": county}
        for name in names:
            user = User(id=new_id(), username=f"next_{name}", name=f"邻居{name}", password_hash="x")
            for grant in town.users[name].roles:
                place = beside(grant.org_unit.name)
                of = (
                    town.departments[f"{place}{grant.department.code}"]
                    if grant.department
                    else None
                )
                user.roles.append(
                    RoleGrant(role=grant.role, org_unit_id=units[place].id, department=of)
                )
            for duty in town.users[name].grids:
                grid = town.grids[beside(duty.grid.village_name)]
                user.grids.append(GridDuty(grid_id=grid.id, kind=duty.kind, since=LONG_AGO))
            db.session.add(user)
    return {name: f"next_{name}" for name in names}


def beside(place: str) -> str:
    """What lies next door of a place."""
    return next(place.replace(here, there) for here, there in NEXT.items() if here in place)


def test_what_lies_outside_the_subtree_does_not_exist(
    day: Day, town: Town, sign_in: SignIn
) -> None:
    strangers = {name: sign_in(other) for name, other in next_door(town, ROLES.values()).items()}
    got = {}
    for route in BELOW:
        for letter, allowed in zip(ROLES, TABLE[route].split(), strict=True):
            if allowed == "y":
                got[route, ROLES[letter]] = call(strangers[ROLES[letter]], route, day)

    assert {who for _, who in got} == set(ROLES.values()) - {"worker"}
    assert {key: status for key, status in got.items() if status != 404} == {}


def ids_in(node: object) -> set[str]:
    """Every id in an answer."""
    if isinstance(node, dict):
        own = {str(node["id"])} if "id" in node else set()
        return own.union(*(ids_in(value) for value in node.values()))
    return set().union(*(ids_in(value) for value in node)) if isinstance(node, list) else set()


@pytest.fixture
def full_day(day: Day, town: Town, sign_in: SignIn) -> Day:
    """A day of which every list has something to tell."""
    drawn = hazard(town)
    bring_to_an_end(town, drawn)
    with transaction():
        late = db.session.get_one(Case, UUID(day.ids["case"]))
        late.step_due_at, late.urgent = LONG_AGO, True
        db.session.get_one(Case, drawn).sample = "drawn"
        submit(town.users["worker"].id, new_id(), "字太小", utc_now())
        db.session.add(
            Contact(
                channel="chat",
                address="wecombot://key",
                org_unit_id=town.units["金新街道"].id,
            )
        )
    form = day.body("POST /api/task-forms")
    assert sign_in("dispatcher").post("/api/task-forms", json=form).status_code == 201
    return day


def test_lists_end_where_the_subtree_ends(full_day: Day, town: Town, sign_in: SignIn) -> None:
    here = {name: sign_in(name) for name in ROLES.values()}
    there = {name: sign_in(other) for name, other in next_door(town, ROLES.values()).items()}
    silent, leaking = [], {}
    for route in LISTS:
        if NAMELESS.search(route) or TOLD_ELSEWHERE.search(route) or route in OF_ITS_OWN:
            continue
        path, told = route.removeprefix("GET "), set()
        for letter, allowed in zip(ROLES, TABLE[route].split(), strict=True):
            if allowed == "y":
                name = ROLES[letter]
                asked = PERIOD if path.endswith("/history") else {}
                own = ids_in(here[name].get(path, query_string=asked).json)
                theirs = ids_in(there[name].get(path, query_string=asked).json)
                leaking[route, name] = own & theirs
                told |= own
        if not told:
            silent.append(route)

    assert silent == []
    assert {key: ids for key, ids in leaking.items() if ids} == {}


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
