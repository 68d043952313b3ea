"""Issuing papers, handing them over, voiding and withdrawing them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.audit import commands as audit
from backend.cases.rules import local_day
from backend.db import db, locked, utc_now
from backend.delivery import live
from backend.documents import rules
from backend.documents.models import Authority, Document, DocumentTemplate, Enforcer
from backend.documents.numbers import (
    Key,
    authority_of,
    find_number,
    refusal,
    require_power,
    take_number,
    void_number,
)
from backend.houses.commands import locked_house
from backend.houses.models import House
from backend.inspections.models import Inspection
from backend.org import queries as org
from backend.org.access import Actor, Permission, require
from backend.org.capture import Capture
from backend.problems import Conflict, FieldError, Forbidden, NotFound, Refused

# Between the day on a paper and the day it was saved; beyond it the phone's clock was wrong, which
# is flagged: the paper has been handed over.
SLACK = timedelta(days=1)


def issue_document(capture: Capture, args: dict[str, Any]) -> tuple[Document, bool]:
    """Take in a paper that was handed over; True when the same one was there already.

    `args` are those of `document.issue@1`. Power is judged by the day on the paper.

    Raises:
        Refused: a rule of `rules.RULES`, or `hash-conflict`.
        NotFound: there is no such house, authority or template.
        Forbidden: the house lies in another township.
    """
    known = db.session.get(Document, args["document_id"])
    if known is not None:
        return _repeated(known, capture), True
    authority = authority_of(capture.actor, args["authority_id"])
    require_power(capture.actor, authority, args["kind"])
    house = _house(capture, args["house_id"])
    template = _template(args["template_id"], args["kind"])
    officers = _officers(args["officers"])
    _judge(capture.actor, args, authority, [officer for officer, _ in officers])
    document = _new(capture, args, (authority, template, house), officers)
    db.session.add(document)
    db.session.flush()
    _record(capture.actor.user_id, "document.issue", document)
    return document, False


def _repeated(document: Document, capture: Capture) -> Document:
    mine = document.issuer_id == capture.actor.user_id
    if not mine or document.payload_sha256 != capture.payload_sha256:
        raise Refused("hash-conflict", "同一编号的文书内容不同,请重新开具")
    return document


def _house(capture: Capture, house_id: UUID) -> House:
    house = locked_house(house_id)
    if not org.lies_in_townships(capture.actor, house.org_path):
        detail = "这户不在您的镇街"
        raise Forbidden(detail, [FieldError("/args/house_id", "forbidden", detail)])
    return house


def _template(template_id: UUID, kind: str) -> DocumentTemplate:
    template = db.session.get(DocumentTemplate, template_id)
    if template is None or template.kind != kind:
        detail = "没有这种文书的模板"
        raise NotFound(detail, [FieldError("/args/template_id", "not-found", detail)])
    return template


def _officers(named: list[dict[str, Any]]) -> list[tuple[Enforcer, Any]]:
    """Those named on the paper, each once, with what they signed."""
    signed = {one["enforcer_id"]: one["signature"] for one in named}
    found = {
        row.id: row for row in db.session.scalars(select(Enforcer).where(Enforcer.id.in_(signed)))
    }
    return [(found[its], signature) for its, signature in signed.items() if its in found]


def _judge(
    actor: Actor, args: dict[str, Any], authority: Authority, officers: list[Enforcer]
) -> None:
    facts = rules.Facts(
        kind=args["kind"],
        authority=str(authority.id),
        may_order=authority.may_order,
        issuer_qualified=any(one.user_id == actor.user_id for one in officers),
        officers=[rules.Officer(str(one.authority_id), one.since, one.until) for one in officers],
        issued_on=args["issued_on"],
        deadline_on=args["deadline_on"],
    )
    for code in rules.faults(facts):
        raise refusal(code, "/args")


def _new(
    capture: Capture,
    args: dict[str, Any],
    parts: tuple[Authority, DocumentTemplate, House],
    officers: list[tuple[Enforcer, Any]],
) -> Document:
    authority, template, house = parts
    day, number = args["issued_on"], args["number"]
    holder = capture.actor.user_id, args["device_id"]
    taken = take_number(Key(authority.id, args["kind"], day.year), number, holder)
    return Document(
        id=args["document_id"],
        kind=args["kind"],
        series_id=taken.series_id,
        number=number,
        number_text=rules.number_text(authority.word, template.word, day.year, number),
        authority_id=authority.id,
        department_id=authority.department_id,
        template_id=template.id,
        org_unit_id=house.org_unit_id,
        org_path=house.org_path,
        grid_id=house.grid_id,
        house_id=house.id,
        inspection_id=_inspection_of(house, args["inspection_id"]),
        issuer_id=capture.actor.user_id,
        issuer_name=capture.actor.name,
        enforcer_ids=[officer.id for officer, _ in officers],
        issued_on=day,
        deadline_on=args["deadline_on"],
        content=_content(args, authority, officers),
        captured_at=capture.captured_at,
        received_at=capture.received_at,
        clock_suspect=capture.clock_suspect
        or abs(local_day(capture.captured_at) - args["issued_on"]) > SLACK,
        payload_sha256=capture.payload_sha256,
    )


def _content(
    args: dict[str, Any], authority: Authority, officers: list[tuple[Enforcer, Any]]
) -> dict[str, Any]:
    """What the paper says, copied whole: authorities and people change, papers do not."""
    said = authority.said(args["authority_version"])
    return {
        "authority": said["name"],
        "contact": said["contact"],
        "remedy": said["remedy"],
        "party": args["party"],
        "place": args["place"],
        "checked_on": args["checked_on"].isoformat(),
        "findings": args["findings"],
        "officers": [
            {
                "enforcer_id": str(one.id),
                "name": one.name,
                "certificate_no": one.certificate_no,
                "signature": signature,
            }
            for one, signature in officers
        ],
        "signature": args["signature"],
    }


def _inspection_of(house: House, inspection_id: UUID | None) -> UUID | None:
    """The inspection that it follows from, as far as it is known here: evidence is kept anyway."""
    found = db.session.get(Inspection, inspection_id) if inspection_id else None
    return found.id if found is not None and found.house_id == house.id else None


def serve_document(capture: Capture, args: dict[str, Any]) -> tuple[Document, bool]:
    """Note how a paper was handed over; True when it had been before, and that stands.

    Raises:
        NotFound: the actor has issued no such paper.
    """
    document = _own(capture, args.pop("document_id"))
    if document.service is not None:
        return document, True
    document.served_at, document.service = capture.captured_at, args
    if document.state == "issued":
        document.state = "served"
    db.session.flush()
    _record(capture.actor.user_id, "document.serve", document)
    return document, False


def _own(capture: Capture, document_id: UUID) -> Document:
    document = locked(Document, document_id)
    if document is None or document.issuer_id != capture.actor.user_id:
        detail = "没有找到您开具的这份文书"
        raise NotFound(detail, [FieldError("/args/document_id", "not-found", detail)])
    return document


def void_document(capture: Capture, args: dict[str, Any]) -> bool:
    """Make one's own number void, with the paper that bears it; True when it was void already.

    A number that is on no accepted paper is voided, too: it was written on one, or misprinted.

    Raises:
        Refused: `document-number-outside`, `document-number-used` by another paper than the one
            named, or `document-served` where it has been handed over.
    """
    authority = authority_of(capture.actor, args["authority_id"])
    key = Key(authority.id, args["kind"], args["year"])
    row = find_number(key, args["number"])
    if row is not None and row.state == "void":
        return True
    if row is None or row.state == "leased":
        row = take_number(key, args["number"], (capture.actor.user_id, args["device_id"]))
    document = db.session.scalars(
        select(Document).filter_by(series_id=row.series_id, number=row.number)
    ).one_or_none()
    if document is not None:
        if args["document_id"] not in {None, document.id}:
            raise refusal("document-number-used", "/args/number")
        document = _own(capture, document.id)
        _end(document, "void", args["reason"], capture.actor)
    void_number(row, args["reason"], capture.actor.user_id)
    db.session.flush()
    return False


def _end(document: Document, state: str, reason: str, by: Actor) -> None:
    if state == "void" and document.served_at is not None:
        raise Refused("document-served", "文书已送达,不能作废;请由指挥长或开具机关撤回")
    document.state, document.ended_reason = state, reason
    document.ended_at, document.ended_by_id = utc_now(), by.user_id
    db.session.flush()
    _record(by.user_id, f"document.{state}", document)


def withdraw_document(actor: Actor, document_id: UUID, reason: str) -> Document:
    """Withdraw a paper (撤回); its number stays on it.

    Raises:
        Forbidden, NotFound: not the actor's to withdraw.
        Conflict: it is void or withdrawn already.
    """
    require(actor, Permission.DOCUMENT_WITHDRAW)
    document = locked(Document, document_id)
    if document is None:
        raise NotFound("没有找到这份文书")
    require(actor, Permission.DOCUMENT_WITHDRAW, document)
    if document.ended_reason is not None:
        raise Conflict("这份文书已作废或已撤回")
    _end(document, "withdrawn", reason, actor)
    return document


def _record(by: UUID, action: str, document: Document) -> None:
    audit.record(by, action, "document", document.id, number=document.number_text)
    live.announce("document", document.id, org_path=document.org_path)
