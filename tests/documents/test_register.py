"""The register of papers: found, overdue, taken away as a file, withdrawn."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from backend.cases.models import Case
from backend.db import db, transaction, utc_now
from backend.documents.models import Document
from backend.inspections.models import Inspection
from tests.cases.steps import bring_to_an_end
from tests.conftest import SignIn
from tests.documents.papers import Papers, today
from tests.inspections.work import inspect
from tests.town import Town


def found(desk: FlaskClient, **query: str) -> list[str]:
    """The papers of the register, by id."""
    answer = desk.get("/api/documents", query_string=query)
    assert answer.status_code == 200, answer.json
    return [row["id"] for row in answer.json["items"]]


def made_late(order: dict[str, Any]) -> None:
    """Ten days after the paper, which gave seven."""
    with transaction():
        document = db.session.get_one(Document, UUID(order["document_id"]))
        document.issued_on -= timedelta(days=10)
        document.deadline_on -= timedelta(days=10)
        document.captured_at -= timedelta(days=10)


def test_the_register_finds_a_paper_by_party_number_and_kind(
    order: dict[str, Any], sign_in: SignIn
) -> None:
    desk = sign_in("supervisor")

    assert (
        found(desk, q="张测试")
        == found(desk, q="责改字")
        == found(desk, kind="order")
        == [order["document_id"]]
    )
    assert found(desk, q="李四") == found(desk, kind="advice") == found(desk, state="void") == []
    assert found(sign_in("other_dispatcher")) == []


def test_the_register_is_narrowed_by_authority_village_house_and_period(
    order: dict[str, Any], papers: Papers, sign_in: SignIn
) -> None:
    desk, day = sign_in("supervisor"), timedelta(days=1)
    village = papers.town.units["金新街道1村"].id
    same: list[dict[str, str]] = [
        {"authority_id": order["authority_id"], "house_id": order["house_id"]},
        {"village_id": str(village), "since": str(today() - day), "until": str(today() + day)},
    ]
    other: list[dict[str, str]] = [
        {"authority_id": str(papers.authorities["centre"].id)},
        {"village_id": str(papers.town.units["金新街道2村"].id)},
        {"since": str(today() + 2 * day)},
        {"until": str(today() - 2 * day)},
        {"overdue": "true"},
    ]

    assert [found(desk, **query) for query in same] == [[order["document_id"]]] * 2
    assert [found(desk, **query) for query in other] == [[]] * 5


def test_a_paper_is_overdue_until_its_cases_have_ended(
    order: dict[str, Any], papers: Papers, sign_in: SignIn
) -> None:
    desk = sign_in("supervisor")
    made_late(order)
    assert found(desk, overdue="true") == [order["document_id"]]

    (case_id,) = db.session.scalars(select(Case.id).where(Case.item_code == "D01"))
    bring_to_an_end(papers.town, case_id)

    assert found(desk, overdue="true") == []
    (row,) = desk.get("/api/documents").json["items"]
    assert row["overdue"] is False


def test_without_an_inspection_it_is_overdue_until_somebody_looks_again(
    order: dict[str, Any], papers: Papers, town: Town, sign_in: SignIn
) -> None:
    desk = sign_in("supervisor")
    made_late(order)
    with transaction():
        db.session.get_one(Document, UUID(order["document_id"])).inspection_id = None
        for visit in db.session.scalars(select(Inspection)):
            visit.captured_at -= timedelta(days=20)
    assert found(desk, overdue="true") == [order["document_id"]]

    inspect(town, "金新街道1村1", by="worker", at=utc_now())

    assert found(desk, overdue="true") == []


def test_a_paper_leads_from_its_findings_to_their_cases(
    order: dict[str, Any], sign_in: SignIn
) -> None:
    path = f"/api/documents/{order['document_id']}"

    (seen,) = sign_in("supervisor").get(path).json["findings"]
    number = db.session.scalars(select(Case.number).where(Case.item_code == "D01")).one()

    assert (seen["text"], seen["case"]["number"]) == ("楼梯间堆放电动自行车", number)
    assert (seen["case"]["state"], seen["basis"]) == ("reported", "江苏省消防条例")


def test_a_case_leads_to_the_papers_that_name_its_finding(
    order: dict[str, Any], papers: Papers, sign_in: SignIn
) -> None:
    desk = sign_in("supervisor")
    (asked,) = db.session.scalars(select(Case.id).where(Case.item_code == "D01"))
    inspect(papers.town, "金新街道1村2", "H01", by="worker")
    (other,) = db.session.scalars(select(Case.id).where(Case.item_code == "H01"))

    assert found(desk, case_id=str(asked)) == [order["document_id"]]
    assert found(desk, case_id=str(other)) == []


def test_the_register_leaves_as_a_ledger_with_the_party_masked(
    order: dict[str, Any], sign_in: SignIn
) -> None:
    asked = {"format": "csv", "kind": "order"}
    answer = sign_in("supervisor").get("/api/exports/documents", query_string=asked)
    text = answer.get_data().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))

    assert (row["文书"], row["状态"], row["是否逾期"]) == ("责令改正通知书", "已送达", "否")
    assert row["当事人"] == "张**"
    assert "张测试" not in text


def test_a_withdrawn_paper_keeps_its_number_and_says_why(
    order: dict[str, Any], sign_in: SignIn
) -> None:
    desk, path = sign_in("commander"), f"/api/documents/{order['document_id']}"

    answer = desk.post(f"{path}/withdraw", json={"reason": "事实有误"})
    again = desk.post(f"{path}/withdraw", json={"reason": "事实有误"})

    assert answer.status_code == 200, answer.json
    assert (answer.json["state"], answer.json["ended_reason"]) == ("withdrawn", "事实有误")
    assert answer.json["number_text"].endswith("第0001号")
    assert again.status_code == 409
    printed = desk.get(f"{path}/paper.pdf")
    assert printed.data.startswith(b"%PDF")
