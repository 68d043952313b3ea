"""The file of a case: what it says, and to whom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from backend.audit.models import AuditLine
from backend.cases.models import Case
from backend.cases.table import life
from backend.db import db, transaction
from backend.media import uploads
from backend.org.sessions import actor_of
from backend.oversight import case_paper
from backend.oversight.case_paper import content_of
from backend.oversight.paper_words import ACTIONS
from backend.papers import pdf
from backend.problems import NotFound
from backend.sources.models import CaseOrigin
from tests.cases.steps import bring_to_an_end, hand_over
from tests.conftest import SignIn
from tests.inspections.work import hazard, inspect
from tests.media import pictures
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town


@pytest.fixture
def reported(town: Town, sign_in: SignIn) -> dict[str, Any]:
    """A hazard with one photo that has arrived and one that has not."""
    here, coming = deeds.photo(body=pictures.jpeg()), deeds.photo()
    told = deeds.hazard(town, "金新街道1村", note="找王先生 13800001111", photos=[here, coming])
    told = deeds.accepted(Phone(sign_in("worker")), "hazard.report", told)
    uploads.arrive(here["sha256"], pictures.jpeg())
    return told


def test_its_lines_are_called_as_on_the_screens() -> None:
    words = Path(__file__).parents[2] / "pwa/src/i18n/zh-CN/centre-words.json"
    table = {code: action.name for code, action in life().actions.items()}

    assert table | ACTIONS == json.loads(words.read_text("utf-8"))["case_action"]


def test_it_tells_the_whole_way(town: Town, reported: dict[str, Any]) -> None:
    case_id = UUID(reported["case_id"])
    bring_to_an_end(town, case_id)

    content, files = content_of(actor_of(town.users["dispatcher"]), case_id)

    assert [(line["action"], line["person"]) for line in content["thread"]] == [
        ("上报", "测试worker"),
        ("派遣", "测试dispatcher"),
        ("签收", "测试officer"),
        ("处置反馈", "测试officer"),
        ("核查通过", "测试supervisor"),
        ("结案", "测试dispatcher"),
    ]
    assert content["note"] == "找王先生 138******11"
    assert ["状态", "已结案"] in content["facts"]
    shas = {photo["sha256"] for photo in reported["photos"]}
    assert {photo["sha256"] for photo in content["photos"]} == shas
    assert [photo["file"] is None for photo in content["photos"]].count(True) == len(files) == 1


def test_it_names_matter_source_and_level_in_words(town: Town, reported: dict[str, Any]) -> None:
    case_id = UUID(reported["case_id"])
    with transaction():
        told = {"source": "hotline", "external_number": "2026112200017", "raw": {}}
        db.session.add(CaseOrigin(case_id=case_id, **told))
        db.session.get_one(Case, case_id).source = "hotline"

    facts = content_of(actor_of(town.users["dispatcher"]), case_id)[0]["facts"]

    for fact in (
        ["来源", "12345 工单"],
        ["来源编号", "2026112200017"],
        ["事项", "P01 飞线充电(公共安全)"],
        ["层级", "镇街"],
    ):
        assert fact in facts


def test_its_messages_stand_in_it_with_each_receipt(town: Town, reported: dict[str, Any]) -> None:
    case_id = UUID(reported["case_id"])
    hand_over(town, case_id)

    content, _ = content_of(actor_of(town.users["dispatcher"]), case_id)

    told = {row["person"]: row for row in content["messages"]}
    assert {row["title"] for row in told.values()} == {"新派遣的隐患"}
    [screen, accepted] = told["测试officer"]["receipts"]
    assert screen in {"在线通道:待发", "在线通道:已有回执,无需再发"}
    assert accepted.startswith("已接受 20")


def test_photos_beyond_what_a_file_carries_are_named(
    town: Town, reported: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_paper, "MOST_PHOTOS", 1)
    case_id = UUID(reported["case_id"])

    content, _ = content_of(actor_of(town.users["dispatcher"]), case_id)

    shas = {photo["sha256"] for photo in reported["photos"]}
    assert (len(content["photos"]), len(content["left"])) == (1, 1)
    assert {photo["sha256"] for photo in content["photos"] + content["left"]} == shas
    assert content["left"][0]["number"] == 2
    [line] = [line for line in content["thread"] if line["photos"]]
    assert line["photos"] == [1, 2]


def test_it_comes_as_a_pdf_and_leaves_a_line(
    town: Town, reported: dict[str, Any], sign_in: SignIn
) -> None:
    answer = sign_in("dispatcher").get(f"/api/cases/{reported['case_id']}/file.pdf")

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.get_data().startswith(b"%PDF-")
    assert len(answer.get_data()) > 10_000  # with its fonts and its photo
    [line] = db.session.query(AuditLine).filter_by(action="case.paper").all()
    assert line.subject_id == UUID(reported["case_id"])


def test_a_restricted_case_is_drawn_up_for_the_cleared_alone(town: Town) -> None:
    inspect(town, failing="H01")
    secret = db.session.query(Case).filter_by(restricted=True).one().id

    content_of(actor_of(town.users["dispatcher"]), secret)
    with pytest.raises(NotFound):
        content_of(actor_of(town.users["supervisor"]), secret)


def test_no_font_no_paper_but_the_way_out(
    town: Town, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "CHINESE", ("No Such Font",))

    answer = sign_in("dispatcher").get(f"/api/cases/{hazard(town)}/file.pdf")

    assert (answer.status_code, answer.json["type"]) == (503, "/problems/font-missing")


def test_its_fingerprint_is_of_its_content() -> None:
    assert pdf.fingerprint({"a": 1, "b": 2}) == pdf.fingerprint({"b": 2, "a": 1})
    assert pdf.fingerprint({"a": 1}) != pdf.fingerprint({"a": 2})
