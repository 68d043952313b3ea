"""Everyone sees their own subtree and nothing else: every role at every list."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from backend.cases.models import Case
from backend.db import db, new_id
from backend.houses.models import House
from backend.inspections.models import Inspection
from backend.patrols.models import Patrol
from tests.cases.steps import call
from tests.conftest import SignIn
from tests.inspections.work import hazard, inspect
from tests.oversight.test_activities import patrol
from tests.town import PEOPLE, Town

USERNAMES = [person[0] for person in PEOPLE]
# The division whose records each may see; nobody else sees any.
SUBTREES = {
    "head": "金新街道1村",
    "dispatcher": "金新街道",
    "commander": "金新街道",
    "supervisor": "金新街道",
    "village": "金新街道1村",
    "officer": "金新街道",
    "cleared": "金新街道",
    "housing": "金新街道",
    "admin": "金新街道",
    "district": "通州区",
    "other_dispatcher": "川姜镇",
    "other_commander": "川姜镇",
    "other_admin": "川姜镇",
}
SEE_RECORDS = {
    "head", "dispatcher", "commander", "supervisor", "village", "district", "other_dispatcher",
    "other_commander",
}  # fmt: skip
OFFICERS = {"officer": "消防", "cleared": "消防", "housing": "住建"}
MAY_LIST = {
    "/api/activities": SEE_RECORDS | OFFICERS.keys(),
    "/api/cases": SEE_RECORDS | OFFICERS.keys(),
    "/api/cases/queue": SEE_RECORDS | OFFICERS.keys(),
    "/api/houses": SEE_RECORDS,
    "/api/org/tree": SEE_RECORDS | OFFICERS.keys() | {"admin", "other_admin"},
    "/api/departments": SEE_RECORDS | OFFICERS.keys() | {"admin", "other_admin"},
}
CLEARED = {
    "dispatcher", "commander", "cleared", "district", "other_dispatcher", "other_commander",
}  # fmt: skip


@pytest.fixture
def records(town: Town) -> Town:
    """Here and there: an inspection with an open and a restricted failure, a hazard, a patrol."""
    for worker, village in (("worker", "金新街道1村"), ("other_worker", "川姜镇1村")):
        inspect(town, f"{village}1", failing="B01 H01", by=worker)
        hazard(town, worker)
        patrol(town, worker, village)
    inspect(town, "金新街道2村1", failing="E04", by="worker2")
    for restricted in (False, True):  # and two of which the housing department has a part
        ours = Case.org_path.like(f"{town.units['金新街道'].path}%")
        found = select(Case.id).where(ours, Case.restricted.is_(restricted)).order_by(Case.number)
        case_id = db.session.scalars(found).first()
        assert case_id is not None
        call(town, case_id, "call_support", "住建")
    return town


def seen_paths(town: Town, username: str) -> str:
    return town.units[SUBTREES[username]].path


@pytest.mark.parametrize("username", USERNAMES)
def test_lists_hold_the_subtree_and_nothing_else(
    records: Town, sign_in: SignIn, username: str
) -> None:
    browser = sign_in(username)
    for path, allowed in MAY_LIST.items():
        answer = browser.get(path)

        if username not in allowed:
            assert (answer.status_code, answer.json["type"]) == (403, "/problems/forbidden"), path
            continue
        assert answer.status_code == 200, path
        got = {row["id"] for row in rows(answer.json)}
        assert got == expected(records, username, path), path


def rows(body: Any) -> list[dict[str, Any]]:
    return body if isinstance(body, list) else list(body["items"])


def expected(town: Town, username: str, path: str) -> set[str]:
    """What the list must hold, said once more in plain words."""
    top = seen_paths(town, username)
    if path == "/api/houses":
        return {str(h.id) for h in db.session.scalars(select(House)) if below(h, top)}
    if path in {"/api/cases", "/api/cases/queue"}:
        return {str(case.id) for case in cases(town, username, top)}
    if path == "/api/activities":
        reports = {str(case.id) for case in cases(town, username, top) if case.source == "report"}
        return reports | (set() if username in OFFICERS else visits(top))
    if path == "/api/org/tree":
        return {str(unit.id) for unit in town.units.values() if unit.path.startswith(top)}
    towns = {"head": "金新街道", "village": "金新街道"}.get(username, SUBTREES[username])
    return {
        str(department.id)
        for name, department in town.departments.items()
        if towns == "通州区" or name.startswith(towns)
    }


def below(row: Any, top: str) -> bool:
    return bool(row.org_path.startswith(top))


def cases(town: Town, username: str, top: str) -> list[Case]:
    ours = town.departments[f"金新街道{OFFICERS.get(username, '消防')}"].id
    return [
        case
        for case in db.session.scalars(select(Case))
        if below(case, top)
        and (username in CLEARED or not case.restricted)
        and (username not in OFFICERS or ours in (case.department_id, *case.supporting))
    ]


def visits(top: str) -> set[str]:
    every = [*db.session.scalars(select(Inspection)), *db.session.scalars(select(Patrol))]
    return {str(row.id) for row in every if below(row, top)}


@pytest.mark.parametrize("username", USERNAMES)
def test_single_records_follow_the_lists(records: Town, sign_in: SignIn, username: str) -> None:
    browser = sign_in(username)
    ways: list[tuple[str, Any, set[str]]] = [
        ("/api/cases", Case, SEE_RECORDS | OFFICERS.keys()),
        ("/api/houses", House, SEE_RECORDS),
        ("/api/inspections", Inspection, SEE_RECORDS),
    ]
    for path, model, allowed in ways:
        for row in db.session.scalars(select(model)).all():
            status = browser.get(f"{path}/{row.id}").status_code

            assert status == wanted(records, username, allowed, row), (path, row.id)


def wanted(town: Town, username: str, allowed: set[str], row: Any) -> int:
    """200 for what is one's own to see, 404 for the rest, 403 for whoever sees none."""
    if username not in allowed:
        return 403
    top = seen_paths(town, username)
    if isinstance(row, Case):
        return 200 if row in cases(town, username, top) else 404
    return 200 if below(row, top) else 404


