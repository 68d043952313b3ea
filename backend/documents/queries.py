"""The register of papers and of their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from backend.cases.models import Case
from backend.cases.rules import local_day
from backend.db import db, utc_now
from backend.documents import rules
from backend.documents.models import (
    STANDING,
    Authority,
    Document,
    DocumentNumber,
    DocumentTemplate,
    NumberBlock,
    NumberSeries,
)
from backend.documents.numbers import reads_in
from backend.inspections.models import Finding, Inspection
from backend.org.access import Actor, Permission, may_see, require, visible
from backend.org.models import OrgUnit, User
from backend.org.queries import Places
from backend.paging import narrowed, page
from backend.problems import NotFound

Row = dict[str, Any]
BRIEF = (
    "id kind number_text state issued_on deadline_on house_id captured_at received_at served_at"
    " clock_suspect"
)
WHOLE = "inspection_id service ended_at ended_reason"
FILTERS = {
    "kind": Document.kind,
    "state": Document.state,
    "house_id": Document.house_id,
    "authority_id": Document.authority_id,
    "village_id": Document.org_unit_id,
}
WORDS = (
    Document.number_text,
    Document.content["party"]["name"].astext,
    Document.content["place"].astext,
)


def list_documents(
    actor: Actor, filters: dict[str, Any], cursor: str | None, limit: int
) -> tuple[list[Row], str | None]:
    """A page of the register that the actor may see, the newest first.

    Filters: kind, state, house_id, authority_id, village_id, `since` and `until` (days of issue),
    `case_id` (whose finding it names), `overdue`, and `q` in number, party or place.
    """
    query = select(Document).where(visible(actor, Permission.DOCUMENT_READ, Document))
    query = narrowed(query, filters, FILTERS, WORDS)
    if filters.get("since") is not None:
        query = query.where(Document.issued_on >= filters["since"])
    if filters.get("until") is not None:
        query = query.where(Document.issued_on <= filters["until"])
    if filters.get("case_id") is not None:
        query = query.where(_named().where(Finding.case_id == filters["case_id"]).exists())
    if filters.get("overdue"):
        query = query.where(overdue())
    rows, following = page(query, Document.received_at, Document.id, cursor, limit)
    return _briefs(rows), following


def overdue() -> ColumnElement[bool]:
    """The condition that a paper stands, its deadline is past and what it asks is not done.

    It is done once the cases of its findings have ended; where a paper names no inspection, once
    the house was inspected again: then that visit's findings say how it is.
    """
    open_finding = _named().join(Case, Case.id == Finding.case_id).where(Case.closed_at.is_(None))
    looked_again = select(Inspection.id).where(
        Inspection.house_id == Document.house_id,
        Inspection.outcome == "inspected",
        Inspection.captured_at > Document.captured_at,
    )
    return and_(
        Document.state.in_(STANDING),
        Document.deadline_on < local_day(utc_now()),
        case(
            (Document.inspection_id.is_(None), ~looked_again.exists()),
            else_=open_finding.exists(),
        ),
    )


def _named() -> Select[UUID]:
    """The findings of its inspection that a paper names."""
    asked = func.jsonb_build_array(func.jsonb_build_object("item_code", Finding.item_code))
    return select(Finding.id).where(
        Finding.inspection_id == Document.inspection_id,
        Document.content["findings"].contains(asked),
    )


def _briefs(documents: Sequence[Document]) -> list[Row]:
    places = Places.of(documents)
    query = select(Document.id).where(Document.id.in_([one.id for one in documents]), overdue())
    late = set(db.session.scalars(query)) if documents else set()
    return [_brief(one, places) | {"overdue": one.id in late} for one in documents]


def _brief(document: Document, places: Places) -> Row:
    return {name: getattr(document, name) for name in BRIEF.split()} | {
        "party": document.content["party"]["name"],
        "place": document.content["place"],
        "authority": document.content["authority"],
        "issuer": {"id": document.issuer_id, "name": document.issuer_name},
        "village": places.village(document),
        "grid": places.grid(document),
    }


def find_document(actor: Actor, document_id: UUID) -> Document:
    """A paper that the actor may see.

    Raises:
        Forbidden, NotFound: it is not the actor's to see, or there is none.
    """
    require(actor, Permission.DOCUMENT_READ)
    document = db.session.get(Document, document_id)
    if document is None:
        raise NotFound("没有找到这份文书")
    require(actor, Permission.DOCUMENT_READ, document)
    return document


def document_file(actor: Actor, document_id: UUID) -> Row:
    """A paper with all that it says and how it was handed over."""
    document = find_document(actor, document_id)
    ended_by = db.session.get(User, document.ended_by_id) if document.ended_by_id else None
    content = document.content
    (brief,) = _briefs([document])
    return {
        **brief,
        **{name: getattr(document, name) for name in WHOLE.split()},
        "lines": lines_of(document),
        "findings": _findings(actor, document),
        "officers": [
            {name: one[name] for name in ("name", "certificate_no")} for one in content["officers"]
        ],
        "ended_by": {"id": ended_by.id, "name": ended_by.name} if ended_by else None,
        "withdrawable": document.ended_reason is None
        and may_see(actor, Permission.DOCUMENT_WITHDRAW, document),
    }


def _findings(actor: Actor, document: Document) -> list[Row]:
    """What the paper says was found, each with the case that follows it, for who may see it."""
    cases: dict[str, Row] = {}
    if document.inspection_id and actor.grants_with(Permission.CASE_READ):
        query = (
            select(Finding.item_code, Case)
            .join(Case, Case.id == Finding.case_id)
            .where(
                Finding.inspection_id == document.inspection_id,
                visible(actor, Permission.CASE_READ, Case),
            )
        )
        for code, found in db.session.execute(query):
            cases[code] = {name: getattr(found, name) for name in ("id", "number", "state")}
    return [
        {**finding, "case": cases.get(finding["item_code"])}
        for finding in document.content["findings"]
    ]


def lines_of(document: Document) -> list[dict[str, str]]:
    """What the paper says, line by line, in the words of its template's version."""
    template = db.session.get_one(DocumentTemplate, document.template_id)
    content, party = document.content, document.content["party"]
    words = {
        "party": party["name"],
        "party_id": party["id_masked"],
        "party_phone": party["phone"],
        "party_address": party["address"],
        "place": content["place"],
        "checked_on": rules.day_text(date.fromisoformat(content["checked_on"])),
        "deadline": rules.day_text(document.deadline_on),
        "law": rules.law_in_force(template.laws, document.issued_on),
        "contact": content["contact"],
        "remedy": content["remedy"],
    }
    return rules.compose(template.body, words, content["findings"])


