"""Papers through the phone's door: who may, with which number, and what becomes of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from backend.db import db, transaction
from backend.documents.models import Document, DocumentNumber
from backend.feed.models import SyncMeta
from tests.conftest import SignIn
from tests.documents.papers import Papers, first_of, give_power, lease, number_of, paper, today
from tests.sync.phone import Phone
from tests.town import Town

DEVICE = str(uuid4())


@pytest.fixture
def papers(town: Town) -> Papers:
    return give_power(town)


@pytest.fixture
def officer(papers: Papers, sign_in: SignIn) -> Phone:
    phone = Phone(sign_in("housing"))
    assert phone.do("document.lease", lease(papers, "order", DEVICE))["verdict"] == "ok"
    phone.pull()
    return phone


def issue(phone: Phone, args: dict[str, Any]) -> dict[str, Any]:
    """Push a paper that must be taken; answers the phone's row of it."""
    result = phone.do("document.issue", args)
    assert result["verdict"] == "ok", result
    phone.pull()
    (row,) = [row for row in phone.of_kind("document") if row["id"] == args["document_id"]]
    return row


def test_an_officer_issues_an_order_with_a_number_of_the_block(
    papers: Papers, officer: Phone
) -> None:
    (block,) = officer.of_kind("number_block")
    assert (block["first"], block["last"], block["device_id"]) == (1, 10, DEVICE)

    row = issue(officer, paper(papers, "order", DEVICE, 1))

    assert row["number_text"] == f"通公(金新)责改字〔{today().year}〕第0001号"
    assert [one["certificate_no"] for one in row["officers"]] == ["3206000000", "3206000001"]
    assert (row["state"], row["party"]["name"]) == ("issued", "张测试")


def test_a_worker_hands_over_advice_of_the_centre(papers: Papers, sign_in: SignIn) -> None:
    phone = Phone(sign_in("worker"))
    phone.do("document.lease", lease(papers, "advice", DEVICE))

    row = issue(phone, paper(papers, "advice", DEVICE, first_of(phone)))

    assert row["number_text"].startswith("通金网格告知字")


BAD: list[tuple[dict[str, Any], str]] = [
    ({"officers": 1}, "document-one-officer"),
    ({"deadline_on": -1}, "document-deadline-past"),
    ({"number": 11}, "document-number-outside"),
    ({"device_id": str(uuid4())}, "document-number-outside"),
]


@pytest.mark.parametrize(("change", "code"), BAD, ids=[f"{c}-{i}" for i, (_, c) in enumerate(BAD)])
def test_a_paper_that_breaks_a_rule_is_refused_with_its_name(
    papers: Papers, officer: Phone, change: dict[str, Any], code: str
) -> None:
    args = paper(papers, "order", DEVICE, 1)
    for name, value in change.items():
        if name == "officers":
            args[name] = args[name][:value]
        elif name.endswith("_on"):
            args[name] = (today() + timedelta(days=value)).isoformat()
        else:
            args[name] = value

    result = officer.do("document.issue", args)

    assert (result["verdict"], result["code"]) == ("rejected", code)
    assert ":" in result["message"]
    assert db.session.scalars(select(Document)).all() == []


def test_a_paper_with_a_wrong_day_is_kept_and_flagged(papers: Papers, officer: Phone) -> None:
    day = today().replace(day=15 if today().day < 5 else 1)  # of the same year

    issue(
        officer,
        paper(
            papers,
            "order",
            DEVICE,
            1,
            issued_on=day.isoformat(),
            deadline_on=f"{day.year + 1}-01-01",
        ),
    )

    assert db.session.scalars(select(Document)).one().clock_suspect


def test_nobody_orders_without_power(papers: Papers, officer: Phone, sign_in: SignIn) -> None:
    worker = Phone(sign_in("worker"))
    asked = worker.do("document.lease", lease(papers, "order", DEVICE))
    issued = worker.do("document.issue", paper(papers, "order", DEVICE, 1))
    centre = paper(papers, "order", DEVICE, 1)
    centre["authority_id"] = str(papers.authorities["centre"].id)

    assert asked["code"] == issued["code"] == "document-no-power"
    assert officer.do("document.issue", centre)["code"] == "document-no-power"


