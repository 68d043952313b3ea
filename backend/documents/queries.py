"""The register of papers and of their numbers."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from backend.db import db
from backend.documents import rules
from backend.documents.models import (
    Authority,
    Document,
    DocumentNumber,
    DocumentTemplate,
    NumberBlock,
    NumberSeries,
)
from backend.org import queries as org
from backend.org.access import Actor, Permission, may_see, require, visible
from backend.org.models import OrgUnit, User
from backend.org.queries import Places
from backend.paging import page
from backend.problems import NotFound

Row = dict[str, Any]
BRIEF = (
    "id kind number_text state issued_on deadline_on house_id captured_at served_at clock_suspect"
)
WHOLE = "inspection_id received_at service ended_at ended_reason"
FILTERS = {"kind": Document.kind, "state": Document.state, "house_id": Document.house_id}


def list_documents(
    actor: Actor, filters: dict[str, Any], cursor: str | None, limit: int
) -> tuple[list[Row], str | None]:
    """A page of the register that the actor may see, the newest first.

    Filters: kind, state, house_id, and `q` in number, party or place.
    """
    query = select(Document).where(visible(actor, Permission.DOCUMENT_READ, Document))
    for name, column in FILTERS.items():
        if filters.get(name) is not None:
            query = query.where(column == filters[name])
    if filters.get("q"):
        party, place = Document.content["party"]["name"].astext, Document.content["place"].astext
        words = func.concat_ws(" ", Document.number_text, party, place)
        query = query.where(words.icontains(filters["q"], autoescape=True))
    rows, following = page(query, Document.received_at, Document.id, cursor, limit)
    places = Places.of(rows)
    return [_brief(document, places) for document in rows], following


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
    return {
        **_brief(document, Places.of([document])),
        **{name: getattr(document, name) for name in WHOLE.split()},
        "party": content["party"]["name"],
        "lines": lines_of(document),
        "officers": [
            {name: one[name] for name in ("name", "certificate_no")} for one in content["officers"]
        ],
        "ended_by": {"id": ended_by.id, "name": ended_by.name} if ended_by else None,
        "withdrawable": document.ended_reason is None
        and may_see(actor, Permission.DOCUMENT_WITHDRAW, document),
    }


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
        .where(org.in_townships(actor, OrgUnit.path))
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
