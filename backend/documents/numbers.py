"""Numbers of papers: leased to devices in blocks, given once, never left without a word."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert

from backend.audit import commands as audit
from backend.db import db, locked, new_id, utc_now
from backend.documents import rules
from backend.documents.models import Authority, DocumentNumber, NumberBlock, NumberSeries
from backend.feed import queries as feed
from backend.org import queries as org
from backend.org.access import Actor, Permission, below, require
from backend.org.capture import Capture
from backend.org.models import OrgUnit
from backend.problems import FieldError, NotFound, Refused

# What phones may hold that a restored database has forgotten: ten blocks.
WITHHELD = 100


class Key(NamedTuple):
    """What a series is known by."""

    authority_id: UUID
    kind: str
    year: int


def lease_numbers(capture: Capture, args: dict[str, Any]) -> tuple[NumberBlock, bool]:
    """Lease the next numbers to a device; True when the same block was leased before.

    Raises:
        Refused: `document-no-power`.
        NotFound: there is no such authority in the actor's townships.
    """
    authority = authority_of(capture.actor, args["authority_id"])
    require_power(capture.actor, authority, args["kind"])
    known = db.session.get(NumberBlock, args["block_id"])
    if known is not None:
        return known, True
    series = _series(Key(authority.id, args["kind"], args["year"]))
    block = _append(series, rules.BLOCK, args["block_id"])
    block.user_id, block.device_id = capture.actor.user_id, args["device_id"]
    db.session.flush()
    told = {"first": block.first, "last": block.last}
    audit.record(capture.actor.user_id, "document.lease", "block", block.id, **told)
    return block, False


def authority_of(actor: Actor, authority_id: UUID) -> Authority:
    """An authority of the actor's townships.

    Raises:
        NotFound: there is none.
    """
    authority = db.session.get(Authority, authority_id)
    home = db.session.get_one(OrgUnit, authority.org_unit_id) if authority else None
    if authority is None or home is None or not org.lies_in_townships(actor, home.path):
        detail = "没有这个开具机关"
        raise NotFound(detail, [FieldError("/args/authority_id", "not-found", detail)])
    return authority


def reads_in(actor: Actor) -> ColumnElement[bool]:
    """The condition that a township is one of the actor's, or lies below one's division."""
    below_one = below(actor, Permission.DOCUMENT_READ, OrgUnit.path)
    return org.in_townships(actor, OrgUnit.path) | below_one


def require_power(actor: Actor, authority: Authority, kind: str) -> None:
    """Let pass whom role and authority allow this kind of paper.

    Raises:
        Forbidden: the actor may hand over none at all.
        Refused: `document-no-power`.
    """
    require(actor, Permission.DOCUMENT_ADVISE)
    departments = {grant.department_id for grant in actor.grants_with(Permission.DOCUMENT_ORDER)}
    if kind == "order" and not (authority.may_order and authority.department_id in departments):
        raise refusal("document-no-power", "/args/authority_id")


def refusal(code: str, pointer: str) -> Refused:
    """The refusal by a rule, in its words."""
    return Refused(code, rules.RULES[code], [FieldError(pointer, code, rules.RULES[code])])


def _series(key: Key) -> NumberSeries:
    """The series, locked, begun where it is new."""
    epoch = feed.epoch(db.session())
    fresh = {**key._asdict(), "id": new_id(), "next": 1, "epoch": epoch}
    db.session.execute(insert(NumberSeries).values(fresh).on_conflict_do_nothing())
    here = select(NumberSeries).filter_by(**key._asdict()).with_for_update()
    series = db.session.scalars(here.execution_options(populate_existing=True)).one()
    if series.epoch != epoch:
        # A backup was put back: phones may hold numbers that this database has forgotten.
        series.epoch = epoch
        _append(series, WITHHELD, new_id())
    return series


def _append(series: NumberSeries, count: int, block_id: UUID) -> NumberBlock:
    """The next numbers of a locked series, as a block of nobody's."""
    first = series.next
    block = NumberBlock(
        id=block_id,
        series_id=series.id,
        authority_id=series.authority_id,
        kind=series.kind,
        year=series.year,
        first=first,
        last=first + count - 1,
    )
    db.session.add(block)
    db.session.flush()
    numbers = range(first, first + count)
    db.session.add_all(
        DocumentNumber(series_id=series.id, number=number, block_id=block.id) for number in numbers
    )
    series.next = first + count
    db.session.flush()
    return block


def take_number(key: Key, number: int, holder: tuple[UUID, UUID]) -> DocumentNumber:
    """A leased number, for the paper that its holder, a person and a device, has written it on.

    Raises:
        Refused: `document-number-outside`, `document-number-used` or `document-number-void`.
    """
    row = find_number(key, number)
    block = db.session.get_one(NumberBlock, row.block_id) if row else None
    if (
        row is None
        or block is None
        or (block.user_id, block.device_id)
        not in {
            holder,
            (None, None),
        }
    ):
        raise refusal("document-number-outside", "/args/number")
    if row.state != "leased":
        code = "document-number-void" if row.state == "void" else "document-number-used"
        raise refusal(code, "/args/number")
    row.state = "issued"
    return row


def find_number(key: Key, number: int) -> DocumentNumber | None:
    """A number that has been given out, locked; or None."""
    series = db.session.scalars(select(NumberSeries).filter_by(**key._asdict())).one_or_none()
    if series is None:
        return None
    here = select(DocumentNumber).filter_by(series_id=series.id, number=number)
    return db.session.scalars(
        here.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def void_number(row: DocumentNumber, reason: str, by: UUID) -> None:
    """Make a number void (作废): it stays in its place and is never given again."""
    row.state, row.void_reason = "void", reason
    row.voided_at, row.voided_by_id = utc_now(), by


def reclaim_block(actor: Actor, block_id: UUID, reason: str) -> NumberBlock:
    """Take a block back, as from a lost phone: what of it is unused becomes void.

    Raises:
        Forbidden, NotFound: not the actor's to take back.
    """
    require(actor, Permission.DOCUMENT_WITHDRAW)
    block = locked(NumberBlock, block_id)
    if block is None:
        raise NotFound("没有这个号段")
    authority_of(actor, block.authority_id)
    here = select(DocumentNumber).filter_by(block_id=block.id, state="leased").with_for_update()
    for row in db.session.scalars(here.order_by(DocumentNumber.number)):
        void_number(row, reason, actor.user_id)
    block.reclaimed_at = block.reclaimed_at or utc_now()
    db.session.flush()
    audit.record(actor.user_id, "document.reclaim", "block", block.id, reason=reason)
    return block