def test_two_phones_never_hold_the_same_number(
    papers: Papers, officer: Phone, sign_in: SignIn
) -> None:
    other, device = Phone(sign_in("cleared")), str(uuid4())
    other.do("document.lease", lease(papers, "order", device))
    assert first_of(other) == 11

    mine = issue(officer, paper(papers, "order", DEVICE, 1))
    theirs = issue(other, paper(papers, "order", device, 11))
    stolen = other.do("document.issue", paper(papers, "order", device, 2))

    assert mine["number_text"] != theirs["number_text"]
    assert stolen["code"] == "document-number-outside"


def test_the_same_paper_is_taken_once_and_another_under_its_number_is_refused(
    papers: Papers, officer: Phone
) -> None:
    args = paper(papers, "order", DEVICE, 1)
    issue(officer, args)

    assert officer.do("document.issue", args)["verdict"] == "ok_merged"
    assert officer.do("document.issue", {**args, "place": "别处"})["code"] == "hash-conflict"
    other = paper(papers, "order", DEVICE, 1)
    assert officer.do("document.issue", other)["code"] == "document-number-used"


def test_a_paper_is_handed_over_once(papers: Papers, officer: Phone) -> None:
    args = paper(papers, "order", DEVICE, 1)
    issue(officer, args)
    service = {"document_id": args["document_id"], "manner": "refused", "receiver": "张测试"}

    said = {**service, "witness": "李见证", "witness_signature": [[1, 1, 5, 5]]}
    first = officer.do("document.serve", said)
    again = officer.do("document.serve", {**service, "manner": "signed"})
    officer.pull()

    assert (first["verdict"], again["verdict"]) == ("ok", "ok_merged")
    (row,) = officer.of_kind("document")
    assert (row["state"], row["service"]["witness"]) == ("served", "李见证")


def test_a_void_number_is_shown_and_never_used_again(papers: Papers, officer: Phone) -> None:
    args = paper(papers, "order", DEVICE, 1)
    issue(officer, args)
    void = number_of(papers, "order", DEVICE, number=1, document_id=args["document_id"])

    assert officer.do("document.void", void)["verdict"] == "ok"
    assert officer.do("document.void", void)["verdict"] == "ok_merged"
    assert (
        officer.do("document.void", {**void, "number": 2, "document_id": None})["verdict"] == "ok"
    )

    officer.pull()
    (row,) = officer.of_kind("document")
    assert (row["state"], row["ended_reason"]) == ("void", "写错了")
    reused = officer.do("document.issue", paper(papers, "order", DEVICE, 2))
    assert reused["code"] == "document-number-void"
    states = db.session.scalars(select(DocumentNumber.state).order_by(DocumentNumber.number))
    assert list(states) == ["void", "void", *["leased"] * 8]


def test_what_was_handed_over_is_not_voided(papers: Papers, officer: Phone) -> None:
    args = paper(papers, "order", DEVICE, 1)
    issue(officer, args)
    service = {"document_id": args["document_id"], "manner": "signed", "receiver": "张测试"}
    officer.do("document.serve", service)

    void = officer.do("document.void", number_of(papers, "order", DEVICE, number=1))

    assert void["code"] == "document-served"


def test_after_a_restore_forgotten_numbers_are_not_given_to_others(
    papers: Papers, officer: Phone, sign_in: SignIn
) -> None:
    with transaction():
        db.session.scalars(select(SyncMeta)).one().epoch = uuid4()
    other, device = Phone(sign_in("cleared")), str(uuid4())

    other.do("document.lease", lease(papers, "order", device))

    assert first_of(other) == 111
    lost = Phone(sign_in("housing"))  # holds 11 to 20, of which the backup knows nothing
    row = issue(lost, paper(papers, "order", DEVICE, 12))
    assert row["number"] == 12


def test_the_database_keeps_every_number(papers: Papers, officer: Phone) -> None:
    for statement in (
        "DELETE FROM document_numbers WHERE number = 10",
        "UPDATE document_numbers SET state = 'leased', void_reason = NULL WHERE number = 1",
        "INSERT INTO document_numbers SELECT * FROM document_numbers WHERE number = 5",
    ):
        officer.do("document.void", number_of(papers, "order", DEVICE, number=1))
        with pytest.raises(DBAPIError), db.session.begin_nested():
            db.session.execute(text(statement))
