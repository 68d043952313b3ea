"""A paper as it is printed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.db import db
from backend.documents.models import Document
from backend.oversight.document_paper import content_of
from backend.papers.pdf import document_paper
from tests.documents.papers import Papers


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
