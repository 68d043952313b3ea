"""Versions of a checklist: drafted, put in force, retired; a visit stays under its own."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend.checklists.models import Checklist
from backend.checklists.rental import rental_items
from backend.db import db, transaction
from backend.inspections.models import Finding, Inspection
from tests.conftest import SignIn
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import LONG_AGO, Town, item

Told = dict[str, Any]
HOUSE = "金新街道1村1"
ASK_MORE = {"code": "D02", "answer": "pass_fail_na", "severity": "critical"}


def begun(desk: FlaskClient, town: Town) -> Told:
    answer = desk.post("/api/checklists", json={"based_on": str(town.checklist.id)})
    assert answer.status_code == 201, answer.json
    return dict(answer.json or {})


def changed(desk: FlaskClient, draft: Told, items: list[Told], status: int = 200) -> Told:
    told = {name: draft[name] for name in ("title", "title_en", "changed_at")} | {"items": items}
    answer = desk.put(f"/api/checklists/{draft['id']}", json=told)
    assert answer.status_code == status, answer.json
    return dict(answer.json or {})


def published(desk: FlaskClient, draft: Told, status: int = 200) -> Told:
    told = {"changed_at": draft["changed_at"]}
    answer = desk.post(f"/api/checklists/{draft['id']}/publish", json=told)
    assert answer.status_code == status, answer.json
    return dict(answer.json or {})


def with_more(town: Town, **more: Any) -> list[Told]:
    return [*town.checklist.items, item(**ASK_MORE, **more)]


def in_force(desk: FlaskClient, town: Town, items: list[Told]) -> Told:
    return published(desk, changed(desk, begun(desk, town), items))


def versions(phone: Phone) -> dict[int, str]:
    """How the checklists on a phone stand, by version."""
    rows = [row for (_, kind, _), row in phone.base.items() if kind == "checklist"]
    return {row["version"]: row["state"] for row in rows}


def test_publishing_retires_the_one_before_and_phones_hear_of_both(
    town: Town, sign_in: SignIn
) -> None:
    desk, phone = sign_in("dispatcher"), Phone(sign_in("worker"))
    draft = changed(desk, begun(desk, town), with_more(town))
    phone.pull()
    assert versions(phone) == {1: "published"}

    published(desk, draft)
    phone.pull()

    assert versions(phone) == {1: "retired", 2: "published"}


def test_a_visit_begun_under_the_old_version_ends_under_it(town: Town, sign_in: SignIn) -> None:
    desk, phone = sign_in("dispatcher"), Phone(sign_in("worker"))
    begun_under_v1 = deeds.inspection(town, HOUSE, "D01")
    in_force(desk, town, with_more(town))

    deeds.accepted(phone, "inspection.submit", begun_under_v1)

    done = desk.get(f"/api/inspections/{begun_under_v1['inspection_id']}").json
    assert (done["checklist"]["version"], done["result"]) == (1, "fail")
    assert [one["code"] for one in done["checklist"]["items"]][-1] == "H01"


def test_a_draft_is_sound_and_nobody_overwrites_another(town: Town, sign_in: SignIn) -> None:
    desk, other = sign_in("dispatcher"), sign_in("district")
    draft = begun(desk, town)
    assert other.post("/api/checklists", json={"based_on": draft["id"]}).status_code == 409

    wrong = changed(desk, draft, with_more(town, show_if="Z01 = fail"), 422)
    assert [error["pointer"] for error in wrong["errors"]] == ["/items/5/show_if"]
    changed(desk, draft, with_more(town))
    changed(other, draft, town.checklist.items, 409)
    published(other, draft, 409)

    assert desk.delete(f"/api/checklists/{draft['id']}").status_code == 204
    assert [one["version"] for one in desk.get("/api/checklists").json or []] == [1]
    assert desk.delete(f"/api/checklists/{town.checklist.id}").status_code == 409


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"show_if": "D02 = fail"}, "show_if"),  # only back, not at itself
        ({"show_if": "H01 = fail"}, "show_if"),  # what is restricted would show
        ({"show_if": "D01 > 3"}, "show_if"),
        ({"show_if": "rooms > 3"}, "show_if"),
        ({"formula": "area / A04"}, "formula"),  # the item asks for no number
        ({"answer": "number", "formula": "D01 * 2"}, "formula"),
        ({"answer": "number", "min": 3, "max": 2}, "max"),
        ({"code": "D01"}, "code"),
        ({"deadline": "bald"}, "deadline"),
        ({"deadline": "3wh"}, "deadline"),  # the phone counts days alone
        ({"severity": "chosen_on_site"}, "severity"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    town: Town, sign_in: SignIn, more: Told, field: str
) -> None:
    desk = sign_in("dispatcher")
    items = [*town.checklist.items, item(**ASK_MORE) | more]

    wrong = changed(desk, begun(desk, town), items, 422)

    assert f"/items/5/{field}" in {error["pointer"] for error in wrong["errors"]}


def test_one_of_a_kind_is_in_force(town: Town) -> None:
    known: Told = {"code": "rental", "title": "x", "title_en": "x", "items": []}
    known |= {"version": 2, "state": "published", "published_at": LONG_AGO}
    with pytest.raises(IntegrityError, match="uq_checklists_in_force"), transaction():
        db.session.add(Checklist(**known))


BRANCHING = [
    item("A04", "number", "computed", unit="人"),
    item("B01", "number", "serious", formula="A04 / rooms", max=2),
    item("B02", "number", "computed", formula="A04 * 2"),
    item("D01", "pass_fail_na", "critical", show_if="B01 = fail"),
]


def answers(*parts: tuple[str, str | float]) -> list[Told]:
    return [
        {"code": code, "number" if isinstance(said, int | float) else "verdict": said}
        for code, said in parts
    ]


def visit(town: Town, checklist: Told, given: list[Told]) -> Told:
    named = {"checklist_id": checklist["id"], "answers": given, "case_ids": {}}
    return deeds.inspection(town, HOUSE) | named


def test_an_answer_to_a_hidden_item_is_kept_and_shown_to_the_checker(
    town: Town, sign_in: SignIn
) -> None:
    desk, phone = sign_in("dispatcher"), Phone(sign_in("worker"))
    checklist = in_force(desk, town, BRANCHING)
    given = answers(("A04", 4), ("B01", 2), ("B02", 9), ("D01", "fail"))
    args = visit(town, checklist, given)

    deeds.accepted(phone, "inspection.submit", args)

    done = desk.get(f"/api/inspections/{args['inspection_id']}").json
    assert (done["result"], done["findings"]) == ("pass", [])
    assert {(odd["code"], odd["kind"]) for odd in done["oddities"]} == {
        ("B02", "computed"),
        ("D01", "hidden"),
    }
    assert done["answers"][3]["verdict"] == "fail"


def test_a_hidden_item_is_not_missed_and_a_shown_one_is(town: Town, sign_in: SignIn) -> None:
    desk, phone = sign_in("dispatcher"), Phone(sign_in("worker"))
    checklist = in_force(desk, town, BRANCHING)

    fine = visit(town, checklist, answers(("A04", 4), ("B01", 2), ("B02", 8)))
    deeds.accepted(phone, "inspection.submit", fine)
    crowded = visit(town, checklist, answers(("A04", 9), ("B01", 3), ("B02", 18)))
    refused = phone.do("inspection.submit", crowded)

    assert refused["code"] == "validation"
    assert [error["detail"] for error in refused["errors"]] == [
        "D01:请填写这一项",
        "B01 不合格,缺少隐患编号",
    ]
    assert db.session.scalars(select(Finding)).all() == []
    assert len(db.session.scalars(select(Inspection)).all()) == 1


def test_a_sheet_comes_back_as_it_went(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    items = [*rental_items(), item("Z01", "number", "serious", formula="A04 / rooms", max=2.5)]
    checklist = in_force(desk, town, items)

    sheet = desk.get(f"/api/checklists/{checklist['id']}/sheet").data
    read = desk.post("/api/checklists/import", data=sheet).json

    assert read["broken"] == []
    assert read["items"] == checklist["items"]


def test_broken_lines_come_back_marked_with_their_cells(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    whole = desk.get(f"/api/checklists/{town.checklist.id}/sheet").data
    book = openpyxl.load_workbook(io.BytesIO(whole))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(3, heads.index("等级*") + 1, "很大")
    sheet.cell(5, heads.index("显示条件") + 1, "Z09 = fail")
    file = io.BytesIO()
    book.save(file)

    read = desk.post("/api/checklists/import", data=file.getvalue()).json

    assert read["items"] == []
    assert [line["number"] for line in read["broken"]] == [3, 5]
    why = [error["detail"] for line in read["broken"] for error in line["errors"]]
    assert why[0].startswith("等级:应为一般")
    assert why[1] == "显示条件:前面没有 Z09 这一项"
    assert read["broken_sheet"]
