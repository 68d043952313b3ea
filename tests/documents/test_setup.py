"""Setting up authorities, enforcers and the words of papers; papers keep what they were made by."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.db import db, transaction
from backend.documents.models import Authority, Document
from backend.org.models import Grid, GridDuty, RoleGrant
from tests.conftest import SignIn
from tests.documents.papers import Papers, first_of, give_power, lease, paper, today
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town


@pytest.fixture
def papers(town: Town) -> Papers:
    return give_power(town)


@pytest.fixture
def desk(papers: Papers, sign_in: SignIn) -> FlaskClient:
    return sign_in("commander")


def told(authority: Authority, **changes: Any) -> dict[str, Any]:
    """An authority as the desk would have it."""
    columns = ("name", "word", "may_order", "contact", "remedy")
    said = {name: getattr(authority, name) for name in columns}
    return {**said, "department_id": str(authority.department_id or "") or None, **changes}


def rows(desk: FlaskClient, path: str) -> list[dict[str, Any]]:
    """What the desk is shown there."""
    found: Any = desk.get(f"/api/{path}").json
    assert isinstance(found, list), found
    return found


def advice(phone: Phone, papers: Papers, number: int, **more: Any) -> Document:
    """Advice of the centre's, taken in under that number of the phone's first block."""
    args = paper(papers, "advice", DEVICE, number, **more)
    deeds.accepted(phone, "document.issue", args)
    return db.session.get_one(Document, UUID(args["document_id"]))


DEVICE = str(uuid4())


def test_a_paper_says_of_its_authority_what_the_phone_printed(
    papers: Papers, desk: FlaskClient, sign_in: SignIn
) -> None:
    phone, centre = Phone(sign_in("worker")), papers.authorities["centre"]
    deeds.accepted(phone, "document.lease", lease(papers, "advice", DEVICE))
    first = first_of(phone)
    changed = desk.put(f"/api/authorities/{centre.id}", json=told(centre, contact="0513-2"))
    assert (changed.status_code, changed.json["version"]) == (200, 2), changed.json

    before = advice(phone, papers, first, authority_version=1)
    now = advice(phone, papers, first + 1, authority_version=2)
    of_old = advice(phone, papers, first + 2)

    assert [one.content["contact"] for one in (before, now, of_old)] == [
        "0513-86000000", "0513-2", "0513-2",
    ]  # fmt: skip


def test_what_numbers_begin_with_stays_once_some_were_given(
    papers: Papers, desk: FlaskClient, sign_in: SignIn
) -> None:
    housing, path = papers.authorities["housing"], "/api/authorities/"
    changed = desk.put(f"{path}{housing.id}", json=told(housing, word="通住建"))
    assert changed.status_code == 200
    deeds.accepted(Phone(sign_in("housing")), "document.lease", lease(papers, "order", DEVICE))

    for change in ({"word": "通公(金新)"}, {"may_order": False}):
        refused = desk.put(f"{path}{housing.id}", json=told(housing, **change))
        assert refused.status_code == 409, change
    assert (
        desk.put(f"{path}{housing.id}", json=told(housing, name="金新街道住建局")).status_code
        == 200
    )


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"word": "通金网格"}, "/word"),
    ({"name": "金新街道centre"}, "/name"),
    ({"department_id": None}, "/department_id"),
    ({"department_id": str(uuid4())}, "/department_id"),
    ({"contact": ""}, "/contact"),
]


@pytest.mark.parametrize(("change", "pointer"), WRONG)
def test_a_wrong_authority_is_refused_with_its_field(
    papers: Papers, desk: FlaskClient, change: dict[str, Any], pointer: str
) -> None:
    given = told(papers.authorities["housing"], word="通新", name="新机关")

    answer = desk.post("/api/authorities", json={**given, **change})

    assert answer.status_code == 422, answer.json
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_certificate_brings_the_role_and_the_grids(
    papers: Papers, desk: FlaskClient, sign_in: SignIn, town: Town
) -> None:
    user = town.users["housing"]
    with transaction():
        db.session.delete(papers.enforcers.pop("housing"))
        for grant in db.session.scalars(select(RoleGrant).filter_by(role="enforcer")):
            if grant.user_id == user.id:
                db.session.delete(grant)
    phone = Phone(sign_in("housing"))
    assert phone.do("document.lease", lease(papers, "order", DEVICE))["verdict"] == "rejected"

    given = {"user_id": str(user.id), "certificate_no": "32060077", "since": str(today())}
    path = f"/api/authorities/{papers.authorities['housing'].id}/enforcers"
    answer = desk.post(path, json=given)

    assert answer.status_code == 201, answer.json
    assert phone.do("document.lease", lease(papers, "order", DEVICE))["verdict"] == "ok"
    path = town.units["金新街道"].path
    ours = set(
        db.session.scalars(
            select(Grid.id).where(Grid.org_path.like(path + "%"), Grid.kind != "micro")
        )
    )
    duties = select(GridDuty.grid_id).filter_by(user_id=user.id, kind="enforcer")
    assert set(db.session.scalars(duties)) == ours


def test_after_a_certificate_has_ended_its_holder_signs_no_order(
    papers: Papers, desk: FlaskClient, sign_in: SignIn
) -> None:
    phone = Phone(sign_in("housing"))
    deeds.accepted(phone, "document.lease", lease(papers, "order", DEVICE))
    ended = {"certificate_no": "3206000001", "since": "2024-01-01"}
    until = str(today() - timedelta(days=1))
    answer = desk.put(
        f"/api/enforcers/{papers.enforcers['cleared'].id}", json={**ended, "until": until}
    )
    assert answer.status_code == 200, answer.json

    refused = phone.do("document.issue", paper(papers, "order", DEVICE, 1))

    assert refused["code"] == "document-one-officer"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"user_id": "officer"}, "/user_id"),
        ({"certificate_no": "3206000000"}, "/certificate_no"),
        ({"until": "2020-01-01"}, "/until"),
    ],
)
def test_a_wrong_certificate_is_refused_with_its_field(
    papers: Papers, desk: FlaskClient, town: Town, change: dict[str, str], pointer: str
) -> None:
    good = {"user_id": "cleared", "certificate_no": "32060077", "since": "2026-01-01"}
    given = good | change
    given["user_id"] = str(town.users[given["user_id"]].id)

    answer = desk.post(f"/api/authorities/{papers.authorities['housing'].id}/enforcers", json=given)

    assert answer.status_code == 422, answer.json
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_nobody_sets_up_another_township(papers: Papers, sign_in: SignIn) -> None:
    housing, other = papers.authorities["housing"], sign_in("other_commander")

    assert other.put(f"/api/authorities/{housing.id}", json=told(housing)).status_code == 404
    assert rows(other, "authorities") == []
    assert [one["may_order"] for one in rows(sign_in("district"), "authorities")] == [True, False]


def words(desk: FlaskClient, kind: str) -> dict[str, Any]:
    """The newest words of that kind, as the desk would publish them again."""
    newest = next(one for one in rows(desk, "document-templates") if one["kind"] == kind)
    kept = {name: newest[name] for name in ("kind", "title", "word", "body", "laws")}
    return {**kept, "based_on": newest["version"]}


def test_new_words_are_a_version_and_old_papers_keep_theirs(
    papers: Papers, desk: FlaskClient, sign_in: SignIn
) -> None:
    phone = Phone(sign_in("worker"))
    deeds.accepted(phone, "document.lease", lease(papers, "advice", DEVICE))
    old = advice(phone, papers, first_of(phone))
    changed = words(desk, "advice")
    changed["body"][0]["text"] = "{party}同志:"

    answer = desk.post("/api/document-templates", json=changed)
    again = desk.post("/api/document-templates", json=changed)
    phone.pull()
    late = advice(phone, papers, old.number + 1)  # a phone that had not heard of it

    assert (answer.status_code, answer.json["version"]) == (201, 2), answer.json
    assert again.status_code == 409
    assert {row["version"] for row in phone.of_kind("document_template")} == {1, 2}
    for document in (old, late):
        lines = desk.get(f"/api/documents/{document.id}").json["lines"]
        assert lines[0]["text"] == "张测试\N{FULLWIDTH COLON}"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"body": [{"kind": "text", "text": "{party}{place}{deadline}"}]}, "/body"),
        ({"body": [{"kind": "text", "text": "{nobody}"}]}, "/body/0/text"),
        ({"body": [{"kind": "text", "text": "{text}"}]}, "/body/0/text"),
        ({"laws": [{"text": "甲"}, {"text": "乙", "since": "2026-01-01"}]}, "/laws/1"),
        ({"laws": [{"text": "甲", "since": "2026-01-02", "until": "2026-01-01"}]}, "/laws/0"),
    ],
)
def test_wrong_words_are_refused_with_their_place(
    papers: Papers, desk: FlaskClient, change: dict[str, Any], pointer: str
) -> None:
    answer = desk.post("/api/document-templates", json=words(desk, "order") | change)

    assert answer.status_code == 422, answer.json
    assert pointer in [error["pointer"] for error in answer.json["errors"]]