def list_blocks(actor: Actor) -> list[Row]:
    """The blocks of numbers of the actor's authorities, newest first, each number with its state.

    So that no number is missing without a word: who holds it, where it was used, why it is void.
    """
    require(actor, Permission.DOCUMENT_READ)
    query = (
        select(NumberBlock, Authority.name, User.name.label("holder"))
        .join(NumberSeries, NumberSeries.id == NumberBlock.series_id)
        .join(Authority, Authority.id == NumberSeries.authority_id)
        .join(OrgUnit, OrgUnit.id == Authority.org_unit_id)
        .outerjoin(User, User.id == NumberBlock.user_id)
        .where(reads_in(actor))
        .order_by(NumberBlock.leased_at.desc(), NumberBlock.first.desc())
        .limit(200)
    )
    rows = db.session.execute(query).all()
    states = _states({row.NumberBlock.id for row in rows})
    return [_block(row, states[row.NumberBlock.id]) for row in rows]


def _states(blocks: set[UUID]) -> dict[UUID, list[Row]]:
    query = select(DocumentNumber).where(DocumentNumber.block_id.in_(blocks))
    found: dict[UUID, list[Row]] = {block: [] for block in blocks}
    for row in db.session.scalars(query.order_by(DocumentNumber.number)):
        told = {"number": row.number, "state": row.state, "reason": row.void_reason}
        found[row.block_id].append(told)
    return found


def _block(row: Any, numbers: list[Row]) -> Row:  # noqa: ANN401 - a row of the query above
    block: NumberBlock = row.NumberBlock
    columns = "id kind year first last leased_at reclaimed_at"
    return {name: getattr(block, name) for name in columns.split()} | {
        "authority": row.name,
        "holder": row.holder,
        "numbers": numbers,
        "left": sum(number["state"] == "leased" for number in numbers),
    }