def test_restricted_answers_and_findings_are_for_the_cleared(
    records: Town, sign_in: SignIn
) -> None:
    done = db.session.scalars(
        select(Inspection).where(Inspection.house_id == records.houses["金新街道1村1"].id)
    ).one()

    for username in ("head", "supervisor", "dispatcher", "district"):
        body = sign_in(username).get(f"/api/inspections/{done.id}").json
        codes = {answer["code"] for answer in body["answers"]}
        found = {finding["code"] for finding in body["findings"]}
        shot = {photo["item_code"] for photo in body["photos"]}
        cleared = username in CLEARED
        assert ("H01" in codes, "H01" in found, "H01" in shot) == (cleared, cleared, cleared)


def test_what_is_not_there_is_not_found(town: Town, sign_in: SignIn) -> None:
    browser = sign_in("dispatcher")
    for noun in ("cases", "houses", "inspections", "checklists"):
        for record_id, status in ((new_id(), 404), ("x", 404)):
            assert browser.get(f"/api/{noun}/{record_id}").status_code == status, noun


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/query/limit"),
        ("limit=201", "/query/limit"),
        ("cursor=x", "/query/cursor"),
        ("state=lost", "/query/state"),
        ("village_id=1", "/query/village_id"),
        ("q=%00", "/query/q"),
    ],
)
@pytest.mark.parametrize("path", ["/api/activities", "/api/cases", "/api/houses"])
def test_a_wrong_query_is_pointed_at(
    town: Town, sign_in: SignIn, path: str, query: str, pointer: str
) -> None:
    answer = sign_in("dispatcher").get(f"{path}?{query}")

    assert answer.status_code == 422
    assert pointer in {error["pointer"].rsplit("/0", 1)[0] for error in answer.json["errors"]}
