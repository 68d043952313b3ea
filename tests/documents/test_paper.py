"""Papers as the desk finds, prints and withdraws them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.db import db
from backend.documents.models import Document
from backend.media import uploads
from backend.oversight.document_paper import content_of
from backend.papers.pdf import document_paper
from tests.conftest import SignIn
from tests.documents.papers import Papers, give_power, lease, paper
from tests.media import pictures
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town


@pytest.fixture
def papers(town: Town) -> Papers:
    return give_power(town)


@pytest.fixture
def order(papers: Papers, sign_in: SignIn) -> dict[str, Any]:
    """An order after a worker's inspection with a photo, handed over with a signature."""
    shot = deeds.photo("D01", pictures.jpeg())
    visit = deeds.inspection(papers.town, "金新街道1村1", "D01")
    visit["photos"] = [shot]
    deeds.accepted(Phone(sign_in("worker")), "inspection.submit", visit)
    uploads.arrive(shot["sha256"], pictures.jpeg())
    phone, device = Phone(sign_in("housing")), str(uuid4())
    deeds.accepted(phone, "document.lease", lease(papers, "order", device))
    args = paper(papers, "order", device, 1, inspection_id=visit["inspection_id"])
    args["officers"][0]["signature"] = [[100, 300, 300, 60, 500, 320], [600, 80, 900, 90]]
    deeds.accepted(phone, "document.issue", args)
    service = {
        "document_id": args["document_id"],
        "manner": "signed",
        "receiver": "张测试",
        "relation": "房东",
        "signature": [[50, 200, 400, 100, 800, 240]],
    }
    deeds.accepted(phone, "document.serve", service)
    return {**args, "shot": shot}


def test_the_register_finds_a_paper_by_party_number_and_kind(
    order: dict[str, Any], sign_in: SignIn
) -> None:
    desk = sign_in("supervisor")

    def found(**query: str) -> list[str]:
        rows = desk.get("/api/documents", query_string=query).json["items"]
        return [row["id"] for row in rows]

    assert found(q="张测试") == found(q="责改字") == found(kind="order") == [order["document_id"]]
    assert found(q="李四") == found(kind="advice") == found(state="void") == []
    assert sign_in("other_dispatcher").get("/api/documents").json["items"] == []


def test_the_paper_says_all_that_the_law_asks_for(order: dict[str, Any], papers: Papers) -> None:
    document = db.session.get_one(Document, UUID(order["document_id"]))

    content, files = content_of(document)

    said = "\n".join(line["text"] for line in content["lines"])
    for words in ("张测试", "1. 楼梯间堆放电动自行车", "江苏省消防条例", "第二十八条", "行政复议"):
        assert words in said
    assert [photo["sha256"] for photo in content["photos"]] == [order["shot"]["sha256"]]
    assert {"officer0.svg", "receiver.svg"} <= files.keys()
    assert content["copies"] == ["第一联 存卷", "第二联 交当事人"]
    assert document_paper(content, files).startswith(b"%PDF")


def test_an_old_paper_rests_on_the_law_of_its_time(order: dict[str, Any], papers: Papers) -> None:
    document = db.session.get_one(Document, UUID(order["document_id"]))
    document.issued_on = document.issued_on.replace(year=2021, month=7, day=14)

    content, _ = content_of(document)

    assert "第二十三条" in "".join(line["text"] for line in content["lines"])
    db.session.rollback()


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
