"""Papers of the sample: advice by grid workers, orders by two officers, in every state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from backend.cases.models import Case
from backend.cases.rules import local_day
from backend.checklists.models import Checklist
from backend.db import db
from backend.demo.phone_reports import VISITORS
from backend.demo.scrawl import scrawl
from backend.demo.stage import Stage, written_at
from backend.documents import commands, numbers
from backend.documents.models import Authority, DocumentNumber, DocumentTemplate, Enforcer
from backend.houses.models import House
from backend.inspections.models import Finding, Inspection
from backend.org.models import User
from backend.org.sessions import actor_of

OFFICER = "enforce2"  # whose papers they are; another tries the phone of `enforce`
LATE = timedelta(days=9)  # so old is an order whose seven days are over
TIME = timedelta(days=7)
WITHDRAWN = "当事人写错,已另行开具"
SPOILT = "当事人地址写错"
REFUSED = "当事人不认可检查结果,经说明仍不签收"


@dataclass(frozen=True)
class Sheet:
    """A paper to be written after a visit: what kind, by whom, when."""

    kind: str
    visit: Inspection
    issuer: User
    at: datetime


def write(stage: Stage) -> int:
    """Hand papers over at houses where something is open; answers how many were written."""
    late, *newer = _visits(stage)
    sheets = [_order(stage, late)]
    for kind, visit in zip(("advice", "advice", "order", "advice"), newer[-4:], strict=False):
        sheets.append(_order(stage, visit) if kind == "order" else _advice(stage, visit))
    endings = (_refuse, _withdraw, _sign, _sign, _spoil)
    for sheet, end in zip(sheets, endings, strict=False):
        with written_at(sheet.at):
            end(stage, sheet)
    return len(sheets)


def _visits(stage: Stage) -> Sequence[Inspection]:
    """Visits whose findings are all open and for everyone's eyes: an old one, then by time."""
    plain = Case.closed_at.is_(None) & Case.restricted.is_(False)
    whole = (
        select(Finding.inspection_id)
        .join(Case, Case.id == Finding.case_id)
        .group_by(Finding.inspection_id)
        .having(func.bool_and(plain))
    )
    query = select(Inspection).where(Inspection.id.in_(whole)).order_by(Inspection.captured_at)
    visits = [
        visit
        for visit in db.session.scalars(query)
        if stage.people.workers_of[visit.grid_id].username not in VISITORS
    ]
    late = next(visit for visit in visits if visit.captured_at < stage.now - LATE)
    return [late, *(visit for visit in visits if visit is not late)]


def _advice(stage: Stage, visit: Inspection) -> Sheet:
    """By the worker, before leaving the house."""
    issuer = stage.people.workers_of[visit.grid_id]
    return Sheet("advice", visit, issuer, visit.captured_at + timedelta(minutes=5))


def _order(stage: Stage, visit: Inspection) -> Sheet:
    """By the officers, who come after the worker."""
    at = min(visit.captured_at + timedelta(hours=3), stage.now)
    return Sheet("order", visit, stage.people.users[OFFICER], at)


def _sign(stage: Stage, sheet: Sheet) -> None:
    """The landlord signs for it."""
    party = _issue(stage, sheet)
    _serve(
        stage,
        sheet,
        {"receiver": party, "relation": "本人", "signature": scrawl(stage.seed, party)},
    )


def _refuse(stage: Stage, sheet: Sheet) -> None:
    """The landlord does not sign; somebody of the village has seen it."""
    party, witness = _issue(stage, sheet), stage.people.workers_of[sheet.visit.grid_id].name
    seen = {"witness": witness, "witness_signature": scrawl(stage.seed, witness)}
    _serve(stage, sheet, {"manner": "refused", "receiver": party, "note": REFUSED, **seen})


def _withdraw(stage: Stage, sheet: Sheet) -> None:
    """Handed over, and withdrawn by the commander."""
    _sign(stage, sheet)
    commander = actor_of(stage.people.users["commander"])
    commands.withdraw_document(commander, _id(stage, sheet), WITHDRAWN)


def _spoil(stage: Stage, sheet: Sheet) -> None:
    """One was written wrong, whose number is void; the next waits to be handed over."""
    spoilt = _number(stage, sheet)
    void = {**spoilt, "document_id": None, "reason": SPOILT}
    commands.void_document(stage.capture(sheet.issuer, sheet.at, "void"), void)
    _issue(stage, sheet)


def _id(stage: Stage, sheet: Sheet) -> UUID:
    return stage.seed.id("paper", sheet.visit.id)


def _number(stage: Stage, sheet: Sheet) -> dict[str, Any]:
    """The next number of the issuer's phone, with the series that it is of."""
    wanted = select(Authority.id).where(Authority.may_order.is_(sheet.kind == "order"))
    year, username = local_day(sheet.at).year, sheet.issuer.username
    series = {
        "device_id": stage.seed.id("phone", username),
        "authority_id": db.session.scalars(wanted).one(),
        "kind": sheet.kind,
        "year": year,
    }
    asked = {**series, "block_id": stage.seed.id("block", username, sheet.kind, year)}
    block, _ = numbers.lease_numbers(stage.capture(sheet.issuer, sheet.at, "lease"), asked)
    left = select(func.min(DocumentNumber.number)).filter_by(block_id=block.id, state="leased")
    return {**series, "number": db.session.scalars(left).one()}


def _issue(stage: Stage, sheet: Sheet) -> str:
    """Write it under the phone's next number; answers to whom."""
    number, house = _number(stage, sheet), db.session.get_one(House, sheet.visit.house_id)
    day = local_day(sheet.at)
    del number["year"]
    args = {
        **number,
        "document_id": _id(stage, sheet),
        "authority_version": None,
        "template_id": _template(sheet.kind),
        "house_id": house.id,
        "inspection_id": sheet.visit.id,
        "issued_on": day,
        "checked_on": local_day(sheet.visit.captured_at),
        "deadline_on": day + TIME,
        "place": house.address,
        "party": _party(stage, house),
        "findings": list(_findings(sheet.visit)),
        "officers": _officers(stage) if sheet.kind == "order" else [],
        "signature": None if sheet.kind == "order" else scrawl(stage.seed, sheet.issuer.name),
    }
    commands.issue_document(stage.capture(sheet.issuer, sheet.at, "paper"), args)
    return house.landlord_name


def _serve(stage: Stage, sheet: Sheet, how: dict[str, Any]) -> None:
    blank = {"relation": "", "signature": None, "witness": "", "witness_signature": None}
    args = {"document_id": _id(stage, sheet), "manner": "signed", **blank, "note": "", **how}
    at = min(sheet.at + timedelta(minutes=4), stage.now)
    commands.serve_document(stage.capture(sheet.issuer, at, "serve"), args)


def _template(kind: str) -> UUID:
    newest = select(DocumentTemplate.id).filter_by(kind=kind)
    return db.session.scalars(newest.order_by(DocumentTemplate.version.desc()).limit(1)).one()


def _party(stage: Stage, house: House) -> dict[str, str]:
    last = stage.seed.dice("party", house.code).randrange(10**4)
    said = {"name": house.landlord_name, "phone": house.landlord_phone, "address": house.address}
    return {**said, "id_masked": f"3206{'*' * 10}{last:04}"}


def _findings(visit: Inspection) -> Iterator[dict[str, str]]:
    """What was found, as the phone writes it on a paper."""
    items = {one["code"]: one for one in db.session.get_one(Checklist, visit.checklist_id).items}
    query = select(Finding.item_code, Case.title).join(Case, Case.id == Finding.case_id)
    here = query.where(Finding.inspection_id == visit.id).order_by(Finding.item_code)
    for code, title in db.session.execute(here):
        item = items[code]
        asked = f"整改至符合要求\N{FULLWIDTH COLON}{item['text']}"
        yield {"item_code": code, "text": title, "basis": item["basis"], "correction": asked}


def _officers(stage: Stage) -> list[dict[str, Any]]:
    """Both who are certified, with their signatures."""
    certified = db.session.scalars(select(Enforcer).order_by(Enforcer.certificate_no))
    return [{"enforcer_id": one.id, "signature": scrawl(stage.seed, one.name)} for one in certified]
